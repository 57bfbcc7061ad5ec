# --augment and --denoise: sh alter.sh PROGRAM REPOSITORY
#
# What is done to an image: tests/device/test_alter.c; threads, instruction sets and resuming:
# tests/model/test_slow_learning.c. Here is what a person types.
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
quick='--batch-size 32 --shuffle'

t 0 'images are changed: shift=2,flip' train data $quick --epochs 2 --augment 'flip, shift=2' \
    --denoise gaussian=0.3 --threads 1 -o one
has err 'the input has noise, in validation, too: gaussian=0.3'
grep -aq ' augment=shift=2,flip denoise=gaussian=0.3' one/model.safetensors ||
    fail 'the model does not say how images were changed'
has one/run.json '"augment": "shift=2,flip"'
t 0 'trained 2 epochs' train data $quick --epochs 2 --augment shift=2,flip --denoise gaussian=0.3 --threads 3 \
    -o three
same one/model.safetensors three/model.safetensors
t 0 'trained 1 epoch' train data $quick --epochs 1 --augment shift=2,flip --denoise gaussian=0.3 -o more
t 0 'trained 2 epochs' train --resume more --epochs 2
same one/model.safetensors more/model.safetensors

# What it takes off: by the record, or as asked.
run eval one data
has out '^test noisy (gaussian=0.3) MSE 0\.0[0-9]*, PSNR 1[0-9]\.[0-9]* dB$'
has out '^test denoised MSE 0\.[0-9]*, PSNR [0-9.]* dB, a gain of -*[0-9.]* dB$'
run eval one data --denoise salt=0.1
has out '^test noisy (salt=0.1) MSE'
t 0 'trained 1 epoch' train data $quick --epochs 1 -o plain
run eval plain data
[ $code -eq 0 ] || fail "eval: $(cat err)"
! grep -q noisy out || fail "a model without noise: $(cat out)"

t 2 'expected gaussian=X, salt=X or mask=X' train data --denoise blur=1 -o no
t 2 '--augment "zoom=2": zoom: expected a number above 0 and below 1' train data --augment zoom=2 -o no
t 1 'shift=28 moves images of 28x28 out of sight' train data --augment shift=28 -o no
t 2 '--denoise "gaussian=0": gaussian: expected' eval plain data --denoise gaussian=0
t 2 '--denoise cannot change when resuming' train --resume more --denoise salt=0.1
gone no
finish
