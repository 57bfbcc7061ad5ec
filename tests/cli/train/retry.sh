# A loss that diverges, and a training that goes back: sh retry.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

backs() { sed -n 's/^going back to step \([0-9]*\), with learning rate \(.*\)$/\1:\2/p' err | tr '\n' ' '; }
newest() { ls "$1/checkpoints" | tail -n 1; }

# At 10 and at 5 the weights are finite, but no rate saves them.
lost='--epochs 3 --shuffle --schedule linear --checkpoint-every 5 --lr 3e36 --on-nan retry --keep 100'
t 0 'trained 3 epochs, 90 steps' train data $lost -o whole
[ "$(backs)" = '10:1.5e+36 5:7.5e+35 0:3.75e+35 ' ] || fail "it went back to $(backs)"
has whole/model.safetensors ' lr=3.75e+35 '
[ "$(ls whole/checkpoints | wc -l)" -eq 19 ] || fail "checkpoints of more than one past: $(ls whole/checkpoints)"
[ "$(wc -l <whole/history.csv)" -eq 4 ] || fail "history.csv: $(cat whole/history.csv)"
result whole >wanted

# Resumed after it went back: the halved rate is the run's.
cp -r whole part && rm part/model.safetensors part/checkpoints/0000000[1-9]*
[ "$(newest part)" = 000000005.safetensors ] || fail "left: $(ls part/checkpoints)"
t 0 'trained 3 epochs, 90 steps' train --resume part --threads 1
result part >got
same got wanted

# Stopped and killed, again and again, before and after it goes back.
for first in 1 2 3; do
    rm -rf killed e
    k=0
    while [ $k -lt 40 ]; do
        k=$((k + 1))
        if [ -n "$(ls killed/checkpoints/*.safetensors 2>/dev/null)" ]; then set -- --resume killed; else set -- data $lost -o killed; fi
        [ -d killed/checkpoints ] || rm -rf killed
        : >e
        "$program" train "$@" --threads $((1 + k % 2)) >/dev/null 2>e &
        # Not before it can be resumed, and is.
        tries=0
        until [ $tries -ge 600 ] || ! kill -0 $! 2>/dev/null || grep -q '^going \|is complete' e ||
            { [ "$1" = data ] && ls killed/checkpoints/*.safetensors >/dev/null 2>&1; }; do
            sleep 0.01 && tries=$((tries + 1))
        done
        sleep "0.0$(((first * 7 + k * 3) % 90 + 10))"
        case $(((first + k) % 2)) in 0) kill -TERM $! ;; *) kill -KILL $! ;; esac 2>/dev/null
        wait $! 2>/dev/null && break
        grep -q 'is complete' e && break
    done
    [ $k -lt 40 ] || t 0 'trained 3 epochs' train --resume killed
    result killed >got
    same got wanted
done

# Only one checkpoint, which cannot be saved: it says what would help, not what it has tried.
t 1 'after going back 10 times, each with half the rate; try --lr below ' \
    train data --lr 3e37 --epochs 2 --checkpoint-every 1 --on-nan retry -o lost
has err ', or use --keep to have older checkpoints to go back to\. The untrained model is kept in lost/model\.safetensors$'
grep '^embudo: ' err | grep -e '--on-nan' && fail 'advises what is in use'
has lost/run.json '"outcome": "diverged"'
[ "$(ls lost/checkpoints)" = 000000001.safetensors ] || fail "left: $(ls lost/checkpoints)"
t 1 'after going back 10 times, each with half the rate; try --lr below ' train --resume lost
[ -z "$(backs)" ] || fail "more than ten times: $(backs)"
t 1 'or --on-nan retry. The untrained model' train --resume lost --on-nan stop

# Nothing older was removed: only the rate is left to change.
for keep in 1 9; do
    rm -rf lost
    t 1 'after going back 10 times, each with half the rate; try --lr below ' \
        train data --lr 1e42 --on-nan retry --keep $keep -o lost
    [ "$(newest lost)" = 000000000.safetensors ] || fail "left: $(ls lost/checkpoints)"
    has err 'try --lr below [0-9.e+]*\. The untrained model'
done

# Weights that the last update spoilt, found when a checkpoint is due: not a failed write.
t 1 'the loss is not a finite number after step 1: encoder.0.weight is not finite (number 0); try --lr below 1e+38, or --on-nan retry' \
    train data --lr 1e38 --checkpoint-every 1 -o spoilt
has spoilt/run.json '"outcome": "diverged"'
gone spoilt/checkpoints/000000001.safetensors

# Went back over the end of an epoch, and is resumed from each checkpoint that is left.
cat >tiny.net <<'N'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 8), Tanh(), Linear(8, 2))
decoder = Sequential(Linear(2, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
N
over='--model tiny.net --epochs 4 --batch-size 120 --shuffle --checkpoint-every 2 --keep 9 --warmup 8 --lr 2e38'
t 0 'trained 4 epochs' train data $over --on-nan retry -o over
[ "$(backs | sed 's/:[^ ]*//g')" = '2 0 0 6 4 14 12 ' ] || fail "it went back to $(backs)"
[ "$(wc -l <over/history.csv)" -eq 5 ] || fail "history.csv: $(cat over/history.csv)"
result over >wanted
for checkpoint in over/checkpoints/*; do
    rm -rf part && cp -r over part
    number=${checkpoint##*/}
    [ "$number" = "$(newest over)" ] && continue
    t 0 'trained 4 epochs' train --resume part/checkpoints/$number
    result part >got
    same got wanted
done

# Without success, in the fourth epoch: what is left belongs to the three that it says are done.
t 1 'The model of epoch 3 is kept in vain/model.safetensors' \
    train data $over --warmup 0 --lr 1e39 --seed 1 --on-nan retry -o vain
[ "$(backs | tr ' ' '\n' | grep -c :)" -eq 10 ] || fail "it went back to $(backs)"
[ "$(cut -d, -f1 vain/history.csv | tr '\n' ' ')" = 'epoch 1 2 3 ' ] || fail "history.csv: $(cat vain/history.csv)"
has vain/model.safetensors '"embudo.steps": \{0,1\}"12"'
has vain/run.json '"epochs_done": 3'
finish
