#!/bin/sh
# coverage.sh REPOSITORY: the unit tests and the program's, built with clang's coverage, and the share
# of branches that they take, room by room. Needs clang and llvm.
set -eu
root=$(cd "$1" && pwd) && build=$root/build/coverage
llvm=$(clang --version | sed -n 's/.*version \([0-9]*\).*/\1/p' | head -n 1)
tool() { command -v "$1-$llvm" || command -v "$1"; }
flags='-fprofile-instr-generate -fcoverage-mapping'
cmake --preset clang -B "$build" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG='-O1 -g' \
    -DEMBUDO_SHARED=OFF -DCMAKE_C_FLAGS="$flags" >/dev/null
cmake --build "$build" -j 2 >/dev/null
rm -rf "$build/profiles" # the build's own runs
export LLVM_PROFILE_FILE="$build/profiles/%m-%p.profraw"
(cd "$build" && ctest -j 2 -LE 'interop|slow' >/dev/null
    ctest -R 'interop_onnx|interop_numpy|cli_slow_resume' >/dev/null) || true # where the peers are there
find "$build/profiles" -name '*.profraw' >"$build/list"
"$(tool llvm-profdata)" merge -sparse -failure-mode=all -f "$build/list" -o "$build/all.profdata"
objects=$(for test in "$build"/tests/test_*; do [ -f "$test" ] && [ -x "$test" ] && echo "-object $test"; done)
report() { # NAME FILES...
    name=$1
    shift
    # shellcheck disable=SC2086
    "$(tool llvm-cov)" report "$build/embudo" $objects -instr-profile="$build/all.profdata" "$@" 2>/dev/null |
        awk -v name="$name" '/^TOTAL/ { printf "%-24s lines %s, branches %s\n", name, $10, $13 }'
}
cd "$root"
for room in src/*/; do
    report "$(basename "$room")" $(find "$room" -name '*.c')
done
report 'parsers and checkpoint' src/model/checkpoint.c src/codec/safetensors*.c src/codec/json_string.c \
    src/data/idx.c src/codec/gzip.c src/codec/np*.c src/codec/picture*.c src/codec/png_chunks.c \
    src/net/notation/*.c src/codec/codes_csv.c $(ls src/model/onnx/*.c | grep -v onnx_write)
report cli $(find cli -name '*.c')
"$(tool llvm-cov)" report "$build/embudo" $objects -instr-profile="$build/all.profdata" $(find src cli -name "*.c") >"$build/report.txt" 2>/dev/null
echo "each file: $build/report.txt"
