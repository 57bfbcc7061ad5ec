# Arrays as people have them: rows, channels last, words and one-hot rows as labels; what each is taken
# for is said once, and tables call classes by their names: sh labels.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# npy NAME DESCR SHAPE: the numbers from standard input.
npy() {
    head="{'descr': '$2', 'fortran_order': False, 'shape': ($3), }"
    { printf '\223NUMPY\001\000\166\000%-117s\n' "$head"; cat; } >"$1.npy"
}
digits() { gzip -dc "$root/data/mnist/t10k-images-idx3-ubyte.gz" 2>/dev/null | tail -c +17 | head -c $((784 * 60)); }
each() { i=0; while [ $i -lt 30 ]; do printf "$1"; i=$((i + 1)); done; }
once() { [ "$(grep -c -e "$1" err)" -eq 1 ] || fail "not once '$1': $(cat err)"; }

# Rows for the notebook's 1x28x28, and words as labels.
digits | npy rows '|u1' '60, 784'
each 'dogcat' | npy rows-labels '|S3' '60,'
t 0 'rows of 784 numbers are taken as images of 1x28x28' train rows.npy --epochs 1 -o rows
once 'rows of 784 numbers'
once 'labels are words, as numbers 0 cat, 1 dog$'
t 0 'labels are words' classify rows --epochs 2 -o words
has out '^0 cat  '
has out '^1 dog  '
has words/confusion.csv '^true,predicted_cat,predicted_dog'
has words/confusion.csv '^cat,'
t 0 'labels are words' eval words rows.npy
has out '^1 dog  '
t 0 'labels are words' classify rows --knn 1 -o near
has out '^0 cat  '
run plot rows codes -o codes.svg
[ "$code" -ne 0 ] || has codes.svg '>dog<'

# A terminal gets no commands from a label.
each 'd\033gcat' | npy rows-labels '|S3' '60,'
t 1 "there is no class 'd\\x1bg'; expected some of 'cat', 'dog'" eval words rows.npy
cat err >shown
t 0 'labels are words' classify rows.npy --images --net mlp --epochs 1 -o odd
cat out err >>shown
tr -d '\n' <shown | grep -q "$(printf '\033')" && fail 'a label reaches the terminal as it is'

# A name of two hundred letters takes no more room in a picture than one of twenty, and ends no training.
long=$(printf '%0200d' 0)
each "a${long}b$long" | npy rows-labels '|S201' '60,'
t 0 'labels are words' classify rows.npy --images --net mlp --epochs 1 -o long
has long/confusion.csv "predicted_a$long,predicted_b$long,"
run report long
[ "$code" -eq 0 ] || grep -q 'build is without' err || fail "a long name: $(cat err)"
[ "$code" -ne 0 ] || exists long/confusion.png
run plot rows codes -o long.svg
[ "$code" -ne 0 ] || has long.svg '>b0\{22\}\xe2\x80\xa6<'
each 'dogcat' | npy rows-labels '|S300' '12,'
t 1 "holds words of type '|S300', expected 1 to 256 letters" eval words rows.npy

# Channels last, one-hot, gaps.
digits | npy last '|u1' '60, 28, 28, 1'
each '\000\001\001\000' | npy last-labels '|b1' '60, 2'
t 0 'last.npy: [N, 28, 28, 1] has its channels last; they are put first' train last.npy --max-steps 1 -o last
once 'has its channels last'
once 'labels are one-hot rows of 2'
cmp -s last/model.safetensors rows/model.safetensors && fail 'one step as good as an epoch'
each '\012\024' | npy last-labels '|u1' '60,'
t 0 'labels 10 to 20, 2 different ones: 21 classes, from 0, of which 19 have no images' encode words last.npy -o gaps.csv
each '\000\001\000\002' | npy last-labels '<u2' '60,'
t 1 'last-labels.npy: label 0 is 256; the largest label is 255' eval words last.npy
each '\000\001' | npy last-labels '|u1' '30, 2'
t 1 '30 labels, but 60 images' eval words last.npy
digits | npy last '|u1' '60, 28, 28, 1'
rm last-labels.npy
t 1 'has no labels' classify rows last.npy --epochs 1 -o none

