#!/bin/sh
# valgrind.sh PROGRAM REPOSITORY: trains, resumes, encodes and exports under valgrind, which knows no
# AVX-512. What fontconfig keeps until the process ends is its own.
program=$1 root=$2
. "$root/tests/cli/common.inc"
{ printf '\000\000\010\003\000\000\000\050\000\000\000\034\000\000\000\034'; gzip -dc "$root/data/mnist/train-images-idx3-ubyte.gz" 2>/dev/null | tail -c +17 | head -c 31360; } >train-images-idx3-ubyte
{ printf '\000\000\010\001\000\000\000\050'; head -c 40 /dev/zero; } >train-labels-idx1-ubyte
for part in images-idx3 labels-idx1; do cp train-$part-ubyte t10k-$part-ubyte; done
cat >supp <<'END'
{
   fontconfig keeps its configuration
   Memcheck:Leak
   ...
   obj:*libfontconfig*
}
END
export EMBUDO_ISA=avx2
v() {
    valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite \
        --errors-for-leak-kinds=definite --suppressions=supp "$program" "$@" >out 2>err </dev/null ||
        fail "embudo $*: $(tail -n 40 err)"
}
v train . --epochs 2 --threads 2 --checkpoint-every 2 --keep 9 -o run
rm run/model.safetensors run/checkpoints/000000004.safetensors
v train --resume run
v train . --epochs 2 --batch-size 8 --threads 1 --checkpoint-every 1 --keep 9 --lr 3e37 --on-nan retry -o back
grep -q '^going back to step 0' err || fail "does not go back: $(cat err)"
v encode run . -o codes.csv
v export run --c c --int8
v export run --onnx -o onnx
v import onnx/autoencoder.onnx -o back.safetensors
finish
