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
report base src/base/*.c
report engine $(find src/engine -name '*.c' ! -path '*kernels*')
report kernels $(find src/engine/kernels -name '*.c')
report 'parsers and checkpoint' src/formats/checkpoint.c src/formats/safetensors*.c src/formats/json_string.c \
    src/formats/idx.c src/formats/gzip.c src/formats/np*.c src/formats/picture*.c src/formats/png_holds.c \
    src/formats/notation*.c src/formats/csv_codes.c src/formats/onnx_[imos]*.c src/formats/onnx_conv.c
report formats src/formats/*.c
report study src/study/*.c
report cli cli/*.c
"$(tool llvm-cov)" report "$build/embudo" $objects -instr-profile="$build/all.profdata" src/*/*.c src/engine/layers/*.c cli/*.c >"$build/report.txt" 2>/dev/null
echo "each file: $build/report.txt"
