#!/bin/sh
# What `make bench` runs: both measurements, the first with the arguments given. See README.md.
set -e
bench=$(dirname "$0")
if ! command -v python3 >/dev/null; then
    echo "bench needs python3: apt-get install python3" >&2
    exit 1
fi
export PYTHONDONTWRITEBYTECODE=1
python3 "$bench/whole-command.py" "$@"
python3 "$bench/memory-and-start.py"
