# embudo score, on small sets: sh score.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
. "$root/tests/cli/use/flat_run.inc"

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
[ "$(grep -c '^ ' out)" -eq 4 ] || fail "--count 3: $(cat out)"
has out '^ *score *image *label *reconstruction *nearest *label *pixels$'
grep '^ .*[0-9]' out | sort -c -g -r -k 1,1 2>/dev/null || fail "not the largest first: $(cat out)"

# A class that is usual.
t 0 '' score r --normal 3 --count 0
for kind in score reconstruction region corrected neighbours pixels; do
    has out "^by $kind  *ROC AUC [01]\.[0-9]*  average precision [01]\.[0-9]*\$"
done
t 1 '--normal x: mnist has no such class' score r --normal x

# JSON; and --check ends with 3 if anything is above the threshold.
t 0 '' score r --json
python3 -c 'import json, sys
r = json.load(open("out"))
assert len(r["images"]) == 200 and r["by"] == "score" and r["threshold"] > 1
assert r["unusual"] == sum(i["unusual"] for i in r["images"])
assert all(i["unusual"] == (i["score"] > r["threshold"]) for i in r["images"])
fields = "name label score reconstruction region corrected neighbours pixels nearest nearest_label unusual"
assert all(list(i) == fields.split() for i in r["images"])
assert all(0 < i["pixels"] < 0.3 and int(i["nearest"]) < 480 for i in r["images"])
assert "areas" not in r and r["uses_network"] is True' || fail 'JSON'
t 0 '' score r --normal 3 --json
python3 -c 'import json
r = json.load(open("out"))
assert [a["by"] for a in r["areas"]][-1] == "pixels" and r["areas"][0]["roc_auc"] == r["roc_auc"]
for area in r["areas"]:
    odd = [i[area["by"]] for i in r["images"] if i["label"] != "3"]
    usual = [i[area["by"]] for i in r["images"] if i["label"] == "3"]
    pairs = sum((o > u) + (o == u) / 2 for o in odd for u in usual)
    assert abs(pairs / len(odd) / len(usual) - area["roc_auc"]) < 1e-9, area
    above = lambda side, o: sum(x >= o for x in side)
    precision = sum(above(odd, o) / (above(odd, o) + above(usual, o)) for o in odd) / len(odd)
    assert abs(precision - area["average_precision"]) < 1e-9, area' || fail 'areas'
t 3 '' score r --check --false-alarms 0.9

# What is nearest in training: of training images themselves another one, of their files the same.
t 0 '' score r --split train --json
python3 -c 'import json
images = json.load(open("out"))["images"]
assert len(images) == 480 and all(i["pixels"] > 0 and i["nearest"] != i["name"] for i in images)' || fail 'train'
t 0 '' score r --split all --json
python3 -c 'import json
images = json.load(open("out"))["images"]
assert len(images) == 800 and all(i["pixels"] > 0 for i in images)' || fail 'all'
t 0 '' score r --split all -o many.png --count 400
"$program" data export mnist --part train --limit 20 -o files >out 2>err || fail "export: $(cat err)"
t 0 '' score r $(find files -name '*.png' | sort) --json
python3 -c 'import json, os
images = json.load(open("out"))["images"]
copies = [i for i in images if i["pixels"] < 1e-12]
assert 10 <= len(copies) < 20, len(copies)
assert all(os.path.basename(os.path.dirname(i["name"])) == i["nearest_label"] for i in copies)' || fail 'files'

# Pictures of them: a sheet, curves, heat maps.
for form in png svg pdf; do
    t 0 '' score r --normal 3 -o "sheet.$form" --count 12 --curves "curves.$form"
    exists "sheet.$form" "curves.$form"
done
for word in 'The 12 oddest of 200 test images of mnist' expected difference 'nearest in training' 'score [0-9]' 'image [0-9]'; do
    has sheet.svg ">$word"
