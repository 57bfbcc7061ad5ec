# What the doctor says of images, and that it is silent once its advice has been followed:
# sh data_doctor.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
command -v perl >/dev/null 2>&1 || { echo 'skipped: perl'; exit 77; }
small data

# array NAME TYPE SHAPE CODE: an array whose numbers CODE makes of $i, the place, and of @b, the bytes of
# the training images.
array() {
    perl -e 'my ($name, $type, $shape, $code) = @ARGV; open F, "<:raw", "data/train-images-idx3-ubyte";
        local $/; my @b = unpack("C*", substr(<F>, 16)); my $count = 1; $count *= $_ for split /, */, $shape;
        my $head = sprintf "%-117s\n", "{\x27descr\x27: \x27$type\x27, \x27fortran_order\x27: False, \x27shape\x27: ($shape), }";
        my @n = map { my $i = $_; eval $code } 0 .. $count - 1;
        open O, ">:raw", "$name.npy"; print O "\x93NUMPY\x01\x00v\x00", $head, pack($type eq "|u1" ? "C*" : "f<*", @n);' \
        "$@"
}
# said TEXT ARGS: a training of one step, of which the doctor says this; with '' nothing.
said() {
    text=$1
    shift
    rm -rf run
    run train "$@" --max-steps 1 --epochs 9 -o run
    [ "$code" = 0 ] || fail "train $*: exit code $code: $(cat err)"
    if [ -z "$text" ]; then
        ! grep -q '^doctor: ' err || fail "train $*: $(cat err)"
    else
        [ "$(grep -c '^doctor: ' err)" = 1 ] || fail "train $*: not one line of the doctor's: $(cat err)"
        grep -qF -e "doctor: $text" err || fail "train $*: expected '$text', got: $(cat err)"
    fi
}
cat >sigmoid.net <<'N'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 4))
decoder = Sequential(Linear(4, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
N

# Numbers that the last layer cannot give: divided, scaled, as bytes, or for a network without it.
array whole '<f4' '60, 28, 28' '$b[$i]'
array unit '<f4' '60, 28, 28' '$b[$i] / 255'
array bytes '|u1' '60, 28, 28' '$b[$i]'
array signed '<f4' '60, 28, 28' '$b[$i] / 127.5 - 1'
array scaled '<f4' '60, 28, 28' '($b[$i] / 127.5 - 1) / 2 + 0.5'
said "the images' numbers lie from 0 to 255, but the last layer, decoder.1 Sigmoid(), only gives 0 to 1 and cannot reach the rest. Divide them by 255, or use a network that does not end with it (embudo new DATASET writes one)" \
    whole.npy --model sigmoid.net
said "the images' numbers lie from -1 to 1, but the last layer, decoder.1 Sigmoid(), only gives 0 to 1 and cannot reach the rest. Scale them to 0..1, or use a network that does not end with it (embudo new DATASET writes one)" \
    signed.npy --model sigmoid.net
for images in unit bytes scaled; do said '' $images.npy --model sigmoid.net; done
for images in whole signed; do
    run new $images.npy --width 1 --latent 2 -o $images.net
    said '' $images.npy --model $images.net
done

# One picture again and again, also if it is noisy; pictures of several kinds are fine.
array same '|u1' '60, 28, 28' '$b[$i % 784]'
array noisy '|u1' '60, 28, 28' '($b[$i % 784] & 248) + ($i * 7919 >> 3) % 3'
array two '|u1' '60, 28, 28' '$b[$i % 1568]'
for images in same noisy; do
    said "100 % of the training images are the same picture: there is nothing to learn from them. embudo data preview $images.npy draws some" \
        $images.npy --model sigmoid.net
done
said '' two.npy --model sigmoid.net
t 0 'nothing changes the images' data preview same.npy --test-split 0 -o preview.png

# A channel that is one number: left out, or grey.
cat >channels.net <<'N'
input = 3, 8, 8
encoder = Sequential(Flatten(), Linear(192, 2))
decoder = Sequential(Linear(2, 192), Unflatten(1, (3, 8, 8)))
N
sed 's/3, 8, 8/2, 8, 8/; s/192/128/' channels.net | sed 's/3, 8, 8/2, 8, 8/; s/192/128/' >fewer.net
array three '|u1' '40, 3, 8, 8' 'int($i / 64) % 3 == 1 ? 255 : $b[$i]'
array fewer '|u1' '40, 2, 8, 8' '$b[$i]'
array empty '|u1' '40, 3, 8, 8' 'int($i / 64) % 3 ? 0 : $b[$i]'
said 'channel 2 of 3 is 1 in every image and teaches nothing. Leave it out of the array' \
    three.npy --model channels.net
said 'channel 2 and others of 3 is one number in every image and teaches nothing. Leave it out of the array' \
    empty.npy --model channels.net
said '' fewer.npy --model fewer.net
mkdir red
for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
    perl -e 'my $i = shift; open F, "<:raw", "data/train-images-idx3-ubyte"; local $/; my @b = unpack("C*", substr(<F>, 16 + 784 * $i, 784));
        print "P3\n28 28\n255\n", map { "$_ " . (255 - $_) . " 0\n" } @b' $i >red/$i.ppm
done
t 0 'as the pictures are' new red --width 1 --latent 2 -o red.net
said 'channel 3 of 3 is 0 in every image and teaches nothing. --grey reads the pictures as one channel' \
    red --model red.net --no-cache
t 0 'as the pictures are' new red --grey --width 1 --latent 2 -o grey.net
said '' red --model grey.net --grey --no-cache

# Far too few images: more, a smaller network, or changed ones.
array few '|u1' '60, 28, 28' '$b[$i]'
said '40 training images are far too few for 78,179 parameters, which can learn them by heart. Take 149 or more (100 of them are then trained on), or --augment shift=2,rotate=10, or a smaller network (embudo new few.npy --width 4 -o small.net)' \
    few.npy
said '' few.npy --augment shift=2,rotate=10
t 0 '' new few.npy --width 4 -o small.net
said '' few.npy --model small.net
run train few.npy --max-steps 1 -o before
said '' few.npy --from before
array short '|u1' '148, 28, 28' '$b[$i]'
said '99 training images are far too few' short.npy
array enough '|u1' '149, 28, 28' '$b[$i]'
said '' enough.npy
array lone '|u1' '1, 28, 28' '$b[$i]'
said '1 training image is far too few for 78,179 parameters, which can learn them by heart. Take 149 or more' lone.npy
array fewest '|u1' '7, 28, 28' '$b[$i]'
said '5 training images are far too few' fewest.npy --augment shift=2,rotate=10
! grep -q 'or --augment' err || fail "what would not help: $(cat err)"

# A class that only the training or only the validation images have.
cat >classifier.net <<'N'
classes = 10
input = 1, 28, 28
classifier = Sequential(AvgPool2d(4), Flatten(), Linear(49, classes))
N
array labelled '|u1' '60, 28, 28' '$b[$i]'
array labelled-labels '|u1' '60,' '$i % 15 == 7 ? 1 : $i % 2 * 2'
# advised ARGS: the doctor names a class that only one share has, and what gives both all: it does.
advised() {
    said "$@"
    shift
    advice=$(sed -n 's/^doctor: .*\. \(--[-a-z0-9. ]*\) has all$/\1/p' err)
    [ "$advice" ] || fail "no advice: $(cat err)"
    # shellcheck disable=SC2086
    said '' "$@" $advice
}
advised 'class 1 has 4 training images and no validation image: it cannot be measured. --seed 4' \
    labelled.npy --model classifier.net --val-split 0.5
advised 'class 0, like others, has 21 training images and no validation image: it cannot be measured. --val-split 0.' \
    labelled.npy --model classifier.net --val-split 0.04
advised 'class 0 has 21 validation images and no training image: it cannot be learned. --' \
    labelled.npy --model classifier.net --val-split 0.95
array labelled-labels '|u1' '60,' '$i == 8 ? 1 : $i % 2 * 2'
said 'class 1 has 1 training image and no validation image: it cannot be measured. It is the only one: add more of them' \
    labelled.npy --model classifier.net
# The same of the images that a classifier is scored on.
# scored TEXT ARGS: what eval says of a classifier that was trained so.
scored() {
    text=$1
    shift
    rm -rf scored
    run train labelled.npy --model classifier.net --max-steps 1 "$@" -o scored
    run eval scored labelled.npy
    [ "$code" = 0 ] || fail "eval: $(cat err)"
    grep '^doctor: ' err >said
    case $text in
    '') [ ! -s said ] || fail "eval of $*: $(cat said)" ;;
    *) grep -qF -e "$text" said || fail "eval of $*: expected '$text', got: $(cat err)" ;;
    esac
}
array labelled-labels '|u1' '60,' '$i % 15 == 7 ? 1 : $i % 2 * 2'
sed 's/classes = 10/classes = 3/' classifier.net >three.net && mv three.net classifier.net
scored '2 of the 3 classes have no image here, first 1: nothing is measured of them. A training with a larger --test-split, or another --test-seed, holds out others' --test-split 0.04
scored '' --test-split 0.6

