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
