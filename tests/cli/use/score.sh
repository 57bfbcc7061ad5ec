# embudo score, on small sets: sh score.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
mkdir data && small data/mnist
here=$(pwd)
export EMBUDO_DATA="$here/data"

cat >flat.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 8))
decoder = Sequential(Linear(8, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
END

run train mnist --model flat.net --epochs 10 --lr 0.01 -o r
[ "$code" -eq 0 ] || fail "train: $(cat err)"

# The first time it learns what errors are usual, and keeps that; then it judges by what it kept.
t 0 '' score r -o a.csv --threads 1
exists r/unusual.safetensors a.csv
has out '^threshold [0-9.]*: 1 % of usual images are above it, by 120 validation images$'
has out '^[0-9]* of 200 images are above it$'
[ "$(head -n 1 a.csv)" = 'name,label,score,reconstruction,neighbours,unusual' ] || fail 'the first line'
[ "$(wc -l <a.csv)" -eq 201 ] || fail "a.csv has $(wc -l <a.csv) lines"
cp r/unusual.safetensors kept
t 0 '' score r -o b.csv --threads 2
same a.csv b.csv
same kept r/unusual.safetensors
rm r/unusual.safetensors
t 0 '' score r -o b.csv --threads 2
same a.csv b.csv
same kept r/unusual.safetensors

# A score of 1 is the middle validation image's; the printed list is the largest first.
t 0 '' score r --split val -o - --false-alarms 0.5
awk -F, 'NR > 1 { n++; above += $3 > 1 } END { exit !(n == 120 && above >= 58 && above <= 60) }' out ||
    fail 'half of the validation scores are above 1'
t 0 '' score r --count 3 --by region
[ "$(grep -c '^ ' out)" -eq 3 ] || fail "--count 3: $(cat out)"
grep '^ ' out | sort -c -g -r -k 1,1 2>/dev/null || fail "not the largest first: $(cat out)"

# A class that is usual.
t 0 '' score r --normal 3 --count 0
for kind in score reconstruction region corrected neighbours; do
    has out "^by $kind  *ROC AUC [01]\.[0-9]*  average precision [01]\.[0-9]*\$"
done
t 1 '--normal x: mnist has no such class' score r --normal x

# JSON; and --check ends with 3 if anything is above the threshold.
t 0 '' score r --json
python3 -c 'import json, sys
r = json.load(open("out"))
assert len(r["images"]) == 200 and r["by"] == "score" and r["threshold"] > 1
assert r["unusual"] == sum(i["unusual"] for i in r["images"])
assert all(i["unusual"] == (i["score"] > r["threshold"]) for i in r["images"])' || fail 'JSON'
t 3 '' score r --check --false-alarms 0.9

# Pictures: noise is unusual, though it is busy.
awk 'BEGIN { srand(1); printf "P2 28 28 255\n"; for (i = 0; i < 784; i++) print int(256 * rand()) }' >noise.pgm
run score r noise.pgm noise.pgm -o - --check --false-alarms 0.1
[ "$code" -eq 3 ] || fail "noise is usual: $code $(cat out err)"
[ "$(grep -c '^noise.pgm,,.*,1$' out)" -eq 2 ] || fail "noise: $(cat out)"

# Other weights: it is learned again, and said.
run train mnist --model flat.net --epochs 5 --lr 0.01 -o s
cp kept s/unusual.safetensors
t 0 'belongs to another network' score s --count 0
t 0 '' score s --count 0
head -c 100 kept >s/unusual.safetensors
t 0 'it is made again' score s --count 0

# A model file of no run says what it lacks.
cp r/model.safetensors m.safetensors
t 1 'm.safetensors does not say what it was trained on' score m.safetensors
t 0 '' score m.safetensors --trained-on mnist -o c.csv
exists m-unusual.safetensors
same a.csv c.csv

# A network at the mean image is not scored with.
run train mnist --epochs 1 --latent 8 --lr 0.0000001 -o stuck
t 0 'reconstructs no better than the mean image' score stuck -o d.csv
awk -F, 'NR > 1 { n += $3 > 0 && $4 == "" && $5 == "" } END { exit n != 200 }' d.csv || fail 'stuck'
t 1 '--by neighbours: needs a network' score stuck --by neighbours

t 2 '--output: expected a name that ends in .csv or .json' score r -o scores.txt
t 2 'false-alarms' score r --false-alarms 1
t 2 '--split and --normal are for a data set' score r noise.pgm --split test
finish
