# Resuming a run that is complete, and one that left no checkpoint: sh again.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
# Floats of 8 to 16, with MNIST's bytes as their fractions.
{ printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (60, 28, 28), }"
  printf "$(tail -c +17 data/train-images-idx3-ubyte | head -c $((60 * 784)) | tr '\200-\377' '\177' |
      od -An -v -tu1 -w1 | awk '{ printf "\\000\\000\\%03o\\101", $1 }')"; } >floats.npy

# A run that is complete says so, changes nothing, and continues if more epochs are asked for.
t 0 'trained 1 epoch' train data --epochs 1 -o whole
result whole >wanted
cp whole/run.json before.json
t 0 'whole is complete: 1 epoch, 30 steps; to train it further, give --epochs 2 with --resume' train --resume whole
result whole >got
same got wanted
same whole/run.json before.json
t 0 'trained 2 epochs' train data --epochs 2 -o two
result two >wanted
t 0 'trained 2 epochs, 60 steps' train --resume whole --epochs 2
result whole >got
same got wanted
t 0 'whole is complete: 2 epochs' train --resume whole
t 1 'it can have more, but not fewer' train --resume whole --epochs 1
t 0 'stopped after 3 steps' train data --max-steps 3 -o few
t 0 'few is complete: 3 steps, the limit that --max-steps set' train --resume few
t 0 'trained 1 epoch' train data --epochs 1 --schedule linear -o linear
t 0 'linear is complete: 1 epoch, 30 steps' train --resume linear
t 0 '--schedule linear spans 3 epochs from here on, instead of 1' train --resume linear --epochs 3

# The page shows the command line that makes the model again, for a resumed run too.
t 0 '' report whole
grep -o '<pre>embudo train[^<]*' whole/report.html | sed 's/<pre>embudo //; s/-o whole/-o remade/' >line
has line '^train data --epochs 1 -o remade --epochs 2$'
t 0 'trained 2 epochs' $(cat line)
same remade/model.safetensors whole/model.safetensors

# A run that was killed before its first checkpoint starts again as it began.
t 0 'trained 2 epochs' train data --epochs 2 --seed 7 --shuffle --checkpoint-every 40 -o wanted-run
result wanted-run >wanted
killed() { # as SIGKILL leaves a run in its first epoch
    rm -rf killed
    cp -r wanted-run killed
    rm -rf killed/model.safetensors killed/best.safetensors killed/checkpoints killed/history.csv killed/epoch-*
    sed -i 's/-run"/-run"/; s/"outcome": "finished"/"outcome": "running"/' killed/run.json
}
killed
t 0 'starting again: killed has no checkpoint yet' train --resume killed
result killed >got
same got wanted
has killed/run.json '"outcome": "finished"'
has killed/run.json '"--checkpoint-every"'
[ "$(steps killed)" = '40 ' ] || fail "killed has the checkpoints $(steps killed)"
killed
t 0 'starting again' train --resume killed --checkpoint-every 25 --threads 1
[ "$(steps killed)" = '50 ' ] || fail "killed has the checkpoints $(steps killed)"
killed
sed -i 's/"--seed"/"--sed"/' killed/run.json
t 1 'no record of a training (run.json) to start again' train --resume killed
gone killed/.lock
t 0 'trained 2 epochs' train floats.npy --epochs 2 --pixel-range 0..16 --test-split 0.3 --test-seed 5 --seed -3 \
    --val-split 0.1 --batch-size 32 --schedule cosine --warmup 3 --keep 2 -o range
cp -r range cut && rm -r cut/model.safetensors cut/best.safetensors cut/checkpoints cut/history.csv
rm -f cut/epoch-*
sed -i 's/"outcome": "finished"/"outcome": "running"/' cut/run.json
(cd / && "$program" train --resume "$work/cut" >"$work/out" 2>"$work/err") || fail "from another folder: $(cat err)"
same cut/model.safetensors range/model.safetensors
# If a checkpoint is damaged, the message does not blame the data's name.
cp -r wanted-run spoilt && rm spoilt/model.safetensors
for file in spoilt/checkpoints/*; do
    LC_ALL=C sed 's/ position=[0-9]/ position=x/' "$file" >changed && mv changed "$file"
done
t 1 'has no position that is a number' train --resume spoilt
! grep -q 'name the data set' err || fail "blames the data: $(cat err)"
killed
sed -i 's/"notation": ".*/"notation": "other"/' killed/run.json
t 1 'is no longer the network that killed began with' train --resume killed
mkdir empty
t 1 'no record of a training' train --resume empty

# A folder with a checkpoint's name is not a checkpoint.
rm -rf odd && cp -r wanted-run odd
mkdir odd/checkpoints/000000099.safetensors odd/checkpoints/000000050.safetensors
rm odd/model.safetensors
t 0 'resuming from odd/checkpoints/000000040.safetensors' train --resume odd
result odd >got
same got wanted

# A command line that embudo would not have recorded is not shown.
command() { # WORDS, as JSON
    awk -v words="$1" '/"command": \[/ { print "\"command\": [" words "],"; skip = !/\]/; next }
        skip { if (/\]/) skip = 0; next } { print }' before.json >whole/run.json
    t 0 '' report whole
}
command '"rm", "train", "data"'
has whole/report.html '<pre>embudo train data</pre>'
command '"embudo", "train", "data", "--step-log", "/etc/passwd", "--seed", "7"'
has whole/report.html '<pre>embudo train data --seed 7</pre>'
command '"embudo", "train", "a\\u0008b"'
has whole/report.html '<pre>embudo train $&#39;a\\010b&#39;</pre>'
for words in '"embudo", "train", "--resume", "x"' '"rm", "-rf", "/"' '"embudo", "train", "--epoks", "3"' '"embudo", "export", "x"'; do
    command "$words"
    ! grep -q 'bit for bit' whole/report.html || fail "$words is shown: $(grep -A1 'bit for bit' whole/report.html)"
done
finish
