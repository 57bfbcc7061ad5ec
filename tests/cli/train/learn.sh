# Losses, optimisers, schedules and early stopping of train and classify: sh learn.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

# What was asked for is in run.json and in the model; the same bits after resuming.
t 0 'trained 2 epochs' train data --loss 'mse+0.20*ssim' --optimiser sgd --momentum 0.9 --nesterov \
    --weight-decay 0.001 --clip-norm 1 --ema 0.9 --schedule one-cycle --lr 0.1 --epochs 2 \
    --checkpoint-every 20 --keep 9 -o whole
has whole/run.json '"optimizer": "SGD"'
has whole/run.json '"loss": "MSELoss + 0.2\*SSIM"'
has whole/run.json '"momentum": 0.9'
has whole/run.json '"nesterov": true'
has whole/run.json '"schedule": "one-cycle"'
grep -q 'optimizer=SGD loss=MSELoss+0.2\*SSIM momentum=0.9 nesterov=1 weight_decay=0.001 clip_norm=1 ema=0.9' \
    whole/model.safetensors || fail "the model does not say how it was trained"
result whole >wanted
rm -f whole/checkpoints/000000040* whole/checkpoints/000000060* whole/model.safetensors
t 0 'trained 2 epochs' train --resume whole
result whole >got
same got wanted
t 0 'doctor' eval whole data --ssim
has out '^test SSIM 0\.[0-9]*$'

# What cannot be measured is refused before anything is printed.
cat >little.net <<'END'
input = 1, 8, 8
encoder = Sequential(Flatten(), Linear(64, 2))
decoder = Sequential(Linear(2, 64), Unflatten(1, (1, 8, 8)), Sigmoid())
END
{ printf "\\223NUMPY\\001\\000\\166\\000%-117s\\n" "{'descr': '|u1', 'fortran_order': False, 'shape': (30, 8, 8), }"
  head -c 1920 data/train-images-idx3-ubyte; } >little.npy
t 0 'trained 1 epoch' train little.npy --model little.net --epochs 1 -o little
t 1 "the similarity's window needs images of at least 11x11 pixels; these are 1x8x8" eval little little.npy --ssim
[ ! -s out ] || fail "printed before it was refused: $(cat out)"

# It stops when the loss is not better, is then complete, and best.safetensors stays.
t 0 'stopped early, after epoch 2 of 9' train data --epochs 9 --patience 1 --min-delta 100 -o early
has early/run.json '"outcome": "stopped early"'
exists early/best.safetensors
t 0 'early is complete: it stopped early, after 2 of 9 epochs' train --resume early

# A rate of its own for each optimiser.
t 0 'stopped after 1 step' train data --optimiser rmsprop --max-steps 1 -o rmsprop
has rmsprop/run.json '"lr": 0.01'
t 0 'trained 1 epoch' classify --images data --optimiser adamw --epochs 1 \
    --loss 'cross_entropy(label_smoothing=0.1)' -o classes
has classes/run.json '"loss": "CrossEntropyLoss(label_smoothing=0.1)"'

# 0 is 0, not the default.
t 0 'trained 1 epoch' train data --epochs 1 --beta1 0 --beta2 0 --eps 0.001 --schedule plateau --factor 0 \
    --plateau-patience 0 --threshold 0 --threshold-mode abs --cooldown 2 --min-lr 0.0001 -o zero
for term in '"beta1": 0' '"beta2": 0' '"factor": 0' '"plateau_patience": 0' '"threshold": 0' \
    '"threshold_mode": "abs"' '"cooldown": 2' '"min_lr": 0.0001'; do
    has zero/run.json "$term[,]*\$"
done
t 0 'stopped after 1 step' train data --optimiser rmsprop --alpha 0 --lr 0.0001 --max-steps 1 -o alpha
has alpha/run.json '"alpha": 0,*$'
t 0 'trained 1 epoch' classify --images data --epochs 1 --schedule plateau --plateau-mode max -o rises
has rises/run.json '"plateau_mode": "max"'
t 0 'so --beta1 does nothing; --fixed-momentum keeps it' \
    train data --epochs 1 --max-steps 1 --schedule one-cycle --beta1 0.5 -o cycled

