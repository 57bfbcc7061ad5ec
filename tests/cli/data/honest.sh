# What is scored: labels that say nothing about the images give a third of right answers, whatever
# the command, and each says which images it counted: sh honest.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# npy FILE SEED COUNT SHAPE MOST: COUNT bytes from 0 to MOST - 1 that follow no rule.
npy() {
    header=$(printf "{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }" "$4")
    printf '\223NUMPY\001\000v\000%-117s\n' "$header" >"$1"
    awk -v x="$2" -v n="$3" -v most="$5" 'BEGIN {
        for (i = 0; i < n; i++) {
            x = x * 16807 % 2147483647
            printf "\\%03o%s", int(x / 2147483647 * most), i % 500 == 499 || i == n - 1 ? "\n" : ""
        }
    }' | while read -r line; do printf "$line"; done >>"$1"
}
npy one.npy 3 28800 '1800, 4, 4' 256
npy one-labels.npy 5 1800 '1800,' 3
mkdir val plain
cp one.npy val/x_train.npy && cp one-labels.npy val/y_train.npy
npy val/x_val.npy 7 1600 '100, 4, 4' 256
npy val/y_val.npy 11 100 '100,' 3
cp one.npy plain/images.npy && cp one-labels.npy plain/labels.npy
cat >ae.net <<'END'
input = 1, 4, 4
latent = 4
encoder = Sequential(Flatten(), Linear(16, latent))
decoder = Sequential(Linear(latent, 16), Sigmoid(), Unflatten(1, (1, 4, 4)))
END
cat >class.net <<'END'
classes = 3
input = 1, 4, 4
classifier = Sequential(Flatten(), Linear(16, 24), Tanh(), Linear(24, classes))
END

# third TITLE: the lines of the file `numbers` are from 25 to 42, and there are some.
third() {
    awk -v of="$1" '{ n++; if ($1 < 25 || $1 > 42) { print "FAILED " of ": " $1 " % of right answers"; bad = 1 } }
        END { if (n == 0) { print "FAILED " of ": no score"; bad = 1 } exit bad }' numbers ||
        failures=$((failures + 1))
}
# scored PART COUNT DATA ARGS: a command that scores so many images of that part.
scored() {
    part=$1 count=$2 data=$3
    shift 3
    run "$@"
    [ "$code" -eq 0 ] || fail "$*: $(cat err)"
    sed -n "s/^${part}accuracy \([0-9.]*\) %.*/\1/p" out >numbers
    third "$*"
    has out "^$count ${part}images of .*$data\$"
}
# page PART FILE: each accuracy of a report.
page() {
    grep -o '>[0-9.]* %<' "$2" | head -n "${3:-9}" | tr -d '><%' >numbers
    third "$2"
    grep -q "${1}accuracy" "$2" || fail "$2 does not say ${1}accuracy"
    grep -q "[0-9] ${1}images of" "$2" || fail "$2 does not say what its scores are of"
}
# untested FILES: nothing is called test images, except where options are named.
untested() {
    sed 's/--test-s[a-z]*//g; s/<style>.*//' "$@" | grep -iw 'test' >said && fail "$*: $(head -n 3 said)"
}

# Held out by default: a sixth, the same whoever asks.
for data in one.npy plain val; do
    run train "$data" --model ae.net --epochs 1 --batch-size 64 -o "ae-$data"
    has err "$data has no test images: 300 of its 1,800 images are held out as test images"
    [ "$data" = val ] && has err '1,500 training and 100 validation images'
    run eval "ae-$data"
    has out '^test MSE '
    has out "^300 test images of .*$data\$"
    scored 'test ' 300 "$data" classify "ae-$data" --knn 1 -o "knn-$data"
    scored 'test ' 300 "$data" eval "knn-$data"
    scored 'test ' 300 "$data" classify "ae-$data" --head linear --epochs 2 -o "head-$data"
    scored 'test ' 300 "$data" eval "head-$data"
