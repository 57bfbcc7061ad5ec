# A process that ends between one thing that it keeps and the next, at a checkpoint and at the run's end:
# sh ends.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
preload=${EMBUDO_PRELOAD-}
[ -n "$preload" ] && [ -f "$preload" ] || exit 77
cat >tiny.net <<'N'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 8), Tanh(), Linear(8, 2))
decoder = Sequential(Linear(2, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
N
mkdir data
first train-images data 16 784 300 '\000\000\010\003\000\000\001\054\000\000\000\034\000\000\000\034'
first train-labels data 8 1 300 '\000\000\010\001\000\000\001\054'
first t10k-images data 16 784 100 '\000\000\010\003\000\000\000\144\000\000\000\034\000\000\000\034'
first t10k-labels data 8 1 100 '\000\000\010\001\000\000\000\144'

# The contents of a run, except for times.
result() {
    (
        cd "$1" && ls . checkpoints
        cat model.safetensors best.safetensors epoch-*.png tensorboard/*.tsv tensorboard/*.png | sha256sum
        [ ! -f history.csv ] || cut -d, -f1-3,6- history.csv
    ) 2>/dev/null
}

# at SIGNAL TEXT CODE ARGS: the program gets the signal once a file whose path has TEXT in it has its name.
at() {
    number=$1 text=$2 want=$3
    shift 3
    EMBUDO_SIGNAL=$number:$text LD_PRELOAD=$preload "$program" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq "$want" ] || fail "embudo $*: exit code $code, expected $want: $(cat err)"
}

# once NAME ARGS: the program opens the file of that name one time.
once() {
    name=$1
    shift
    rm -f opened
    EMBUDO_OPENED=$PWD/opened LD_PRELOAD=$preload "$program" "$@" >out 2>err </dev/null || fail "embudo $*: $(cat err)"
    [ "$(grep -c "/$name\$" opened)" -eq 1 ] || fail "embudo $* opens $name: $(grep -n "$name" opened)"
}

# A checkpoint is opened once, whether it is named or it is the newest of a run.
t 0 'stopped after 6 steps' train data --model tiny.net --max-steps 6 --checkpoint-every 3 --keep 9 -o six
cp -r six named
rm six/checkpoints/000000006* named/checkpoints/000000006*
once 000000003.safetensors train --resume six
once 000000003.safetensors train --resume named/checkpoints/000000003.safetensors
same six/model.safetensors named/model.safetensors

# Stopped at 7, killed once 9 has its name and before 7 is removed: the retry after the next goes back to 6.
retry='--model tiny.net --epochs 4 --batch-size 16 --shuffle --schedule cosine --on-nan retry --lr 5e37 --seed 4 --checkpoint-every 3 --keep 2 --max-steps 20 --threads 1'
t 0 'stopped after 20 steps' train data $retry -o whole
[ "$(sed -n 's/^going back to step \([0-9]*\),.*/\1/p' err | tr '\n' ' ')" = '0 6 9 6 ' ] || fail "goes back otherwise: $(cat err)"
result whole >wanted
at 15 000000006 143 train data $retry -o killed
at 15 000000006 143 train --resume killed
[ "$(steps killed)" = '3 6 7 ' ] || fail "stopped in a retry: $(steps killed)"
at 9 000000009 137 train --resume killed
[ "$(steps killed)" = '3 6 7 9 ' ] || fail "killed before what is old is removed: $(steps killed)"
t 0 'stopped after 20 steps' train --resume killed
result killed >got
same got wanted

# Ended between the last checkpoint and what follows it: only the end is left to do, and then nothing.
ends() { # RUN ARGS: continues and is as wanted; a second time there is nothing to do
    run=$1
    shift
    has "$run/run.json" '"outcome": "\(running\|interrupted\)"'
    t 0 "resuming from $run/checkpoints/" train --resume "$run" "$@"
    result "$run" >got
    same got wanted
    t 0 'is complete' train --resume "$run" "$@"
    result "$run" >got
    same got wanted
}
plain='--model tiny.net --epochs 2'
t 0 'stopped after 8 steps (--max-steps)' train data $plain --max-steps 8 --checkpoint-every 1 -o steps
result steps >wanted
for signal in 9:137 15:143; do
    rm -rf cut
    at ${signal%:*} 000000008.safetensors ${signal#*:} train data $plain --max-steps 8 --checkpoint-every 1 -o cut
    ends cut
    has cut/run.json '"outcome": "stopped at --max-steps"'
done
t 0 'trained 2 epochs' train data $plain --report --tensorboard -o epochs
result epochs >wanted
for signal in 9:137 2:130 15:143; do
    rm -rf cut
    at ${signal%:*} 000000030.safetensors ${signal#*:} train data $plain --report --tensorboard -o cut
    gone cut/report.html
    ends cut --report --tensorboard
    has cut/run.json '"outcome": "finished"'
done
rm -rf cut
at 15 epoch-02 143 train data $plain --report --tensorboard -o cut
has err '^interrupted after 30 steps; to continue: embudo train --resume cut$'
ends cut --report --tensorboard
# Ended just before the page; or something that was there is gone.
rm cut/report.html
t 0 'the report is in cut/report.html' train --resume cut --report
rm cut/model.safetensors
t 0 'trained 2 epochs' train --resume cut
result cut >got
same got wanted
finish
