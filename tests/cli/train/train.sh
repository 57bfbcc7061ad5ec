# Training and what it leaves: sh train.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

# The line of an epoch, and nothing else on standard output.
line='^Epoch \[[0-9]*/2\], Loss: 0\.[0-9]\{4\} Validation Loss: 0\.[0-9]\{4\}$'
t 0 'the run is in runs/001' train data --epochs 2 --threads 1
[ "$(grep -c "$line" out)" -eq 2 ] && [ "$(wc -l <out)" -eq 2 ] || fail "epoch lines: $(cat out)"
has err '^device: cpu, [a-z0-9]*, 1 thread (auto: the best device found)$'
has err 'notebook, latent 2, 78,179 parameters, on data: 480 training and 120 validation images'
[ -z "$(tr -d '[:print:]\n' <err)" ] || fail 'standard error has control characters'
exists runs/001/model.safetensors runs/001/run.json runs/001/history.csv
[ "$(head -n 1 runs/001/history.csv)" = epoch,loss,validation_loss,seconds,images_per_second,train_loss,data,training_images,validation_images ] ||
    fail 'the head of history.csv'
[ "$(grep -c '^[12],0\.[0-9]*,0\.[0-9]*,[0-9.]*,[0-9.]*,0\.[0-9]*,/.*/data,480,120$' runs/001/history.csv)" -eq 2 ] ||
    fail "history.csv: $(cat runs/001/history.csv)"
has runs/001/run.json '"outcome": "finished"'
has runs/001/run.json '"finished": "20'
has runs/001/run.json '"epochs_done": 2'
has runs/001/run.json '"--threads"'
has runs/001/run.json '"training_images": 480'
if command -v python3 >/dev/null; then
    python3 -c 'import json; json.load(open("runs/001/run.json"))' || fail 'run.json is no JSON'
fi
if grep -q 'pictures need cairo' err; then
    [ "$(grep -c 'pictures need cairo' err)" -eq 1 ] || fail 'the missing cairo is named twice'
    pictures=no
else
    exists runs/001/epoch-01.png runs/001/epoch-02.png
    pictures=yes
fi

# The metadata is the options that decide the result, in one spelling.
has runs/001/model.safetensors '"embudo.options": \{0,1\}"seed=42 epochs=2 batch_size=16 lr=0.001 val_split=0.2 shuffle=0 max_steps=0 optimizer=Adam loss=MSELoss"'
has runs/001/model.safetensors '"embudo.steps": \{0,1\}"60"'

# The same command makes the same model, whatever the threads; other options another one.
t 0 'the run is in runs/002' train --threads=3 --epochs=2 data --lr 1e-3 --val-split 0.20 --device cpu
has err '^device: cpu, [a-z0-9]*, 3 threads$'
same runs/001/model.safetensors runs/002/model.safetensors
mkdir runs/0100
t 0 'the run is in runs/101' train data --epochs 1 --seed 0
mv out zero
t 0 'the run is in seed' train data --epochs 1 --seed 42 -o seed
cmp -s out zero && fail 'seed 0 is seed 42'
has runs/101/model.safetensors 'seed=0 epochs=1'
# Every seed of torch.manual_seed: recorded to its last digit, negative ones beside 2^64, and counted
# modulo 2^32.
t 0 'the run is in largest' train data --epochs 1 --max-steps 3 --checkpoint-every 2 --seed 18446744073709551615 -o largest
t 0 'the run is in minus' train data --epochs 1 --max-steps 3 --seed=-1 -o minus
same largest/model.safetensors minus/model.safetensors
has largest/model.safetensors 'seed=18446744073709551615 epochs=1'
has largest/run.json '"seed": -1,'
t 0 'the run is in low' train data --epochs 1 --max-steps 3 --seed 4294967295 -o low
t 0 '' encode largest data -o largest.csv
t 0 '' encode low data -o low.csv
same largest.csv low.csv
rm largest/model.safetensors
t 0 'the run is in largest' train --resume largest
same largest/model.safetensors minus/model.safetensors
has largest/run.json '"seed": -1,'
t 0 'the run is in whole' train data --epochs 1 --max-steps 3 --seed 4294967296 -o whole
has whole/run.json '"seed": 4294967296,'
t 0 '' reconstruct largest data --split val --count 2 -o seed.npy
# Its record is read as any other, in the commands that ask it for the data set; a damaged one is no
# reason to take another set.
t 0 'doctor: ' eval minus
has out '^[0-9]* test images of /.*/data$'
t 0 '' report minus
sed 's/"seed": -1/"seed": 18446744073709551615/' minus/run.json >run.json && cp run.json minus/run.json
t 1 'column 32: not the JSON' eval minus
has err "^embudo: minus/run.json:[0-9]*: column [0-9]*: not the JSON of a run's record; name the data set$"
t 0 'doctor: ' eval minus data
has out '^[0-9]* test images of data$'

