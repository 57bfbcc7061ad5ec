# Networks for a size: sh new.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# Each is read back, and has the sizes that were asked for.
for size in 1x1 7x5 28x28 32x32 3x64x64 3x100x75 2x1x9 1x30; do
    for kind in conv residual mlp classifier; do
        t 0 '' new --input $size --kind $kind
        t 0 '' new --input $size --kind $kind -o $size-$kind.net
        has out "^$size-$kind.net: "
        t 0 '' info $size-$kind.net
    done
done
for size in 784 1; do
    t 0 '' new --input $size -o $size.net
    t 0 '' info $size.net
done
t 0 '' new --input 7x5
has out '^input = 1, 7, 5 '
has out 'Upsample(size=(7, 5)), .* # 32, 7, 5'
has out '^    Sigmoid(),$'
t 0 '' new --input 28x28 --latent 7
has out '^latent = 7 '
cp out seven.net
t 0 '' new --input 28x28 --latent 7 -o same.net
same same.net seven.net

# The size of a data set's images; each kind trains.
small data
for kind in conv residual mlp; do
    t 0 '' new data --kind $kind -o data-$kind.net
    t 0 'stopped after 2 steps' train data --model data-$kind.net --max-steps 2 -o run-$kind
done
t 0 '' new data --kind classifier -o classifier.net
t 0 'stopped after 2 steps' train data --model classifier.net --max-steps 2 -o run-classifier

# The same of images whose sides are odd, or not alike: all sizes on the way down come up again.
# array NAME SHAPE BYTES FILE HEADER-BYTES
array() {
    { printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': $2, }"
      tail -c +$(($5 + 1)) "data/$4" | head -c "$3"; } >"$1.npy"
}
array colour '(48, 3, 17, 23)' $((48 * 3 * 17 * 23)) train-images-idx3-ubyte 16
array tall '(48, 64, 48)' $((48 * 64 * 48)) train-images-idx3-ubyte 16
for images in colour tall; do
    array $images-labels '(48,)' 48 train-labels-idx1-ubyte 8
    for kind in conv residual mlp classifier; do
        t 0 '' new $images.npy --kind $kind -o $images-$kind.net
        t 0 'trained 2 epochs' train $images.npy --model $images-$kind.net --epochs 2 --batch-size 8 -o $images-$kind
        run eval $images-$kind $images.npy
        [ $code = 0 ] || fail "eval $images-$kind: $(cat err)"
    done
done
t 1 'expects images of 3x17x23, gets 1x64x48' eval colour-conv tall.npy

# What is refused, and nothing is overwritten.
cp 7x5-conv.net before
t 1 '7x5-conv.net exists already' new --input 7x5 -o 7x5-conv.net
same 7x5-conv.net before
t 1 'nowhere' new nowhere
t 1 'missing/x.net' new --input 7x5 -o missing/x.net
for wrong in 0x3 3x4x5x6 28x 28X28 x28 -1 65537 ''; do
    t 2 '--input' new --input "$wrong"
done
t 2 'at most 16777216 numbers' new --input 4x65536x65536
t 2 'give one of them' new data --input 7x5
t 2 'a name that ends in .net' new --input 7x5 -o x.txt
t 2 'is a row of numbers' new --input 784 --kind conv
t 2 'a classifier has no code' new --input 28x28 --kind classifier --latent 3
finish
