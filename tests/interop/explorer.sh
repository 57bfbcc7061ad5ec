#!/bin/sh
# The explorer's page, of a run and of a training, in a real browser: explorer.sh PROGRAM REPOSITORY. Needs chromium, chromedriver, and Python's selenium:
# Debian's chromium, chromium-driver, python3-selenium.
skip() {
    echo "skipped: needs $1"
    [ "${EMBUDO_INTEROP:-}" = strict ] && exit 1
    exit 77
}
"$1" --version >/dev/null || exit 1
for tool in chromium chromedriver; do
    command -v $tool >/dev/null || skip $tool
done
for python in "${EMBUDO_PYTHON:-}" python3 /usr/bin/python3; do
    [ -n "$python" ] && "$python" -c 'import selenium' 2>/dev/null || continue
    here=$(dirname "$0")
    "$python" "$here/explorer_page.py" "$1" "$2" && exec "$python" "$here/training_page.py" "$1" "$2"
    exit
done
skip "Python's selenium"
