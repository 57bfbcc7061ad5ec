# What a resumed run takes from its record: sh resume.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

expect() { [ "$(steps "$1")" = "$2 " ] || fail "$1 has the checkpoints $(steps "$1"), expected $2"; }

# from RUN STEPS ARGS: a copy of the run, resumed from its checkpoint after those steps.
from() {
    [ "$1" = part ] || { rm -rf part && cp -r "$1" part; }
    rm -f part/model.safetensors
    for file in $(steps part); do
        [ "$file" -le "$2" ] || rm "part/checkpoints/$(printf '%09d' "$file").safetensors"
    done
    shift 2
    t 0 'trained 3 epochs, 90 steps' train --resume part "$@"
    result part >got
    same got wanted
}

t 0 'trained 3 epochs, 90 steps' train data --epochs 3 --shuffle --checkpoint-every 20 --keep 6 -o whole
expect whole '20 40 60 80'
result whole >wanted

# The run's own options apply; one that is typed replaces the run's, and applies from then on.
from whole 20
expect part '20 40 60 80'
from whole 40 --keep 2
expect part '60 80'
from part 60
expect part '60 80'
from whole 40 --checkpoint-every 16
expect part '20 40 48 64 80'
from part 48
expect part '20 40 48 64 80'
from whole 20 --checkpoint-every epoch
expect part '20 30 60 90'
from whole 20 --checkpoint-every 1000m
expect part '20'
# A resumed process that wrote no checkpoint leaves no trace.
from part 20 --on-nan retry --threads 1
expect part '20 40 60 80'
has part/checkpoints/000000080.safetensors ' keep=6 retry=1 '
from part 40
has part/checkpoints/000000080.safetensors ' keep=6 retry=1 '
from part 40 --on-nan stop
has part/checkpoints/000000080.safetensors ' keep=6 retry=0 '

# --on-nan, too.
t 0 'stopped after 3 steps' train data --epochs 3 --max-steps 3 --lr 1e30 --on-nan retry -o nan
has nan/checkpoints/000000003.safetensors ' keep=1 retry=1 retries=0 '

# A record from before these options: the defaults apply, and a checkpoint is only removed for a new one.
t 0 'trained 3 epochs' train data --epochs 3 --shuffle --checkpoint-every 20 --keep 6 -o old
for file in old/checkpoints/*; do
    LC_ALL=C sed 's/ every_steps=\([^"]*\)/ Xvery_steps=\1/; s/ every_seconds=/ Xvery_seconds=/; s/ keep=/ Xeep=/
        s/ retry=/ Xetry=/; s/ retries=/ Xetries=/; s/ due=/ Xue=/' "$file" >changed && mv changed "$file"
done
cp -r old/checkpoints old-checkpoints
has old/checkpoints/000000040.safetensors ' Xeep=6 Xetry=0 '
t 0 'trained 3 epochs, 90 steps' train --resume old/checkpoints/000000040.safetensors
result old >got
same got wanted
expect old '20 40 60 90'
rm -rf old/checkpoints && mv old-checkpoints old/checkpoints
t 0 'trained 3 epochs, 90 steps' train --resume old
expect old '40 60 80 90'

# What a dead process left half-written is removed, whoever has its number by now: process 1, or this shell. Of
# files that others may be writing, a living process' stays.
from whole 60
mkdir part/tensorboard
dead=$(sh -c 'echo $$')
own='model.safetensors best.safetensors history.csv run.json report.html epoch-03.png epoch-1000000.png
    checkpoints/000000080.safetensors tensorboard/metadata.tsv tensorboard/sprite.png'
others='codes.npy epoch-.png epoch-3.pngx model.safetensors.txt'
for pid in 1 $$ $dead; do
    for name in $own $others; do echo >part/$name.tmp.$pid.0; done
done
echo >part/model.safetensors.tmp.1.x
t 0 'trained 3 epochs' train --resume part/checkpoints/000000060.safetensors
for name in $own $others; do gone part/$name.tmp.$dead.0; done
for name in $own; do gone part/$name.tmp.1.0 part/$name.tmp.$$.0; done
for name in $others; do [ -f part/$name.tmp.$$.0 ] || fail "$name.tmp.$$.0 of a living process is gone"; done
exists part/model.safetensors.tmp.1.x

# Minutes, also a share of one: each step takes longer than this.
t 0 'trained 1 epoch' train data --epochs 1 --checkpoint-every 1e-9m --keep 40 -o minutes
[ "$(ls minutes/checkpoints | wc -l)" -eq 30 ] || fail "each step: $(steps minutes)"
t 0 'trained 1 epoch' train data --epochs 1 --checkpoint-every 500m -o hours
gone hours/checkpoints
rm -f minutes/checkpoints/00000002[6-9]* minutes/checkpoints/000000030*
t 0 'trained 1 epoch' train --resume minutes
[ "$(ls minutes/checkpoints | wc -l)" -eq 30 ] || fail "each step, resumed: $(steps minutes)"
same minutes/model.safetensors hours/model.safetensors
for bad in 0 0m -1 -1m m 10x 10mm 1.5 infm nanm inf 1e13 1e13m '10 m' epochs ''; do
    text="--checkpoint-every: expected steps (500), minutes (10m) or epoch, got '$bad'"
    case $bad in '') text=--checkpoint-every ;; esac
    t 2 "$text" train data "--checkpoint-every=$bad"
done

# Another network, by name; and a notation in the checkpoint that its tensors do not have.
t 2 '--model cannot change when resuming; --resume uses the run' train --resume whole --model cnn
t 2 '--latent cannot change when resuming' train --resume whole --latent 3
cp -r whole other
LC_ALL=C sed 's/latent = 2/latent = 3/' whole/checkpoints/000000080.safetensors >other/checkpoints/000000080.safetensors
cmp -s whole/checkpoints/000000080.safetensors other/checkpoints/000000080.safetensors && fail 'the notation did not change'
t 1 'other/checkpoints/000000080.safetensors: ' train --resume other/checkpoints/000000080.safetensors
has err ': tensor [a-z0-9.]*\(weight\|bias\)\|notation'
finish
