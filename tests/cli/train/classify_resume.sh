# embudo classify is stopped anywhere, and goes on to the same bits: sh classify_resume.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
preload=${EMBUDO_PRELOAD-}
[ -n "$preload" ] && [ -f "$preload" ] || exit 77
small data
run train data --epochs 1 --latent 4 -o ae
[ "$code" -eq 0 ] || fail "train: $(cat err)"

# at SIGNAL TEXT ARGS: the signal once a file whose path has TEXT in it has its name.
at() {
    signal=$1 text=$2
    shift 2
    EMBUDO_SIGNAL=$signal:$text LD_PRELOAD=$preload "$program" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq $((128 + signal)) ] || fail "embudo $*: not stopped at $text: $code: $(cat err)"
}
record() { sed '/"command": \[/,/\]/d; /"started": /d; /"finished": /d' "$1/run.json"; }
agree() { # RUN OTHER: nothing tells them apart
    for file in model.safetensors best.safetensors confusion.csv; do same "$1/$file" "$2/$file"; done
    cut -d, -f1-3,6- "$1/history.csv" >got && cut -d, -f1-3,6- "$2/history.csv" >wanted && same got wanted
    record "$1" >got
    record "$2" >wanted
    cmp -s got wanted || fail "$1 and $2 differ: $(diff got wanted)"
}

# On codes: stopped within an epoch's end, killed at each file.
t 0 'trained 4 epochs' classify ae data --epochs 4 -o whole
has err '^in whole: model.safetensors, best.safetensors, checkpoints, config.txt, history.csv, run.json, confusion.csv'
sed -n '/^test accuracy/,$p' out >said
at 2 history.csv classify ae data --epochs 4 -o part
has err 'to continue: embudo classify --resume part$'
exists part/model.safetensors part/checkpoints
# What programs read is whole, as train's is; and of the end, which is measured.
rm -rf part
at 2 history.csv classify ae data --epochs 4 -o part --json
has out '"outcome": "interrupted",$'
has out '"model": "head-mlp",$'
! grep -q accuracy out || fail "measured, where the training was stopped: $(cat out)"
tail -n 1 out | grep -qx '}' || fail "no whole answer: $(cat out)"
cp -r part twin
t 0 'trained 4 epochs' classify --resume twin --json
has out '"outcome": "finished",$'
has out '"accuracy": '
rm -r twin
rm -rf part
at 15 history.csv classify ae data --epochs 4 -o part --print-folder
[ "$(cat out)" = part ] || fail "--print-folder of what was stopped: $(cat out)"
t 0 'resuming from part/checkpoints/' classify --resume part
agree part whole
sed -n '/^test accuracy/,$p' out >got
same got said
for text in run.json checkpoints/000000008 best.safetensors history.csv model.safetensors confusion.csv; do
    rm -rf part
    at 9 $text classify ae data --epochs 4 -o part
    # Killed again while it goes on.
    [ $text != history.csv ] || at 9 checkpoints/000000024 classify --resume part
    t 0 'trained 4 epochs' classify --resume part
    agree part whole
done
t 0 'part is complete; its model is part/model.safetensors' classify --resume part
run classify --resume part --print-folder
[ "$code" -eq 0 ] && [ "$(cat out)" = part ] || fail "--print-folder of a complete run: $(cat out err)"
# From a checkpoint, and on past the plan: the rate depends on the number of epochs, or it does not.
t 0 '--schedule linear spans 6 epochs from here on, instead of 4' classify --resume part --epochs 6
has part/run.json '"epochs_done": 6,'
t 0 'trained 6 epochs' classify ae data --epochs 6 --schedule constant --keep 2 -o six
t 0 'trained 4 epochs' classify ae data --epochs 4 --schedule constant -o four
at 9 checkpoints/000000040 classify --resume four --epochs 6
t 0 'trained 6 epochs' classify --resume four
agree four six
t 0 'trained 6 epochs' classify --resume six/checkpoints/000000040.safetensors --epochs 6
agree six four

# On images, and neighbours.
t 0 'trained 3 epochs' classify --images data --net mlp --epochs 3 -o iwhole
at 15 history.csv classify --images data --net mlp --epochs 3 -o ipart
t 0 'trained 3 epochs' classify --resume ipart
agree ipart iwhole
t 0 'the run is in knn' classify ae data --knn 3 -o knn
at 9 confusion.csv classify ae data --knn 3 -o kpart
rm -f kpart/confusion.csv
t 0 'the run is in kpart' classify --resume kpart
same knn/confusion.csv kpart/confusion.csv
same knn/model.safetensors kpart/model.safetensors

# From another folder, and moved with data and autoencoder.
rm -rf part moved
at 2 history.csv classify ae data --epochs 4 -o part
mkdir -p elsewhere && (cd elsewhere && "$program" classify --resume ../part >../out 2>../err) || fail "elsewhere: $(cat err)"
for file in model.safetensors best.safetensors; do same part/$file whole/$file; done
rm -rf part elsewhere
at 2 history.csv classify ae data --epochs 4 -o part
mkdir moved && mv ae data part moved
t 0 'resuming from moved/part/checkpoints/' classify --resume moved/part
for file in model.safetensors best.safetensors; do same moved/part/$file whole/$file; done
has moved/part/run.json '"encoder_from_run": "../ae"'
mv moved/ae moved/data .

# What is wrong.
t 1 'ae: is a run of embudo train; to continue: embudo train --resume ae' classify --resume ae
t 1 'whole: is a run of embudo classify; to continue: embudo classify --resume whole' train --resume whole
t 2 '--head cannot change when resuming' classify --resume whole --head linear
t 1 'nothere: no such run or checkpoint' classify --resume nothere
# The codes of another autoencoder are not those that it learned from.
rm -rf part
at 2 history.csv classify ae data --epochs 4 -o part
run train --resume ae --epochs 2
t 1 'was trained on other images' classify --resume part
finish
