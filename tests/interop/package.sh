#!/bin/sh
# package.sh PROGRAM REPOSITORY: an installed embudo, found by pkg-config and by CMake, linked as the
# shared and as the static library, from C and from C++; its shared library has the headers' symbols
# alone, all of one version; uninstalling leaves nothing.
program=$1 root=$2
skip() {
    echo "skipped: needs $1"
    [ "${EMBUDO_INTEROP:-}" = strict ] && exit 1
    exit 77
}
for tool in cmake make pkg-config cc c++ nm; do command -v $tool >/dev/null || skip $tool; done
set -eu
work=$(mktemp -d "${TMPDIR:-/tmp}/embudo-package-XXXXXX")
trap 'rm -rf "$work"' EXIT
prefix="$work/pre fix"
fail() { echo "FAILED $*"; exit 1; }

# What `make install` runs, in a build of its own, into a folder with a space.
build=$work/build
cmake -S "$root" -B "$build" -DCMAKE_INSTALL_PREFIX="$prefix" -DEMBUDO_TESTS=OFF >/dev/null
cmake --build "$build" --parallel 2 >/dev/null 2>&1
cmake --install "$build" >/dev/null
library=$(dirname "$(find "$prefix" -name libembudo.a)")

# pkg-config, both ways.
export PKG_CONFIG_PATH="$library/pkgconfig" LD_LIBRARY_PATH="$library"
eval cc -std=c99 -Wall -Wextra -pedantic -Werror '"$root/tests/consumer/use.c"' -o '"$work/shared"' \
    "$(pkg-config --cflags --libs embudo)"
ldd "$work/shared" | grep -q "$library/libembudo.so.0" || fail 'the shared library is not linked'
"$work/shared"
eval cc -std=c99 '"$root/tests/consumer/use.c"' -o '"$work/static"' "$(pkg-config --cflags embudo)" \
    '"$library/libembudo.a"' "$(pkg-config --static --libs embudo | sed 's/-lembudo//')"
ldd "$work/static" | grep -q libembudo && fail 'the static library is not linked'
"$work/static"
for standard in c++11 c++20; do
    eval c++ -std=$standard -Wall -Wextra -pedantic -Werror '"$root/tests/consumer/use.cpp"' -o '"$work/cpp"' \
        "$(pkg-config --cflags --libs embudo)"
    "$work/cpp"
done

# CMake, both ways.
cmake -S "$root/tests/consumer" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
cmake --build "$work/consumer" >/dev/null
for name in shared static embudo cpp; do "$work/consumer/use_$name"; done
ldd "$work/consumer/use_static" | grep -q libembudo && fail 'CMake linked the shared library'
ldd "$work/consumer/use_shared" | grep -q libembudo.so.0 || fail 'CMake did not link the shared library'

# Symbols: every function of the headers, and nothing else.
nm -D --defined-only "$library/libembudo.so" | awk '{print $3}' | sort >"$work/symbols"
grep -v '@@EMBUDO_0.1$' "$work/symbols" | grep -v '^EMBUDO_0.1' >"$work/others" || true
[ ! -s "$work/others" ] || fail "symbols without a version: $(head -n 3 "$work/others")"
sed -n 's/.*[ *]\(emb_[a-z0-9_]*\)(.*/\1/p' "$prefix"/include/embudo/*.h | sort -u >"$work/mentioned"
sed 's/@@.*//' "$work/symbols" | grep '^emb_' | sort -u >"$work/exported"
comm -13 "$work/mentioned" "$work/exported" >"$work/extra"
[ ! -s "$work/extra" ] || fail "not in the headers: $(head -n 3 "$work/extra")"
sed -nE '/^EMB_(API|UNSETTLED|DEPRECATED) /,/;/p' "$prefix"/include/embudo/*.h | sed -n 's/.*[ *]\(emb_[a-z0-9_]*\)(.*/\1/p' |
    sort -u >"$work/declared"
comm -23 "$work/declared" "$work/exported" >"$work/absent"
[ ! -s "$work/absent" ] || fail "declared and not exported: $(head -n 3 "$work/absent")"
echo "$(wc -l <"$work/exported") functions, all of EMBUDO_0.1"
"$prefix/bin/embudo" --version

# Uninstalling leaves no file, and no folder of embudo's own.
sh "$root/cmake/uninstall.sh" "$build/install_manifest.txt"
[ -z "$(find "$prefix" -type f -o -type l)" ] || fail "left: $(find "$prefix" -type f -o -type l)"
[ -z "$(find "$prefix" -name '*embudo*')" ] || fail "left: $(find "$prefix" -name '*embudo*')"