done
area=$(sed -n 's/^by pixels *ROC AUC \([0-9.]*\) .*/\1/p' out)
has curves.svg ">pixels $area<"
t 0 '' score r -o es.svg --language es --count 2 --json
has es.svg '>lo esperado<'
has out '"uses_network": true'
t 0 '' score r --heat heat --count 0
[ "$(ls heat | wc -l)" -eq 200 ] || fail "$(ls heat | wc -l) heat maps"
set -- $(python3 "$root/tests/cli/use/red.py" heat/*.png | sort -n)
[ $# -eq 200 ] && [ "$1" -lt 60 ] || fail "the least red heat map has $1 red pixels"
t 1 '--curves: it must be known which images' score r --curves c.png
gone c.png
t 2 '--curves: expected a name that ends in .png' score r --normal 3 --curves c.txt
t 2 '--count 0: a sheet shows' score r -o sheet.png --count 0

# Pictures: noise is unusual, though it is busy.
awk 'BEGIN { srand(1); printf "P2 28 28 255\n"; for (i = 0; i < 784; i++) print int(256 * rand()) }' >noise.pgm
run score r noise.pgm noise.pgm --no-like-mnist -o - --check --false-alarms 0.1
[ "$code" -eq 3 ] || fail "noise is usual: $code $(cat out err)"
[ "$(grep -c '^noise.pgm,,.*,1$' out)" -eq 2 ] || fail "noise: $(cat out)"
t 1 'heat: is not empty; name a new folder, or remove it' score r noise.pgm --no-like-mnist --heat heat
[ "$(ls heat | wc -l)" -eq 200 ] || fail 'two calls mix in one folder'
rm -r heat && mkdir heat
t 0 '' score r noise.pgm --no-like-mnist --heat heat -o noise.svg
red=$(python3 "$root/tests/cli/use/red.py" heat/00000-noise.png)
[ "$red" -gt 200 ] || fail "noise has $red red pixels"
has noise.svg '>noise.pgm<'
has noise.svg '>The threshold is [0-9]'

# Without the training images there is nothing to compare with.
mv data/mnist data/away
t 0 'no nearest training images beside the scores: ' score r noise.pgm --no-like-mnist
has out '^ *score *image *reconstruction$'
run score r noise.pgm --no-like-mnist --check --count 0 --false-alarms 0.1
[ "$code" -eq 3 ] && [ ! -s err ] || fail "--count 0: $code $(cat err)"
mv data/away data/mnist

# A class called good is usual; heat maps have their pictures' names.
mkdir -p parts/train parts/test
"$program" data export mnist -o digits >out 2>err || fail "export: $(cat err)"
mv digits/train/3 parts/train/good
mv digits/test/3 parts/test/good
mv digits/test/1 parts/test/crack
run train parts --model flat.net --epochs 30 --lr 0.01 -o p
t 0 'the largest of them' score p --curves good.svg --heat parts-heat --count 2
has out '^of class good, '
has out '^by pixels  *ROC AUC [01]\.'
has good.svg '(usual: good)'
has out ' train/good/[0-9]*\.png  *good  *[0-9.]*$'
[ "$(ls parts-heat | wc -l)" -eq "$(ls parts/test/* | grep -c png)" ] || fail 'heat maps of a folder'
ls parts-heat | head -n 1 | grep -q '^00000-[0-9]*\.png$' || fail "heat maps are $(ls parts-heat | head -n 3)"

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
t 0 '--trained-on nowhere is not read: m-unusual.safetensors keeps what is usual' score m.safetensors mnist --trained-on nowhere --count 0
same a.csv c.csv

# A run's model is named by its file as well as by the run; without what is kept it learns from the run's record.
t 0 '' score r/model.safetensors mnist -o c.csv
same a.csv c.csv
rm r/unusual.safetensors
t 0 '' score r/model.safetensors mnist -o c.csv
same a.csv c.csv
same kept r/unusual.safetensors
[ ! -e r/model-unusual.safetensors ] || fail "a run's model has another place"

# Too few images to know what is usual are said of their data set.
{ printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (10, 28, 28), }" && head -c 7840 /dev/zero; } >ten.npy
cp m.safetensors n.safetensors
t 1 'ten.npy: 8 training images; expected at least 10' score n.safetensors mnist --trained-on ten.npy

# A network at the mean image is not scored with.
run train mnist --epochs 1 --latent 8 --lr 0.0000001 -o stuck
t 0 'reconstructs no better than the mean image' score stuck -o d.csv
awk -F, 'NR > 1 { n += $3 > 0 && $4 == "" && $5 == "" } END { exit n != 200 }' d.csv || fail 'stuck'
t 1 '--by neighbours: needs a network' score stuck --by neighbours
t 0 'reconstructs no better' score stuck -o stuck.svg --count 3
has stuck.svg '>nearest in training<'
! grep -q '>expected<' stuck.svg || fail 'a network at the mean image is drawn'
t 1 '--heat: needs a network' score stuck --heat stuck-heat
gone stuck-heat

t 2 '--output: expected a name that ends in .csv, .json, .png' score r -o scores.txt
t 2 'false-alarms' score r --false-alarms 1
t 2 '--split, --normal and --curves are for a data set' score r noise.pgm --split test
finish
