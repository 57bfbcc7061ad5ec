#!/bin/sh
# python_binding.sh PROGRAM REPOSITORY: the Python module as a wheel, installed into a folder with the
# system's python3 and its pip, used without NumPy and, where it is there, with it.
program=$1 root=$2
skip() {
    echo "skipped: needs $1"
    [ "${EMBUDO_INTEROP:-}" = strict ] && exit 1
    exit 77
}
python=$(command -v /usr/bin/python3 || command -v python3) || skip python3
[ -x "$root/build/interop/bin/pip" ] && pip="$root/build/interop/bin/python -m pip" || pip="$python -m pip"
$pip --version >/dev/null 2>&1 || skip 'pip (Debian: python3-pip)'
command -v cmake >/dev/null || skip cmake
set -eu
work=$(mktemp -d "${TMPDIR:-/tmp}/embudo-python-XXXXXX")
trap 'rm -rf "$work"' EXIT
$pip wheel -q --no-deps --no-index -w "$work/wheels" "$root/bindings/python"
$pip install -q --no-deps --no-index --target "$work/site" "$work"/wheels/embudo-*.whl
unzip -l "$work"/wheels/embudo-*.whl 2>/dev/null | grep -q libembudo.so || [ -e "$work/site/embudo/libembudo.so" ]
cd "$work"
export PYTHONPATH="$work/site" PYTHONDONTWRITEBYTECODE=1
every() { # every with|without: NumPy
    for test in "$root"/bindings/python/tests/test_*.py; do "$python" "$test" "$program" "$root" "$1"; done
}
every without
if "$python" -c 'import numpy' 2>/dev/null; then
    every with
else
    skip 'NumPy for the system'"'"'s python3 (Debian: python3-numpy)'
fi
