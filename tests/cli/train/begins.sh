# Trainings that begin with weights: sh begins.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
cat >ae.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 4))
decoder = Sequential(Linear(4, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
END
codes() { "$program" encode "$1" data -o "$1.npy" 2>/dev/null >out || fail "codes of $1"; }

# A rate that changes no weight: the codes are those of the model that it began with.
t 0 'trained 1 epoch' train data --model ae.net --epochs 1 --batch-size 64 -o first
codes first
still='--epochs 1 --batch-size 64 --lr 1e-30'
for how in '--from first' '--from first/model.safetensors' '--model first/model.safetensors' \
    '--from first --latent 4' '--from first --seed 9'; do
    rm -rf next
    t 0 'it begins with the weights of first' train data $how $still -o next
    codes next
    same next.npy first.npy
done
grep -aq ' from=[0-9a-f]\{16\}' next/model.safetensors || fail 'the model does not say what it began with'
! grep -aq ' from=' first/model.safetensors || fail 'a model of drawn weights says that it began with some'
t 0 'trained 1 epoch' train data --model ae.net $still -o drawn
! grep -q 'it begins with' err || fail 'drawn weights are said to be given'
codes drawn
! cmp -s drawn.npy first.npy || fail 'weights of a notation are not drawn'

t 1 'is trained for codes of 4, so latent 3' train data --from first --latent 3
t 1 'has no trained weights' train data --from ae.net
t 1 'no such file' train data --from nowhere

# Resuming, and starting again if there was no checkpoint yet, with the same weights.
more='--from first --epochs 2 --batch-size 64 --shuffle'
t 0 'trained 2 epochs' train data $more -o whole
result whole >wanted
t 0 'trained 2 epochs' train data $more --checkpoint-every 3 --keep 99 -o part
find part/checkpoints -name '*.safetensors' ! -name '*003.safetensors' -delete
t 0 'trained 2 epochs' train --resume part
result part >got
same got wanted
t 0 'trained 2 epochs' train data $more -o cut
rm -rf cut/model.safetensors cut/best.safetensors cut/checkpoints cut/history.csv cut/epoch-*
sed -i 's/"outcome": "finished"/"outcome": "running"/' cut/run.json
cp -r cut other
mkdir elsewhere
(cd elsewhere && "$program" train --resume ../cut >../out 2>../err </dev/null) || fail "again: $(cat err)"
result cut >got
same got wanted
mv first kept
cp -r drawn first
t 1 'is no longer the network that other began with' train --resume other
rm -rf first
mv kept first

# Without a name, the data are the run's own; the test images stay those that the first run held out.
"$program" decode first first.npy -o pixels.npy 2>err >out || fail "pixels: $(cat err)"
t 0 'held out as test images' train pixels.npy --model ae.net --epochs 1 --batch-size 64 -o array
t 0 'held out as test images' train --from array $still -o child
run eval array
mv out wanted
run eval child
same out wanted
has out '^test MSE '
t 1 'those that its training held out; others cannot be chosen' train --from array --test-seed 7 -o x
t 0 'may have seen them' train pixels.npy --from first $still -o stranger
run eval stranger
has out '^held-out MSE '
finish
