#!/bin/sh
# The explorer's page in a real browser: explorer.sh PROGRAM REPOSITORY. Needs chromium, chromedriver, and Python's selenium:
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
    [ -n "$python" ] && "$python" -c 'import selenium' 2>/dev/null && exec "$python" "$(dirname "$0")/explorer_page.py" "$1" "$2"
done
skip "Python's selenium"