# A class that the data set's own parts lack: of a classifier and of an autoencoder.
# part DATA PART CLASS...: eight pictures of each class.
part() {
    parts=$1/$2
    shift 2
    for kind in "$@"; do
        mkdir -p $parts/$kind
        for i in 1 2 3 4 5 6 7 8; do
            { printf 'P5 28 28 255\n' && tail -c +$((17 + 784 * (i + 8 * ${#kind}))) data/train-images-idx3-ubyte | head -c 784; } \
                >$parts/$kind/$i.pgm
        done
    done
}
part miss train circle line
part miss test circle square
for model in 'classifier.net' 'sigmoid.net'; do
    said 'class square has 8 test images and no training image: it cannot be learned. Add some to the training images' \
        miss --model $model --no-cache --augment shift=1
done
run classify --images miss --net cnn --epochs 1 --no-cache -o classified
has err 'class square has 8 test images and no training image'
part few train circle line square
part few test line
part few val square
said 'class circle, like others, has 8 training images and no validation or test image: it cannot be measured. Add some to the validation or test images' \
    few --model sigmoid.net --no-cache --augment shift=1
part whole train circle line
part whole test circle line
for model in classifier.net sigmoid.net; do said '' whole --model $model --no-cache --augment shift=1; done

# Black and white exchanged, against what the network learned: in data sets, and in pictures.
array negative '|u1' '300, 28, 28' '255 - $b[$i]'
run train data --model sigmoid.net --epochs 12 --batch-size 8 --lr 0.01 -o light
run train negative.npy --model sigmoid.net --epochs 12 --batch-size 8 --lr 0.01 -o dark
line='doctor: black and white are exchanged, against what the network learned (MSE 0\.[0-9]*; 0\.0[0-9]* once they are exchanged again)\. '
run eval light negative.npy
has err "${line}Exchange them in the data, or train a network on such images\$"
# So it is wherever a data set meets a trained network, and once only.
for command in 'encode light negative.npy' 'score light negative.npy --split all' 'similar light 0 negative.npy' \
    'cluster light negative.npy -k 2' 'duplicates light negative.npy' 'reconstruct light negative.npy -o page.npy'; do
    run $command
    [ "$code" = 0 ] || fail "$command: $(cat err)"
    has err "${line}Exchange them in the data, or train a network on such images\$"
    [ "$(grep -c 'black and white' err)" = 1 ] || fail "$command: $(cat err)"
done
for command in 'encode light data' 'cluster light data -k 2' 'reconstruct light data -o page.npy'; do
    run $command
    ! grep -q 'black and white' err || fail "$command: $(cat err)"
done
for good in 'light data' 'dark negative.npy'; do
    run eval $good
    ! grep -q 'black and white' err || fail "eval $good: $(cat err)"
done
run eval dark data
has err "${line}Exchange them"
for i in 0 1 2; do
    perl -e 'my $i = shift; open F, "<:raw", "data/t10k-images-idx3-ubyte"; local $/; my @b = unpack("C*", substr(<F>, 16 + 784 * $i, 784));
        print "P2\n28 28\n255\n", map { (255 - $_) . "\n" } @b' $i >ink$i.pgm
    perl -e 'my $i = shift; open F, "<:raw", "data/t10k-images-idx3-ubyte"; local $/; my @b = unpack("C*", substr(<F>, 16 + 784 * $i, 784));
        print "P2\n28 28\n255\n", map { "$_\n" } @b' $i >light$i.pgm
done
t 0 "" encode light ink0.pgm ink1.pgm ink2.pgm # their ink is found, dark or light
run encode light ink0.pgm ink1.pgm ink2.pgm --no-like-mnist
has err "${line}--invert reads them the other way round\$"
t 0 '' encode light ink0.pgm ink1.pgm ink2.pgm --invert
t 0 '' encode light light0.pgm light1.pgm light2.pgm
run encode light light0.pgm light1.pgm light2.pgm --invert
has err "${line}Leave out --invert\$"
finish
