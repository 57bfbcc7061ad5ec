# The doctor on MNIST: networks that stay at the mean image for good, ones that come off it, and
# healthy ones: sh slow_doctor.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# verdict LINES NAME OPTIONS: how many lines the doctor writes where training stops just
# after the first epoch.
verdict() {
    wanted=$1 name=$2
    shift 2
    run train "$@" -o "$name"
    [ "$code" -eq 0 ] || fail "$*: $(cat err)"
    [ "$(grep -c '^doctor: after epoch 1 the reconstructions are no better' err)" -eq "$wanted" ] &&
        [ "$(grep -c '^doctor: ' err)" -eq "$wanted" ] || fail "$*: $(grep doctor err)"
}

# One epoch and one step, so that the first epoch is not the last.
high='--latent 8 --shuffle --batch-size 32 --lr 2.5e-3 --epochs 2 --max-steps 1501'
for seed in 42 2 7 9; do verdict 1 high$seed $high --seed $seed; done
has err 'the code carries no information, because encoder\.8 Tanh() is saturated'
t 0 'doctor: on every other one of these images the reconstructions are no better than the mean image' eval high42
verdict 0 high10 $high --seed 10
# These are at the mean image after an epoch, and come off it in the next.
for seed in 21 24; do
    verdict 0 late$seed --latent 8 --epochs 2 --max-steps 3001 --seed $seed
    has out 'Validation Loss: 0\.067'
done
for seed in 42 2 3; do verdict 0 two$seed --epochs 2 --max-steps 3001 --seed $seed; done
for seed in 22 23; do verdict 0 eight$seed --latent 8 --epochs 2 --max-steps 3001 --seed $seed; done
verdict 0 shuffled --latent 8 --shuffle --batch-size 32 --epochs 2 --max-steps 1501 --seed 31
verdict 0 wide --latent 32 --epochs 2 --max-steps 3001 --seed 1
t 0 'the run is in ten' train --epochs 5 --latent 8 --seed 29 -o ten
grep -q doctor err && fail "five epochs: $(cat err)"
t 0 '' eval ten
finish
