#!/bin/sh
# run.sh SCRIPT PROGRAM REPOSITORY: runs an interop script with the Python that has its peers: the one
# that EMBUDO_PYTHON names, the environment that `make interop` makes, or the system's.
# EMBUDO_INTEROP=strict: what a script needs and does not find is a failure.
script=$1 program=$2 root=$3
case $script in *.sh) exec sh "$script" "$program" "$root" ;; esac
python=${EMBUDO_PYTHON:-$root/build/interop/bin/python}
[ -x "$python" ] || python=$(command -v python3) || {
    echo 'skipped: needs python3'
    [ "${EMBUDO_INTEROP:-}" = strict ] && exit 1
    exit 77
}
exec "$python" "$script" "$program" "$root"
