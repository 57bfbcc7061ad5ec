# Standard input, output and error that are closed, full or unread, and limits on the size of files:
# a training is not lost to them, and what is a result says so: sh streams.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
printf 'input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 2))\ndecoder = Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)))\n' >tiny.net
train() { "$program" train data --model tiny.net --epochs 2 --threads 1 --keep 3 "$@"; }

train -o whole --step-log whole.csv --tensorboard </dev/null >whole.out 2>err || fail 'training'
[ "$(wc -l <whole.out)" -eq 2 ] || fail "lines: $(cat whole.out)"

# Closed: every subset of the three. No file gets their numbers, so none gets their text.
for which in 0 1 2 01 02 12 012; do
    redirect=
    case $which in *0*) redirect="$redirect <&-" ;; *) redirect="$redirect </dev/null" ;; esac
    case $which in *1*) redirect="$redirect >&-" ;; *) redirect="$redirect >out" ;; esac
    case $which in *2*) redirect="$redirect 2>&-" ;; *) redirect="$redirect 2>err" ;; esac
    eval "train -o closed$which --step-log closed.csv --tensorboard $redirect"
    code=$?
    [ "$code" -eq 0 ] || fail "closed $which: exit code $code"
    same closed.csv whole.csv
    same "closed$which/model.safetensors" whole/model.safetensors
    [ "$(steps "closed$which")" = "$(steps whole)" ] || fail "closed $which: checkpoints"
    has "closed$which/run.json" '"outcome": "finished"'
    grep -aq 'Epoch' "closed$which"/tensorboard/events* && fail "closed $which: a line in events"
    case $which in
    1 | 01) has err '^2 lines could not be written to standard output: Bad file descriptor$' ;;
    2 | 02) same out whole.out ;;
    esac
done

# If standard output is the result, it must be written.
for command in 'info whole' 'eval whole data' 'encode whole data' 'data' '--help' '--version'; do
    for bad in '>&-' '>/dev/full'; do
        [ -w /dev/full ] || continue
        eval "'$program' $command $bad" 2>err </dev/null
        code=$?
        [ "$code" -eq 1 ] || fail "$command $bad: exit code $code"
        [ "$(cat err | grep -c '^embudo: cannot write to standard output: ')" -eq 1 ] ||
            fail "$command $bad: $(cat err)"
    done
done
# If it only says what was made, it need not.
for command in 'encode whole data -o o.csv' 'plot whole loss -o o.svg' \
    'export whole --onnx -o o.onnx' 'export whole --c o.c' 'report whole data -o o.html' \
    'reconstruct whole data -o o.png' 'decode whole codes.csv -o o2.png' 'classify whole data --epochs 1 -o judged' \
    'classify whole data --knn 1 -o judged' 'compare data --run whole --classifier-epochs 1 -o compared'; do
    "$program" encode whole data -o codes.csv >out 2>&1
    for bad in '>&-' '>/dev/full'; do
        [ -w /dev/full ] || continue
        case $command in classify*) rm -rf judged ;; esac
        eval "'$program' $command $bad" 2>err </dev/null
        code=$?
        if [ "$code" -eq 1 ] && grep -q 'build is without' err; then continue; fi
        [ "$code" -eq 0 ] || fail "$command $bad: exit code $code: $(cat err)"
        has err 'could not be written to standard output: '
    done
done
exists o.csv judged/confusion.csv compared/compare.csv

# Full, from the first line on; error too.
if [ -w /dev/full ]; then
    train -o full >/dev/full 2>err || fail 'training onto a full device'
    has err '^2 lines could not be written to standard output: No space left on device$'
    train -o full2 >/dev/full 2>/dev/full || fail 'training onto two full devices'
    train -o full3 2>/dev/full >out || fail 'training with a full standard error'
    same out whole.out
    for run in full full2 full3; do
        same $run/model.safetensors whole/model.safetensors
        has $run/run.json '"outcome": "finished"'
    done
fi

# If the reader goes away, there is no message.
for command in 'info whole' 'encode whole data' '--help'; do
    { eval "'$program' $command" 2>err; echo $? >code; } | head -n 1 >out
    [ -s out ] || fail "$command: nothing to read"
    [ ! -s err ] || fail "$command: $(cat err)"
    [ "$(cat code)" -le 1 ] || fail "$command: exit code $(cat code)"
done
{ train -o unread 2>err; echo $? >code; } | true
[ "$(cat code)" -eq 0 ] || fail "training unread: $(cat err)"
same unread/model.safetensors whole/model.safetensors

# A closed standard input cannot be read, which is not the same as an empty one.
for command in 'decode whole - -o closed.png' ; do
    eval "'$program' $command" <&- >out 2>err
    [ $? -eq 1 ] || fail "$command: exit code"
    [ "$(grep -c '^embudo: ' err)" -eq 1 ] || fail "$command: $(cat err)"
done

# A limit on the size of files: one line, exit code 1, and what was there stays. The signal is the
# program's to ignore. Two blocks of 512 bytes are the least: the OpenMP that comes with clang dies
# before main where it may not write a kilobyte of shared memory.
limited() (ulimit -f "$1" 2>/dev/null && shift && exec "$program" "$@")
cp -r whole kept
rm kept/model.safetensors "$(ls -d kept/checkpoints/* | tail -n 1)"
rm -rf before && cp -r kept before
last=$(ls -d kept/checkpoints/* | tail -n 1)
(limited 20 train --resume kept) >out 2>err </dev/null
code=$?
[ "$code" -eq 1 ] || fail "a limit while resuming: exit code $code: $(cat err)"
[ "$(grep -c '^embudo: ' err)" -eq 1 ] || fail "a limit while resuming: $(cat err)"
has err 'larger than a file may be here'
[ "$(cd kept && find . -type f | sort)" = "$(cd before && find . -type f | sort)" ] ||
    fail "a limit while resuming left: $(find kept -type f)"
same "$last" "before${last#kept}"
"$program" train --resume kept >out 2>err </dev/null || fail "resuming after a limit: $(cat err)"
same kept/model.safetensors whole/model.safetensors
for command in 'encode whole data -o big.csv' 'report whole data -o big.html' 'plot whole codes data -o big.png' \
    'export whole --c big'; do
    eval "limited 2 $command" >out 2>err </dev/null
    code=$?
    if [ "$code" -eq 1 ] && grep -q 'build is without' err; then continue; fi
    [ "$code" -eq 1 ] || fail "limited $command: exit code $code"
    [ "$(grep -c '^embudo: ' err)" -eq 1 ] || fail "limited $command: $(cat err)"
done
gone big.csv big.html big.png big/embudo_model.c
(ulimit -f 2 && exec "$program" encode whole data >big.csv) 2>err
[ $? -eq 1 ] || fail 'limited output'
has err '^embudo: cannot write to standard output: File too large'

finish
