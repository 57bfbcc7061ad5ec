# --resume RUN --epochs MORE, killed anywhere: the plan stays, and the files agree with what was trained:
# sh replan.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
preload=${EMBUDO_PRELOAD-}
[ -n "$preload" ] && [ -f "$preload" ] || exit 77
cat >tiny.net <<'NET'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 3), Tanh())
decoder = Sequential(Linear(3, 784), Unflatten(1, (1, 28, 28)))
NET
small data
# Floats of 8 to 16: one array, with test images held out of it, and a range of many digits.
{ printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (60, 28, 28), }"
  printf "$(tail -c +17 data/train-images-idx3-ubyte | head -c $((60 * 784)) | tr '\200-\377' '\011' |
      od -An -v -tu1 -w1 | awk '{ printf "\\063\\063\\%03o\\101", $1 }')"; } >floats.npy

# at TEXT ARGS: SIGKILL once a file whose path has TEXT in it has its name.
at() {
    text=$1
    shift
    EMBUDO_SIGNAL=9:$text LD_PRELOAD=$preload "$program" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq 137 ] || fail "embudo $* is not killed at $text: $code: $(cat err)"
}

# record RUN: what run.json says, except for the line that was typed and the times.
record() { sed '/"command": \[/,/\]/d; /"started": /d; /"finished": /d' "$1/run.json"; }
# agree RUN OTHER: nothing tells the two apart.
agree() {
    result "$1" >got
    result "$2" >wanted
    cmp -s got wanted || fail "$1 and $2 differ: $(diff got wanted)"
    record "$1" >got
    record "$2" >wanted
    cmp -s got wanted || fail "$1 and $2 differ: $(diff got wanted)"
}
# lines RUN N: history.csv has so many epochs, and so has the record.
lines() {
    [ "$(wc -l <"$1/history.csv")" -eq $(($2 + 1)) ] || fail "history of $1: $(cat "$1/history.csv")"
    has "$1/run.json" "\"epochs_done\": $2,"
}

# Killed at each file that a resumed run writes, before its first new checkpoint and in it. The best model is from
# before the new plan, and names the new one all the same.
quick='floats.npy --model tiny.net --lr 0.6'
t 0 'trained 3 epochs' train $quick --epochs 3 -o three
t 0 'trained 6 epochs' train $quick --epochs 6 -o six
has three/run.json '"test_images": 10'
has three/run.json "\"high\": 15.949999809265137"
best=$(grep -ao 'embudo.steps":"[0-9]*' six/best.safetensors)
[ "$best" = "$(grep -ao 'embudo.steps":"[0-9]*' three/best.safetensors)" ] || fail "the best of six is later: $best"
for text in checkpoints/000000009 best.safetensors run.json model.safetensors history.csv epoch-05.png \
    checkpoints/000000018; do
    rm -rf part && cp -r three part
    at $text train --resume part --epochs 6 --checkpoint-every 6
    t 0 'trained 6 epochs, 18 steps' train --resume part
    agree part six
    t 0 'part is complete: 6 epochs' train --resume part
    t 0 '' report part
    [ "$(grep -c 'epochs 6' part/report.html)" -gt 0 ] || fail "killed at $text, the page shows another line"
done

# Without --epochs nothing is planned anew, and the record stays, too.
rm -rf part && cp -r six part
rm part/model.safetensors
t 0 'trained 6 epochs' train --resume part
agree part six

# The epochs that were trained after the last checkpoint are lost: the history ends where the run does.
rm -rf part && cp -r three part
at epoch-09.png train --resume part --epochs 20 --checkpoint-every 60m
[ "$(wc -l <part/history.csv)" -eq 10 ] || fail "not killed after 9 epochs: $(cat part/history.csv)"
EMBUDO_SIGNAL=2:history.csv LD_PRELOAD=$preload "$program" train --resume part >out 2>err </dev/null
[ $? -eq 130 ] || fail "is not interrupted: $(cat err)"
lines part 3

