# Stopping and resuming: sh slow_resume.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

options='--epochs 3 --shuffle --schedule linear --warmup 20 --latent 3'
t 0 'trained 3 epochs' train $options -o whole --threads 1
result whole >wanted

# Killed at some moment, again and again, and resumed: with any number of threads, checkpoints by
# steps. KILLS is more in `make torture`.
again() { # THREADS EVERY
    if [ -n "$(ls killed/checkpoints 2>/dev/null)" ]; then
        "$program" train --resume killed --checkpoint-every $2 --threads $1 >/dev/null 2>resume-err &
    else
        rm -rf killed
        "$program" train $options -o killed --checkpoint-every $2 --threads $1 >/dev/null 2>resume-err &
    fi
}
k=0 hits=0
while [ $k -lt "${KILLS:-25}" ]; do
    k=$((k + 1))
    again $((1 + k % 3)) $((20 + k % 7))
    # A pause that differs from kill to kill: in the start, in steps, in saves.
    sleep "0.$(printf '%03d' $((150 + k * 373 % 500)))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    [ $? -eq 137 ] && hits=$((hits + 1))
    if grep -q 'is complete' resume-err; then # once more from the start
        result killed >got
        same got wanted
        rm -rf killed
    fi
done
[ $hits -gt $((k / 2)) ] || fail "only $hits of $k kills hit a run"
again 2 1000
wait $!
[ $? -eq 0 ] || grep -q 'is complete' resume-err || fail "after $k kills: $(cat resume-err)"
result killed >got
same got wanted
[ "$(ls -A killed killed/checkpoints | grep -c tmp)" -eq 0 ] || fail "left: $(ls -A killed)"

# From every kept checkpoint, not only the newest; a file as well as a folder.
t 0 'trained 3 epochs' train $options -o kept --checkpoint-every 700 --keep 4
[ "$(ls kept/checkpoints | wc -l)" -eq 4 ] || fail "--keep 4: $(ls kept/checkpoints)"
result kept >got
same got wanted
oldest=$(ls kept/checkpoints | head -n 1)
t 0 "resuming from kept/checkpoints/$oldest" train --resume kept/checkpoints/$oldest
result kept >got
same got wanted
# The run's own --keep applies, unless the command line has another.
[ "$(ls kept/checkpoints | wc -l)" -eq 4 ] || fail "--keep 4, resumed: $(ls kept/checkpoints)"
t 0 "resuming from kept/checkpoints/$oldest" train --resume kept/checkpoints/$oldest --keep 1
result kept >got
same got wanted
gone kept/checkpoints/$oldest

# Interrupted by a signal, in the middle of an epoch.
"$program" train data --epochs 4000 -o signalled >/dev/null 2>err &
tries=0
while [ ! -d signalled/checkpoints ] && [ $tries -lt 600 ]; do sleep 0.05 && tries=$((tries + 1)); done
# The run belongs to this process and to no other.
t 1 "signalled: process $! is writing this run" train --resume signalled
t 1 "signalled: process $! is writing this run" train data -o signalled
kill -TERM $!
wait $!
[ $? -eq 143 ] || fail 'SIGTERM'
"$program" train --resume signalled >/dev/null 2>err &
sleep 0.3
kill -INT $!
wait $!
[ $? -eq 130 ] || fail 'SIGINT in a resumed run'
has err '^resuming from signalled/checkpoints/'
gone signalled/.lock

# What does not belong, what is damaged.
t 0 'is complete' train --resume whole
t 2 '--lr cannot change when resuming' train --resume whole --lr 0.1
t 2 '--checkpoint-every: expected steps (500), minutes (10m) or epoch' train data --checkpoint-every 1.5
t 1 'nowhere: no such run or checkpoint' train --resume nowhere
mkdir empty
t 1 'empty: has no checkpoints to resume from' train --resume empty
small other
printf x | dd of=other/train-images-idx3-ubyte bs=1 seek=5000 conv=notrunc 2>/dev/null
t 1 'was trained on other images' train other --resume signalled
for file in signalled/checkpoints/*; do printf x | dd of="$file" bs=1 seek=20 conv=notrunc 2>/dev/null; done
t 1 'signalled/checkpoints/' train --resume signalled
cp kept/checkpoints/* signalled/checkpoints/
finish