# More epochs, where the rate does not depend on their number.
t 0 'trained 1 epoch' train data --epochs 1 --schedule step --step-size 1 -o more
t 0 'trained 2 epochs' train --resume more --epochs 2
t 0 'trained 2 epochs' train data --epochs 2 --schedule step --step-size 1 -o planned
same more/model.safetensors planned/model.safetensors
t 0 '--schedule one-cycle spans 3 epochs' train --resume whole --epochs 3

# What is refused.
t 2 'expected one of mse, l1' train data --loss mze
t 2 'arguments of HuberLoss have names: write delta=1 (see embudo train --help)' train data --loss 'huber(1)'
t 2 'write label_smoothing=0.2' train data --loss 'cross_entropy(0.2)'
t 2 '--loss is longer than 191 characters' train data --loss "$(printf '%0200d' 0)"
t 2 '--schedule step needs --step-size' train data --schedule step
t 2 '--freeze is longer than 191 characters' train data --freeze "$(printf '%0200d' 0)"
t 2 '--nesterov belongs to --momentum' train data --optimiser sgd --nesterov
t 1 'is a loss of a network with a classifier' train data --loss cross_entropy
t 2 'requires a momentum and zero dampening' train data --optimiser sgd --nesterov --momentum 0.5 --dampening 0.1
t 2 'needs --step-size' train data --schedule step
t 2 'threshold: expected a number below 1, got 2' train data --schedule plateau --threshold 2
t 1 'is of a classifier' train data --schedule plateau --plateau-mode max
t 2 '--max-momentum is of the cycle that --fixed-momentum leaves out' \
    train data --schedule one-cycle --fixed-momentum --max-momentum 0.9
t 2 '--schedule is linear here' classify --images data --gamma 0.5
t 2 '--gamma belongs to --schedule step, and --schedule is' train data --recipe best --gamma 0.5
# What would do nothing: the option, what it belongs to, how it stands.
while read -r option value owner; do
    test "$value" = - && value=
    t 2 "--$option belongs to $owner" train data "--$option" $value
    test "$(wc -l <err)" = 1 || fail "--$option: more than a line: $(cat err)"
done <<END
momentum 0.9 --optimiser sgd|rmsprop, and --optimiser is adam here: add --optimiser sgd|rmsprop
dampening 0.1 --optimiser sgd, and
nesterov - --optimiser sgd, and
decoupled-weight-decay - --optimiser nadam, and
alpha 0.9 --optimiser rmsprop, and
centered - --optimiser rmsprop, and
momentum-decay 0.1 --optimiser nadam, and
step-size 1 --schedule step, and --schedule is constant here
gamma 0.1 --schedule step, and
eta-min 0.1 --schedule cosine, and
pct-start 0.5 --schedule one-cycle, and
div-factor 2 --schedule one-cycle, and
final-div-factor 2 --schedule one-cycle, and
fixed-momentum - --schedule one-cycle, and
base-momentum 0.5 --schedule one-cycle, and
max-momentum 0.5 --schedule one-cycle, and
factor 0.5 --schedule plateau, and
plateau-patience 1 --schedule plateau, and
cooldown 1 --schedule plateau, and
min-lr 0.1 --schedule plateau, and
plateau-mode max --schedule plateau, and
threshold 0.1 --schedule plateau, and
threshold-mode abs --schedule plateau, and
min-delta 1 --patience, which is not given: add it
END
for option in 'beta1 0.5' 'beta2 0.5' 'eps 1' amsgrad; do
    t 2 "--${option%% *} belongs to --optimiser adam|adamw" train data --optimiser sgd --$option
done
t 2 '--nesterov belongs to --momentum, which is not given' train data --optimiser sgd --nesterov
t 2 '--decoupled-weight-decay belongs to --weight-decay' train data --optimiser nadam --decoupled-weight-decay
t 1 'needs images of at least 176x176' train data --loss ms_ssim
t 2 '--ema: expected' train data --ema 1
t 2 '--optimiser: expected one of' train data --optimiser lion
gone runs
finish
