# bench/model-cycles.py finds the kernels' inner loops in what the compiler makes of them, and llvm-mca reads them.
program=$1 root=$2
. "$root/tests/cli/common.inc"

[ "$(uname -m)" = x86_64 ] && command -v python3 >/dev/null || exit 77
model_cycles() { python3 "$root/bench/model-cycles.py" "$@" >table 2>err; code=$?; }

model_cycles --machines skylake --kernels dense,optimise --loops 2
[ "$code" != 77 ] || exit 77
[ "$code" = 0 ] || fail "model-cycles.py: $(cat err)"
# Linear's loops have at least eight multiply-adds and use half of the peak, but no more than all of it. Adam's waits for
# results, and does not reach half.
wrong=$(awk -F'|' '/^\| dense: / { n++; if ($3 < 8 || $7 + 0 < 50 || $7 + 0 > 101) print }
    /^\| optimise: adam / { n++; if ($3 > 10 || $7 + 0 > 50 || $8 !~ /[A-Za-z]/) print }
    END { if (n != 3) print n + 0, "rows of 3" }' table)
[ -z "$wrong" ] || fail "these are not the inner loops: $wrong"

model_cycles --machines abacus
[ "$code" = 2 ] && grep -q 'no machine abacus' err || fail "an unknown machine: $code, $(cat err)"
finish
