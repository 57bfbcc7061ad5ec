# The program when the system fails it: killed at each call that changes the disk, and each kind of
# call failing, once and from then on. sh slow_faults.sh PROGRAM REPOSITORY
# FAULTS=all takes every call, and a sample of those of a training that goes back; without it, the later
# ones are sampled, and of a training that goes back there are kills alone.
program=$1 root=$2
. "$root/tests/cli/common.inc"
preload=${EMBUDO_PRELOAD-}
[ -n "$preload" ] && [ -f "$preload" ] || exit 77

mkdir data
{ printf '\000\000\010\003\000\000\000\050\000\000\000\004\000\000\000\004'; gzip -dc "$root/data/mnist/train-images-idx3-ubyte.gz" 2>/dev/null | tail -c +3000 | head -c 640; } >data/train-images-idx3-ubyte
{ printf '\000\000\010\001\000\000\000\050'; head -c 40 /dev/zero; } >data/train-labels-idx1-ubyte
for part in images-idx3 labels-idx1; do cp data/train-$part-ubyte data/t10k-$part-ubyte; done
cat >tiny.net <<'END'
input = 1, 4, 4
encoder = Sequential(Flatten(), Linear(16, 8), Tanh(), Linear(8, 2))
decoder = Sequential(Linear(2, 16), Sigmoid(), Unflatten(1, (1, 4, 4)))
END
plain='train data --model tiny.net --epochs 2 --batch-size 8 --shuffle --threads 1 --checkpoint-every 3 --keep 3 -o run'
# Goes back six times: to the newest checkpoint and, if that does not help, to the one before it.
retry='train data --model tiny.net --epochs 4 --batch-size 8 --shuffle --threads 1 --checkpoint-every 2 --keep 3 --warmup 8 --lr 1e38 --on-nan retry -o run'

# faulty CALL ERROR N MOST ARGS: the program with this fault; $code, and the file met.
faulty() {
    fault=$1:$2:$3:$4
    shift 4
    rm -f met
    EMBUDO_FAULT=$fault EMBUDO_FAULT_MET=met LD_PRELOAD=$preload "$program" "$@" >out 2>err </dev/null
    code=$?
}

# After whatever happened: the run continues, or starts again, and ends as it should.
recovers() { # WHAT
    some=$(ls run/checkpoints/*.safetensors 2>/dev/null)
    if [ -f run/model.safetensors ] && [ -z "$some" ]; then
        fail "$1: a model without a checkpoint"
    elif [ -n "$some" ]; then
        run train --resume run
        [ $code -eq 0 ] || grep -q 'is complete' err || fail "$1: cannot be resumed: $(cat err)"
    else
        if [ -f run/run.json ]; then
            run train --resume run
            [ $code -ne 0 ] || grep -q 'starting again' err || fail "$1: continues from nothing: $(cat err)"
        else
            rm -rf run
            run $train
        fi
        [ $code -eq 0 ] || fail "$1: does not begin again: $(cat err)"
    fi
    result run >got 2>&1
    cmp -s got wanted || fail "$1: ends otherwise"
    [ "$(ls -AR run | grep -c '[.]tmp[.]\|[.]lock')" -eq 0 ] || fail "$1: left $(ls -AR run)"
}

next() { # the call after $1
    [ "${FAULTS-}" = all ] && echo $(($1 + 1)) || echo $(($1 + 1 + $1 / 2))
}

kills() { # ARGS: ended at each call that changes the disk
    train=$*
    rm -rf run
    t 0 'trained' $train
    result run >wanted
    n=1 hits=0
    while :; do
        rm -rf run
        faulty change 0 $n 1 $train
        [ -f met ] || break
        [ $code -eq 137 ] || fail "$train: killed at call $n: exit code $code"
        recovers "$train: killed at call $n"
        hits=$((hits + 1))
        n=$(next $n)
    done
    [ $code -eq 0 ] && [ $n -gt 50 ] || fail "kills end at call $n with exit code $code"
    echo "killed at $hits calls"
}

# CALL ERROR
faults='alloc 12
open 24
open 28
read 5
write 28
write 5
fsync 5
close 5
rename 28
unlink 13
mkdir 28'

each() { # NAME ARGS: with every fault
    name=$1 points=0
    shift
    while read -r call error; do
        for most in 1 1000000; do # once, from then on
            n=1
            while :; do
                rm -rf made* && [ "$name" = use ] || rm -rf run
                [ "$name" != resume ] || { cp -r whole run && rm run/model.safetensors && rm "$(ls -d run/checkpoints/* | tail -n 1)"; }
                faulty $call $error $n $most "$@"
                [ -f met ] || break
                points=$((points + 1))
                what="$name, $call $n fails with $error, $most times"
                case $code in
                0) ;;
                1) [ "$(grep -c '^embudo: ' err)" -eq 1 ] || fail "$what: not one line: $(cat err)" ;;
                *) fail "$what: exit code $code: $(cat err)" ;;
                esac
                if [ "$name" != use ]; then
                    # Nobody can remove what the system does not let go of.
                    [ "$call" != unlink ] || rm -f run/*.tmp.* run/checkpoints/*.tmp.* run/.lock
                    recovers "$what"
                fi
                n=$(next $n)
            done
            [ $code -eq 0 ] || fail "$name without a fault: exit code $code: $(cat err)"
        done
    done <faults
    echo "$name: $points faults"
}
echo "$faults" >faults
kills $retry
has err '^going back to step 6, '
has err '^going back to step 10, '
[ "$(grep -c '^going back' err)" -eq 6 ] || fail "goes back otherwise: $(cat err)"
if [ "${FAULTS-}" = all ]; then
    FAULTS= # sampled: a run that goes back makes five times as many calls
    each retry $retry
    FAULTS=all
fi
kills $plain
cp -r run whole
each train $plain
each resume train --resume run
each use encode whole data --split all -o made.npy
each use export whole --c made --int8
each use export whole --onnx -o made
each use reconstruct whole data -o made.png
finish