# A schedule, a recipe: options on the command line stay.
t 0 'the run is in sched' train data --epochs 2 --schedule cosine --warmup 7 -o sched
has sched/model.safetensors 'lr=0.001 schedule=cosine warmup=7 val_split=0.2'
has sched/run.json '"schedule": "cosine"'
has sched/run.json '"warmup": 7'
cmp -s sched/model.safetensors runs/001/model.safetensors && fail 'a schedule changes nothing'
t 0 'the run is in best' train data --recipe best --epochs 2 --lr 0.003 -o best
has best/model.safetensors 'epochs=2 batch_size=32 lr=0.003 schedule=linear warmup=1500 val_split=0.2 shuffle=1'
has best/run.json '"recipe": "best"'
t 2 "--recipe: expected one of notebook|best, got 'worst'" train data --recipe worst
t 2 '--schedule: expected one of' train data --schedule steps
t 2 '--warmup: expected a whole number from 0' train data --warmup -1

# --max-steps: within an epoch, and at the end of one.
t 0 'stopped after 40 steps (--max-steps); the run is in deep/er/m' \
    train data --epochs 3 --max-steps 40 -o deep/er/m/ --step-log log.csv
[ "$(wc -l <out)" -eq 1 ] || fail "40 steps of 30 an epoch: $(cat out)"
exists deep/er/m/model.safetensors
[ "$(head -n 1 log.csv)" = step,loss ] || fail 'the head of the step log'
[ "$(grep -c '^[0-9]*,0\.[0-9]*$' log.csv)" -eq 40 ] || fail 'lines of the step log'
has log.csv '^0,0\.'
has log.csv '^39,0\.'
gone log.csv.part
t 0 'stopped after 30 steps (--max-steps)' train data --epochs 3 --max-steps 30 -o m30
[ "$(wc -l <out)" -eq 1 ] || fail "30 steps: $(cat out)"
t 0 'trained 1 epoch, 30 steps in' train data --epochs 1 --max-steps 31 -o m31
t 0 'stopped after 1 step (--max-steps)' train data --max-steps 1 -o m1 --step-log /dev/null
[ ! -s out ] || fail "1 step: $(cat out)"

# Without a validation set.
t 0 'on data: 600 training and 0 validation images' train data --epochs 1 --val-split 0 -o all
has out '^Epoch \[1/1\], Loss: 0\.[0-9]\{4\}$'
has all/history.csv '^1,0\.[0-9]*,,[0-9.]*,[0-9.]*,0\.[0-9]*,/.*/data,600,0$'
gone all/epoch-01.png

# What JSON must escape.
t 0 'stopped after 1 step' train data --max-steps 1 -o 'a"b\c'
grep -qF '"a\"b\\\\c"' 'a"b\c/run.json' || fail 'quotes in run.json'

# A hundred epochs take three digits.
if [ $pictures = yes ]; then
    t 0 'stopped after 2 steps' train data --epochs 100 --batch-size 480 --max-steps 2 -o hundred
    exists hundred/epoch-001.png hundred/epoch-002.png
fi

# The user's own network, of another size.
t 0 'latent 5' train data --epochs 1 --model "$root/models/notebook.net" --latent 5 --shuffle -o five
t 0 '' info five
has out '^encoder\.9 .*Linear(64, '
has out '^code      5 numbers for an image of 784 (1:157)$'

# eval and reconstruct. Sixty steps are too few, and the doctor says so.
t 0 'doctor: on every other one of these images the reconstructions are no better' eval runs/001 data
has out '^test MSE 0\.[0-9]*$'
has out '^test PSNR [0-9.]* dB$'
has out '^200 test images of .*data$'
mv out first
t 0 'doctor: on every other one of these images' eval runs/001/model.safetensors data --threads 2
same out first
t 1 'notebook has no trained weights' eval notebook data
if [ $pictures = yes ]; then
    t 0 '' reconstruct runs/001 data
    has out '^runs/001/reconstruct.png: 10 images of the test split of .*data$'
    exists runs/001/reconstruct.png
    t 0 '' reconstruct runs/001/model.safetensors data --count 1
    has out '^reconstruct.png: 1 image of the test split of .*data$'
    t 0 '' reconstruct runs/001 data --split val --count 1000 -o val.png
    has out '^val.png: 120 images of the val split of .*data$'
    t 0 '' reconstruct all data --split train --count 25 -o train.png
    exists reconstruct.png val.png train.png
    t 0 '' reconstruct all data --split train --count 25 --language es -o es.png
    cmp -s train.png es.png && fail 'reconstruct knows no Spanish'
    t 0 '' reconstruct runs/001 data --split all --count 1000 -o all.png
    has out '^all.png: 800 images of the all split of .*data$'
    for picture in runs/001/*.png *.png; do
        [ "$(head -c 4 "$picture" | tail -c 3)" = PNG ] || fail "$picture is no PNG"
    done
    # The run's split, but never its initial weights.
    t 0 '' reconstruct seed data --split val --count 1000 -o other.png
    cmp -s val.png other.png && fail 'two models, one reconstruction'
    t 1 'all kept no images for validation; --split train, test and all are possible' reconstruct all data --split val
    t 1 'cannot write' reconstruct runs/001 data -o nowhere/x.png
fi

# If no data set is named, the run's own is meant.
run eval runs/001
has out '^200 test images of .*data$'
t 0 '' encode runs/001 -o own.npy
t 0 '' encode runs/001 data -o named.npy
same own.npy named.npy
cp -r runs/001 odd && printf 'no JSON' >odd/run.json
run eval odd data
has out '^200 test images of .*data$'

# Not over another run.
cp runs/001/model.safetensors kept
t 1 'runs/001/model.safetensors exists already; choose another folder with -o' \
    train data --epochs 1 -o runs/001
same runs/001/model.safetensors kept
finish