# A run that has stopped early, and a learning rate that depends on the plan.
t 0 'stopped early, after epoch 2 of 9' train data --model tiny.net --epochs 9 --patience 1 --min-delta 100 -o early
t 0 'trained 2 epochs' train data --model tiny.net --epochs 2 --schedule linear -o linear
for run in early linear; do
    rm -rf cut whole
    cp -r $run cut && cp -r $run whole
    run train --resume whole --epochs 9
    at run.json train --resume cut --epochs 9
    run train --resume cut
    ! grep -q 'is complete' err || fail "$run: $(cat err)"
    agree cut whole
done
has linear/best.safetensors 'epochs=2 '
has whole/model.safetensors 'epochs=9 '

# A limit of steps is lifted, or moved, with the same bits; the record repeats the run.
t 0 'stopped after 4 steps' train $quick --epochs 6 --max-steps 4 -o limited
t 0 'limited is complete: 4 steps, the limit that --max-steps set; to train it further, give a larger --max-steps' train --resume limited
t 1 '--epochs 7: this run ends at --max-steps 4; give a larger --max-steps with it, or --max-steps 0' train --resume limited --epochs 7
t 1 '--max-steps 3: this run has taken 4 steps' train --resume limited --max-steps 3
t 0 'stopped after 7 steps' train --resume limited --max-steps 7
has limited/run.json '"max_steps": 7,'
at run.json train --resume limited --max-steps 0
t 0 'trained 6 epochs, 18 steps' train --resume limited
agree limited six

# Pictures have as many digits as the plan wants; other files keep their names.
rm -rf part && cp -r three part
cp part/epoch-01.png part/epoch-1x.png
t 0 'trained 6 epochs' train --resume part --epochs 6
[ "$(ls part | grep epoch | tr '\n' ' ')" = 'epoch-01.png epoch-02.png epoch-03.png epoch-04.png epoch-05.png epoch-06.png epoch-1x.png ' ] ||
    fail "pictures: $(ls part | tr '\n' ' ') $(cat err)"
EMBUDO_SIGNAL=2:epoch-007.png LD_PRELOAD=$preload "$program" train --resume part --epochs 100 >out 2>err </dev/null
[ "$(ls part | grep epoch | tr '\n' ' ')" = 'epoch-001.png epoch-002.png epoch-003.png epoch-004.png epoch-005.png epoch-006.png epoch-007.png epoch-1x.png ' ] ||
    fail "pictures: $(ls part | tr '\n' ' ') $(cat err)"

# A checkpoint that is not the newest: the later ones are of the old plan.
t 0 'trained 3 epochs' train $quick --epochs 3 --keep 3 -o kept
at run.json train --resume kept/checkpoints/000000006.safetensors --epochs 6
[ "$(steps kept)" = '3 6 ' ] || fail "another plan's checkpoints: $(steps kept)"
[ "$(wc -l <kept/history.csv)" -eq 3 ] || fail "another plan's history: $(cat kept/history.csv)"
t 0 'trained 6 epochs' train --resume kept
agree kept six

# A copy that lies elsewhere has no run. What is no checkpoint is refused for that.
mkdir elsewhere && cp six/checkpoints/000000018.safetensors elsewhere/copy.safetensors
t 1 'elsewhere/copy.safetensors: is a checkpoint outside of its run' train --resume elsewhere/copy.safetensors
t 1 'with its weights: --from elsewhere/copy.safetensors' train --resume elsewhere/copy.safetensors --epochs 9
gone .lock elsewhere/.lock
t 1 'six/model.safetensors: ' train --resume six/model.safetensors
has err 'is not a checkpoint of embudo train'
(cd six/checkpoints && "$program" train --resume 000000018.safetensors 2>../../err) || fail "in its folder: $(cat err)"
has err 'is complete: 6 epochs'

# Without a checkpoint, run.json has the plan.
t 0 'trained 3 epochs' train $quick --epochs 3 --checkpoint-every 60m -o none
rm none/model.safetensors
at run.json train --resume none --epochs 6 --checkpoint-every epoch
t 0 'starting again' train --resume none --checkpoint-every epoch
agree none six

# What it began with stays in the record.
t 0 'trained 2 epochs' train $quick --from three --epochs 2 -o more
record more >wanted
rm more/model.safetensors
t 0 'trained 2 epochs' train --resume more
record more >got
same got wanted
has got '"from_model": "three"'
finish
