# Bad input: one clear line, exit code 1, nothing half-written: sh bad.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
broken() { rm -rf "$1"; cp -r data "$1"; } # a data set to be damaged

# Data.
# Missing labels are reported only if they are needed.
broken d && rm d/train-labels-idx1-ubyte && t 1 'd: has no labels; a classifier needs one' classify d --images
t 0 'd/train-images-idx3-ubyte: has no labels: no train-labels-idx1-ubyte' train d --epochs 1 --max-steps 2 -o unlabelled
t 0 'has no labels' encode unlabelled d --split train -o unlabelled.csv
[ "$(head -n 1 unlabelled.csv)" = code_0,code_1 ] || fail 'labels from nowhere'
broken d && head -c 100000 data/train-images-idx3-ubyte >d/train-images-idx3-ubyte &&
    t 1 'd/train-images-idx3-ubyte' train d
broken d && printf 'x' >>d/train-images-idx3-ubyte && t 1 'd/train-images-idx3-ubyte' train d
broken d && cp data/train-labels-idx1-ubyte d/train-images-idx3-ubyte &&
    t 1 'd/train-images-idx3-ubyte' train d
broken d && cp data/t10k-labels-idx1-ubyte d/train-labels-idx1-ubyte && t 1 'd/' train d
t 1 'no such file or folder' train nowhere
t 1 'nofile.net' train data --model nofile.net
gone runs

# Models.
run train data --epochs 1 -o run
head -c 100 run/model.safetensors >cut.safetensors
t 1 'cut.safetensors' eval cut.safetensors data
head -c 200000 run/model.safetensors >cut.safetensors
t 1 'cut.safetensors' eval cut.safetensors data
t 1 'run/run.json' eval run/run.json data
t 1 'data' eval data data
broken d && : >d/t10k-images-idx3-ubyte && t 1 'd/t10k-images-idx3-ubyte' eval run d
printf 'input = 1, 14, 14\nencoder = Sequential(Flatten(), Linear(196, 2))\ndecoder = Sequential(Linear(2, 196), Unflatten(1, (1, 14, 14)))\n' >other.net
t 1 '1x14x14' train data --model other.net
gone runs

# If nothing can be written.
t 1 'data/train-images-idx3-ubyte is a file; -o takes a folder' train data -o data/train-images-idx3-ubyte
t 1 'run.json/x: cannot make the folder' train data -o run/run.json/x
t 1 'nowhere/steps.csv: cannot write: its folder does not exist' train data --step-log nowhere/steps.csv -o o1
t 1 'data: cannot write: is a folder' train data --step-log data -o o1
gone o1
if [ -w /dev/full ]; then
    t 1 '/dev/full: cannot write the step log' train data --step-log /dev/full -o o1
    gone o1
    "$program" train data --epochs 2 -o o2 >/dev/full 2>err
    [ $? -eq 0 ] || fail 'training onto a full device'
    has err '^2 lines could not be written to standard output: '
fi
# A limit on the size of files replaces a full disk: the model does not fit, what is there is whole.
(
    ulimit -f 100 2>/dev/null && exec "$program" train data --epochs 2 -o o3 --step-log steps.csv
) >out 2>err </dev/null
[ $? -eq 1 ] || fail "training with small files: $(cat err)"
has err '^embudo: o3/model\.safetensors: '
[ "$(ls o3 | tr '\n' ' ')" = 'config.txt run.json ' ] || fail "left in o3: $(ls -a o3)"
has o3/run.json '"outcome": "failed"'
(
    ulimit -f 6 2>/dev/null && exec "$program" train data --batch-size 1 -o o4 --step-log cut.csv
) 2>&1 </dev/null | cat >err
has err '^embudo: cut\.csv: cannot write: '
gone cut.csv cut.csv.part o4/model.safetensors
# The first file does not fit: this makes it larger than others, such as OpenMP's own, that must.
far=data$(printf '%1000s' '' | sed 's| |/.|g')
(
    ulimit -f 4 2>/dev/null && exec "$program" train "$far" -o o5
) 2>&1 </dev/null | cat >err
has err '^embudo: o5/run\.json: '
gone o5
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked && chmod 555 locked
    t 1 'locked/x: cannot make the folder' train data -o locked/x
    chmod 755 locked
fi

# A loss that is not a number any more: the last good model stays.
t 1 'is not finite (number 0); try --lr below 1e+38, or --on-nan retry. The untrained model is kept in nan/model.safetensors' \
    train data --lr 1e38 --epochs 3 -o nan --step-log nan.csv
has err '^embudo: the loss is not a finite number at step [0-9]*: encoder\.[0-9]*\.'
has nan/run.json '"outcome": "diverged"'
has nan/model.safetensors '"embudo.steps": \{0,1\}"0"'
exists nan.csv
t 0 'doctor: on every other one of these images the reconstructions are no better than the mean image' eval nan data
t 0 'going back to step 0, with learning rate ' train --epochs 1 --max-steps 30 --lr 3e37 --on-nan retry -o nan-retry
has err '^the loss is not a finite number at step [0-9]*: encoder\.'
exists nan-retry/model.safetensors
ls -a | grep -e '\.part$' -e '\.tmp' && fail 'temporary files were left'
finish
