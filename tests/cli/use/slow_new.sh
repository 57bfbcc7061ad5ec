# Networks for a size: sh slow_new.sh PROGRAM REPOSITORY
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
# It is said how to train what was written, and a classifier has the data set's classes.
has out '; to train it: embudo train data --model classifier.net$'
eval "set -- $(sed -n 's/.*to train it: embudo //p' out)"
t 0 'stopped after 2 steps' "$@" --max-steps 2 -o run-said
mkdir kinds && for kind in round square; do
    mkdir kinds/$kind && for i in 1 2 3 4 5 6; do { printf 'P5 8 8 255\n' && head -c 64 "data/train-images-idx3-ubyte"; } >kinds/$kind/$i.pgm; done
done
run new kinds --kind classifier
has out '^classes = 2 '
run new --input 8x8 -o sized-only.net
has out 'to train it: embudo train DATASET --model sized-only.net$'
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

# Every wish, at sizes that cannot be halved evenly: the network is read back, which means that its
# output is as large as its input, and a step trains it.
while read -r size depth wishes; do
    case $size in
    3x*) shape="(48, 3, ${size#3x})" bytes=3 ;;
    *) shape="(48, $size)" bytes=1 ;;
    esac
    shape=$(printf '%s' "$shape" | sed 's/x/, /g')
    sides=${size#3x}
    array sized "$shape" $((48 * bytes * ${sides%x*} * ${sides#*x})) train-images-idx3-ubyte 16
    for upsample in transposed resize; do
        rm -rf sized.net sized-run
        t 0 '' new sized.npy --depth $depth --upsample $upsample $wishes -o sized.net
        [ "$(grep -c 'stride=2\|stride=(\|MaxPool2d' sized.net)" -ge $depth ] || fail "$size: depth $depth"
        case $upsample in
        transposed) has sized.net 'ConvTranspose2d\|depth 0' || fail "$size: no ConvTranspose2d" ;;
        resize) ! grep -q 'ConvTranspose2d' sized.net || fail "$size: ConvTranspose2d" ;;
        esac
        t 0 'stopped after 1 step ' train sized.npy --model sized.net --max-steps 1 --batch-size 8 -o sized-run
    done
done <<'END'
1x2 1 --width 3
2x1 1
5x7 3 --width 4 --latent 3
7x5 2 --kind residual --width 5
13x1 4 --width 2
1x13 3 --kind residual
28x28 5 --width 4
28x28 1 --width 8
3x17x23 3 --width 6
3x31x64 4 --kind residual --width 4
3x33x20 6 --width 2
3x50x3 2
64x48 3 --width 1
END
t 0 '' new --input 28x28 --upsample transposed --depth 3 --width 8
has out 'Conv2d(8, 16, 3, stride=2, padding=1, bias=False), # 16, 14, 14$'
has out 'ConvTranspose2d(64, 32, 3, stride=2, padding=1, bias=False), # 32, 7, 7$'
has out 'ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1, bias=False), # 16, 14, 14$'
t 0 '' new --input 3x64x64 -o photos.net
t 0 '' new --input 3x100x75 --width 8 --depth 3 --upsample transposed
t 0 '' new --input 3x28x28 --kind classifier --depth 0 --width 4
has out 'Linear(3136, classes)'

# One pixel needs no depth, and the largest images fewer channels.
t 0 '' new --input 1x1 --depth 0
for wishes in '3x2048x2048' '3x2048x2048 --kind residual' '1x4096x4096 --kind residual --upsample transposed' \
    '1x65536x256 --upsample transposed' '65536x1x1' '1x1x65536 --kind residual' '1x65536x256 --kind mlp'; do
    t 0 '' new --input $wishes -o large.net
    rm -f large.net
done

# A wish that cannot be had: what fits, and not one more.
t 2 '--width 16 is too much for 3x2048x1030; --width 3 fits' new --input 3x2048x1030 --width 16
t 0 '' new --input 3x2048x1030 --width 3
t 2 '--width 3 fits' new --input 3x2048x1030 --width 4
t 2 '--latent 65536 is too much for 3x64x64; --latent 2047 fits' new --input 3x64x64 --latent 65536 --depth 0
t 0 '' new --input 3x64x64 --latent 2047 --depth 0
t 2 '--depth 6: after 5 halvings images of 28x28 are one pixel; --depth 0 to 5 fit' new --input 28x28 --depth 6
t 2 '--depth 3: after 2 halvings images of 1x4 are one pixel' new --input 1x4 --depth 3
t 2 'one pixel cannot be halved; --depth 0 fits' new --input 1x1 --depth 1
t 2 'a classifier has no decoder' new --input 28x28 --kind classifier --upsample resize
for wish in '--width 4' '--depth 1' '--upsample resize'; do
    t 2 'a network of --kind mlp has none' new --input 784 $wish
done

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
t 2 '--size is for a data set, and --input says' new --input 3x64x64 --size 3x3
t 2 '--grey is for a data set' new --input 3x64x64 --grey
t 2 'a name that ends in .net' new --input 7x5 -o x.txt
t 2 'is a row of numbers' new --input 784 --kind conv
t 2 'a classifier has no code' new --input 28x28 --kind classifier --latent 3
finish
