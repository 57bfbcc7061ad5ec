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

# More epochs, where the rate does not depend on their number.
t 0 'trained 1 epoch' train data --epochs 1 --schedule step --step-size 1 -o more
t 0 'trained 2 epochs' train --resume more --epochs 2
t 0 'trained 2 epochs' train data --epochs 2 --schedule step --step-size 1 -o planned
same more/model.safetensors planned/model.safetensors
t 0 '--schedule one-cycle spans 3 epochs' train --resume whole --epochs 3

# What is refused.
t 1 'expected one of mse, l1' train data --loss mze
t 1 'is a loss of a network with a classifier' train data --loss cross_entropy
t 1 'momentum is of SGD and RMSprop' train data --momentum 0.9
t 1 'requires a momentum' train data --optimiser sgd --nesterov
t 1 'needs --step-size' train data --schedule step
t 1 'needs images of at least 176x176' train data --loss ms_ssim
t 2 '--ema: expected' train data --ema 1
t 2 '--optimiser: expected one of' train data --optimiser lion
gone runs
finish