done
scored 'test ' 300 one.npy classify --images one.npy --net class.net --epochs 20 --lr 0.02 -o class
scored 'test ' 300 one.npy eval class
run classify --images one.npy --net class/model.safetensors --epochs 1 -o class-anew
has err '^class/model.safetensors: its weights are not used: '
scored 'test ' 300 one.npy eval class/model.safetensors one.npy
head -n 2 class/confusion.csv | tail -n 1 | grep -q ',one.npy,test,300$' || fail 'confusion.csv names no part'
run compare --run ae-one.npy --classifier-epochs 2 -o cmp
sed 1d cmp/compare.csv | cut -d, -f4 >numbers
third 'compare --run'
has cmp/compare.csv '^codes,knn,.*one.npy,test,300$'
has out '^accuracy on 300 test images of .*one.npy$'
run compare one.npy --model ae.net --epochs 1 --classifier-epochs 2 --seed 1,2 --latent 3,4 -o sweep
sed 1d sweep/compare.csv | cut -d, -f4 >numbers
third 'compare'
# A picture that is left out does not matter; every build makes a page.
for run in ae-one.npy knn-one.npy class; do
    run report $run
    [ "$code" -eq 0 ] || fail "report $run: $(cat err)"
done
page 'test ' ae-one.npy/report.html
page 'test ' knn-one.npy/report.html 1
page 'test ' class/report.html 1
has ae-one.npy/report.html 'which it never saw while it learned'
t 0 '' encode ae-one.npy -o test.npy
t 0 '' encode ae-one.npy --split train -o train.npy
t 0 '' encode ae-one.npy --split val -o val.npy
t 0 '' encode ae-one.npy --split all -o all.npy
for part in test:300 train:1200 val:300 all:1800; do
    [ "$(wc -c <"${part%:*}.npy")" -eq $((128 + 16 * ${part#*:})) ] || fail "codes of $part"
done

# Another share, another seed, and resuming.
run train one.npy --model ae.net --epochs 2 --max-steps 5 --test-split 0.3 --test-seed 9 -o part
has err '540 of its 1,800'
run train one.npy --model ae.net --epochs 2 --max-steps 60 --test-split 0.3 --test-seed 9 -o whole
scored 'test ' 540 one.npy classify part --knn 3 -o knn-part
t 1 'those that its training held out' classify part --knn 3 --test-split 0.1 -o x
t 1 'those that its training held out' compare --run part --test-seed 8
t 2 'test-split' train one.npy --model ae.net --test-split 1
run train --resume part
[ "$code" -eq 0 ] || fail "resume: $(cat err)"
run train one.npy --model ae.net --epochs 1 -o seeds --seed 7
t 0 '' encode seeds -o other.npy
for file in test other; do
    "$program" encode "$([ $file = test ] && echo ae-one.npy || echo seeds)" 2>/dev/null | cut -d, -f5 >$file.labels
done
same test.labels other.labels

# None held out: what is scored is validation, and nothing is called test.
run train one.npy --model ae.net --epochs 1 --test-split 0 -o none
untested out err
scored 'validation ' 360 one.npy classify none --knn 1 -o knn-none
untested out err knn-none/confusion.csv
scored 'validation ' 360 one.npy eval knn-none
untested out
scored 'validation ' 360 one.npy classify --images one.npy --net class.net --test-split 0 -o class-none
untested out err
run compare --run none --classifier-epochs 1 -o cmp-none
sed 1d cmp-none/compare.csv | cut -d, -f4 >numbers
third 'compare, none held out'
has cmp-none/compare.csv '^codes,knn,.*one.npy,validation,360$'
untested out cmp-none/compare.csv
for run in none knn-none class-none; do run report $run; done
page 'validation ' none/report.html
page 'validation ' class-none/report.html 1
untested none/report.html class-none/report.html
grep -q 'never saw while' none/report.html && fail 'a page claims too much'
t 1 'none were held out of the training' encode none --split test

# A model that does not say what it learned from claims nothing.
cp ae-one.npy/model.safetensors stranger.safetensors
sed 's/test_split/text_splat/; s/seed=42/sead=42/' stranger.safetensors >old.safetensors
run eval old.safetensors one.npy
has err 'does not say which of the images it was trained on'
has out '^all 1,800 images of one.npy$'
untested out
scored 'held-out ' 300 one.npy classify old.safetensors one.npy --knn 1 -o knn-old
has err 'the model that it builds on may have seen them'
untested out
# Other data than the run's, as many or more.
cp one.npy other.npy && cp one-labels.npy other-labels.npy
printf '\1' | dd of=other.npy bs=1 seek=700 conv=notrunc 2>/dev/null
run eval ae-one.npy other.npy
has err 'other.npy is not the data set that ae-one.npy was trained on'
untested out
# A run on a data set with test images of its own knows one array that is not it, and one that is.
mkdir tested && cp one.npy tested/x_train.npy && npy tested/x_test.npy 13 1600 '100, 4, 4' 256
run train tested --model ae.net --epochs 1 -o parted
run eval parted other.npy
has err 'other.npy is not the data set that parted was trained on: all'
! grep -q 'may have learned' err || fail "it says that of other data: $(cat err)"
t 1 'is not the data set that' encode parted other.npy --split val
# A model without its run knows its data as well, and a classifier of other data does not call them test images.
cp none/model.safetensors lonely.safetensors
for model in stranger none lonely; do
    [ -d $model ] || model=$model.safetensors
    run eval $model other.npy
    has err "other.npy is not the data set that $model was trained on: all"
    has out '^all 1,800 images of other.npy$'
    untested out
    t 1 'is not the data set that' encode $model other.npy --split val
done
scored 'test ' 300 one.npy classify stranger.safetensors one.npy --knn 1 -o knn-stranger
scored 'held-out ' 300 other.npy classify ae-one.npy other.npy --knn 1 -o knn-other
scored 'held-out ' 300 other.npy eval knn-other
run compare --run ae-one.npy other.npy --classifier-epochs 1
has out '^accuracy on 300 held-out images of other.npy$'
# A page only shows classifiers of its own data, and says nothing about others.
t 0 '' report ae-one.npy
grep -q 'knn-other' ae-one.npy/report.html && fail 'a page has a classifier of other data'
# A data set's own validation images are recognised.
cp one.npy val/x_val.npy && cp one-labels.npy val/y_val.npy
t 1 'holds other data than when ae-val/run.json named it: validation images' encode ae-val --split val
# Every score reports images that occur twice; a page claims nothing about them.
mkdir twice
cp one.npy twice/x_train.npy && cp one-labels.npy twice/y_train.npy
cp one.npy twice/x_test.npy && cp one-labels.npy twice/y_test.npy
run train twice --model ae.net --epochs 1 -o ae-twice
run eval ae-twice
has err '1,800 of the 1,800 test images are also among its training images'
run classify ae-twice --knn 1 -o knn-twice
has err '1,800 of the 1,800 test images are also among its training images'
run compare --run ae-twice --classifier-epochs 1
has err '1,800 of the 1,800 test images are also among its training images'
run report ae-twice
grep -q 'never saw while' ae-twice/report.html && fail 'a page claims too much of images that are there twice'
has ae-twice/report.html '1,800 of the images that are scored here are also among'
# The same for validation images that are scored because no test images are held out.
mkdir twice-val
cp one.npy twice-val/x_train.npy && cp one-labels.npy twice-val/y_train.npy
cp one.npy twice-val/x_val.npy && cp one-labels.npy twice-val/y_val.npy
run train twice-val --test-split 0 --model ae.net --epochs 1 -o ae-twice-val
run eval ae-twice-val
has err '1,800 of the 1,800 validation images are also among its training images'
run classify ae-twice-val --knn 1 -o knn-twice-val
has err '1,800 of the 1,800 validation images are also among its training images'
run report ae-twice-val
has ae-twice-val/report.html '1,800 of the images that are scored here are also among'
# A model without a record says nothing about one array, neither about its test part nor about the rest.
run import ae-one.npy/model.safetensors -o foreign.safetensors
t 1 'only --split all is possible' encode foreign.safetensors one.npy --split val
# A run of neighbours scores no other array: it has none of its images there.
npy other-array.npy 5 28800 '1800, 4, 4' 256
cp one-labels.npy other-array-labels.npy
t 1 'is not the data set that knn-one.npy was trained on, whose images are its neighbours' eval knn-one.npy other-array.npy
run eval ae-one.npy
grep -q 'among its training' err && fail 'images that are there once are told of'
# A picture names its data: with another name it is another picture.
cp one.npy name.npy && cp one-labels.npy name-labels.npy
for kind in walk errors codes 'manifold --dims 0,1'; do
    # shellcheck disable=SC2086
    run plot ae-one.npy $kind one.npy -o a.svg
    # shellcheck disable=SC2086
    run plot ae-one.npy $kind name.npy -o b.svg
    cmp -s a.svg b.svg && fail "plot $kind does not name its data"
done

# A data set with its own test images: nothing is held out, and nothing recorded.
small data
run train data --epochs 1 --max-steps 2 -o own
! grep -q 'holds\? out' err || fail "says what was not asked: $(cat err)"
run train data --epochs 1 --max-steps 2 --test-split 0.5 -o own2
has err '^data has its own test images: --test-split and --test-seed have no effect$'
same own2/model.safetensors own/model.safetensors
grep -q test_split own/run.json own/model.safetensors && fail 'held out of a data set with test images'
finish