# Rows with test rows of their own, under scikit-learn's names, through every part of a comparison; and
# signals whose two channels come last, which only the network says.
mkdir parts
digits | npy parts/X_train '|u1' '60, 784'
digits | npy parts/X_test '|u1' '60, 784'
each '\000\001' | npy parts/y_train '|u1' '60,'
each '\000\001' | npy parts/y_test '|u1' '60,'
t 0 'rows of 784 numbers' compare parts --latent 2 --epochs 1 --classifier-epochs 1
t 0 'rows of 784 numbers' train parts --epochs 1 -o partsrun
t 0 'rows of 784 numbers' compare --run partsrun --classifier-epochs 1
has out '^accuracy on 60 test images of '
cat >signal.net <<'END'
input = 2, 1, 392
latent = 2
encoder = Sequential(Flatten(), Linear(784, latent))
decoder = Sequential(Linear(latent, 784), Unflatten(1, (2, 1, 392)))
END
digits | npy parts/X_train '|u1' '60, 392, 2'
digits | npy parts/X_test '|u1' '60, 392, 2'
t 0 '1x392x2 has its channels last for this network' train parts --model signal.net --epochs 1 -o signals
for command in eval classify reconstruct report; do
    run $command signals
    [ "$code" -eq 0 ] || grep -q 'build is without' err || fail "$command of signals: $(cat err)"
done
t 0 '1x392x2 has its channels last' compare --run signals --classifier-epochs 1
t 0 '1x392x2 has its channels last' compare parts --model signal.net --latent 2 --epochs 1 --classifier-epochs 1

# Rows of numbers are written as rows, and read again as what they are.
cat >row.net <<'END'
input = 784
encoder = Sequential(Linear(784, 2))
decoder = Sequential(Linear(2, 784))
END
digits | npy row '|u1' '60, 784'
t 0 'trained 1 epoch' train row.npy --model row.net --epochs 1 -o row
t 0 '' reconstruct row --split all -o made.npy
head -c 128 made.npy | grep -q "'shape': (60, 784)" || fail "rows are written as $(head -c 128 made.npy | tail -c 118)"
t 0 '' decode row 0,1 1,0 -o two.npy
head -c 128 two.npy | grep -q "'shape': (2, 784)" || fail 'decoded rows'
t 0 'made.npy is not the data set' eval row made.npy
grep -q 'channels last' err && fail "rows taken for images: $(cat err)"

# Folders called 3 and 7 are the classes of a network that learned from such, on codes as on the pictures themselves: its
# model keeps the names, and goes by them, also where they stand for other numbers.
digits >bytes
picture() { # FOLDER NUMBER
    mkdir -p "$1" && { printf 'P5\n28 28\n255\n' && tail -c +$(($2 * 784 + 1)) bytes | head -c 784; } >"$1/$2.pgm"
}
i=0
while [ $i -lt 60 ]; do
    picture named/$((3 + i % 2 * 4)) $i
    [ $i -ge 20 ] || picture other/$((7 + i % 2 * 2)) $i
    i=$((i + 1))
done
export XDG_CACHE_HOME="$work/cache"
t 0 '2 folders are the classes: 3, 7' train named --size 28x28 --epochs 1 -o coder
t 0 'trained 2 epochs' classify coder --epochs 2 -o onCodes
t 0 'trained 2 epochs' classify named --images --net mlp --size 28x28 --epochs 2 -o onPictures
for model in onCodes onPictures; do
    has $model/model.safetensors '"embudo.labels": \{0,1\}"3\\n7"'
    has $model/best.safetensors '"embudo.labels": \{0,1\}"3\\n7"'
    for set in '' named; do
        # shellcheck disable=SC2086
        t 0 '2 folders are the classes: 3, 7' eval $model $set
        has out '^0 3  '
        has out '^1 7  '
    done
    run eval $model other
    [ "$code" -eq 1 ] || fail "classes 7 and 9 are taken for 3 and 7 by $model: $(cat out)"
    has err "9"
done
finish
