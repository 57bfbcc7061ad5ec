# What the doctor says of small trainings, and when it is silent: sh doctor.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
cat >linear.net <<'N'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 4))
decoder = Sequential(Linear(4, 784), Unflatten(1, (1, 28, 28)))
N
sed 's/784, 4)/&, Tanh()/' linear.net >tanh.net

# lines COUNT: how many the doctor wrote.
lines() {
    [ "$(grep -c '^doctor: ' err)" -eq "$1" ] || fail "expected $1 lines of the doctor: $(cat err)"
}

# Too few steps to say anything of before the end, and then what would help.
t 0 'doctor: after epoch 3 the reconstructions are no better than the mean image (MSE 0.' \
    train data --epochs 3 -o few
lines 1
has err 'the mean image has 0\.0[0-9]*)\. Try more --epochs, another --lr or another --seed$'
[ "$(wc -l <out)" -eq 3 ] || fail "standard output: $(cat out)"

# The same if no images are kept for validation, and in eval.
t 0 'doctor: after epoch 2 the reconstructions are no better' \
    train data --epochs 2 --val-split 0 -o all
lines 1
t 0 'doctor: on every other one of these images the reconstructions are no better' eval few data
lines 1
[ "$(wc -l <out)" -eq 3 ] || fail "standard output of eval: $(cat out)"

# Trained long enough: after a thousand steps, at the end, and in eval, nothing.
t 0 'the run is in good' train data --model linear.net --epochs 25 --batch-size 8 --lr 0.006 -o good
lines 0
t 0 '' eval good data

# Ten epochs leave a linear network behind PCA.
t 0 'doctor: after epoch 8 the reconstructions are worse than those of 4 principal components (MSE' \
    train data --model linear.net --epochs 8 --lr 0.003 -o slow
lines 1
t 0 'doctor: on every other one of these images the reconstructions are worse than those of 4' eval slow data
# Before the fifth epoch of a training that is accepted.
t 0 'the run is in young' train data --model linear.net --epochs 4 --lr 0.02 -o young
lines 0

# A code of Tanh at its limits: the layer is named.
t 0 'the code carries no information, because encoder.2 Tanh() is saturated. Try a lower' \
    train data --model tanh.net --epochs 6 --lr 0.3 -o held
has err '(--lr 0\.001) or another --seed$'
lines 1

# With as many steps that a warm-up has room in them, it comes first; in eval, too; a longer one that does not fit is not
# named.
t 0 'Tanh() is saturated. Try --warmup 500, a lower learning rate (--lr 0.001) or another --seed' \
    train data --model tanh.net --epochs 10 --batch-size 4 --lr 0.3 -o cold
t 0 'Try training with --warmup 500, with a lower --lr or another --seed' eval cold data
t 0 'Tanh() is saturated. Try a lower learning rate (--lr 0.001) or another --seed' \
    train data --model tanh.net --epochs 10 --batch-size 4 --lr 0.3 --warmup 500 -o warm
# What --max-steps leaves is the whole: of 4,800 steps it would be 1000.
t 0 'Tanh() is saturated. Try --warmup 500, a lower learning rate' \
    train data --model tanh.net --epochs 20 --batch-size 2 --max-steps 1200 --lr 0.3 -o limit
# "No better" is not said of an error that is smaller.
for epochs in 9 12; do
    t 0 'better than the mean image (MSE 0.06' train data --model linear.net --epochs $epochs -o near-$epochs
    sed -n 's/^doctor: .* \([a-z]*\) better than the mean image (MSE \([0-9.]*\), the mean image has \([0-9.]*\)).*/\1 \2 \3/p' err >said
    awk '{ print ($2 < $3 ? "hardly" : "no"), $2, $3 }' said | cmp -s - said || fail "better: $(cat said)"
    cut -d' ' -f1 said
done >words
[ "$(tr '\n' ' ' <words)" = 'no hardly ' ] || fail "expected 'no' and 'hardly': $(cat words)"

# A variational code that its prior has taken, and a sparse one that is hardly ever on.
cat >kind.net <<'N'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 8), Variational(beta=100))
decoder = Sequential(Linear(4, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
N
t 0 'doctor: after epoch 20 the code says nothing of an image (KL 0.' \
    train data --model kind.net --epochs 20 --lr 0.003 -o prior
has err ' nats, active numbers: [0-4] of 4): posterior collapse. Try, in encoder.2 Variational(beta=100.0), a smaller beta, a warmup or free_bits, or a lower learning rate (--lr 0\.001)$'
lines 1
t 0 'doctor: on every other one of these images the code says nothing' eval prior data
sed 's/784, 8)/784, 4), ReLU()/; s/Variational(beta=100)/Sparse(l1=100)/' kind.net >sparse.net
t 0 'the reconstructions are no better than the mean image' \
    train data --model sparse.net --epochs 4 -o sparse
has err 'Try a smaller factor in encoder.3 Sparse(l1=100.0), more --epochs'
lines 1

# A codebook of which hardly an entry is taken.
cat >book.net <<'N'
input = 1, 28, 28
encoder = Sequential(Conv2d(1, 2, 4, stride=4), VectorQuantizer(500, 2))
decoder = Sequential(ConvTranspose2d(2, 1, 4, stride=4), Sigmoid())
N
run train data --model book.net --epochs 20 --lr 0.01 -o book
has err "^doctor: after epoch 20 [0-9]* of the codebook's 500 entries were never taken. Try more --epochs, fewer entries in encoder.1 VectorQuantizer(500, 2), or "
lines 1

# The loss explodes: once, however many epochs.
t 0 'doctor: after epoch 1 the loss is ' train data --model linear.net --epochs 3 --lr 1 -o high
has err 'up from 0\.[0-9]*: it is exploding. Try a lower learning rate (--lr 0\.001)$'
lines 1

# A look changes no bit: a run of one epoch, whose end is examined, and the same within a longer one.
t 0 'stopped after 30 steps' train data --epochs 9 --max-steps 30 -o part
t 0 'doctor: after epoch 1' train data --epochs 1 -o whole
for run in part whole; do tail -c 200000 $run/model.safetensors >$run.weights; done
same part.weights whole.weights
finish
