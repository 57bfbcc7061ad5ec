# What a model says of pictures: sh predict.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
run classify data --images --net cnn --epochs 4 -o judge
run train data --epochs 40 -o run

# Digits of the data set, as they are: they are taken so, and each has a line.
image() { tail -c +$((17 + $1 * 784)) data/t10k-images-idx3-ubyte | head -c 784; }
for i in 0 1 2; do { printf 'P5\n28 28\n255\n' && image $i; } >$i.pgm; done
t 0 '' predict judge 0.pgm 1.pgm 2.pgm
[ "$(wc -l <out)" -eq 3 ] || fail "lines: $(cat out)"
has out '^0.pgm: [0-9] ([0-9]* %), then [0-9] (.* %)$'
mv out lines

# The same as a table and as a list; what is asked for on standard output stands there alone.
t 0 '' predict judge 0.pgm 1.pgm 2.pgm -o three.csv
same out lines
[ "$(head -n 1 three.csv | cut -d, -f1-8)" = file,label,class,probability,second,second_class,second_probability,probability_0 ] ||
    fail "names: $(head -n 1 three.csv)"
[ "$(wc -l <three.csv)" -eq 4 ] || fail "rows: $(cat three.csv)"
t 0 '' predict judge 0.pgm 1.pgm 2.pgm -o -
same out three.csv
t 0 '' predict judge 0.pgm 1.pgm 2.pgm --json
mv out three.json
t 0 '' predict judge 0.pgm 1.pgm 2.pgm -o again.json --threads 3
same again.json three.json
same out lines
python3 - <<'END' >failed || fail "JSON: $(cat failed)"
import csv, json

rows, images = list(csv.DictReader(open("three.csv"))), json.load(open("three.json"))
assert [r["file"] for r in rows] == [i["file"] for i in images] == ["0.pgm", "1.pgm", "2.pgm"]
for row, image in zip(rows, images):
    shares = image["probabilities"]
    order = sorted(range(10), key=lambda k: -shares[k])
    assert len(shares) == 10 and abs(sum(shares) - 1) < 1e-6, shares
    assert [image["label"], image["second"]] == order[:2], image
    assert image["class"] == str(order[0]) and image["second_class"] == str(order[1]), image
    assert image["probability"] == shares[order[0]] and image["second_probability"] == shares[order[1]], image
    assert int(row["label"]) == order[0] and abs(float(row["probability"]) - shares[order[0]]) < 1e-8, row
END

# An autoencoder: its code is what encode says, its error what the numbers say, and unusual is as score judges it.
awk 'BEGIN { srand(1); printf "P2 28 28 255\n"; for (i = 0; i < 784; i++) print int(256 * rand()) }' >noise.pgm
run predict run 0.pgm noise.pgm --no-like-mnist
[ "$code" -eq 0 ] || fail "autoencoder: $(cat err)"
has out '^0.pgm: error 0\.[0-9]*, usual (score [0-9.]*, the threshold is [0-9.]*); code [-0-9.e]* [-0-9.e]*$'
has out '^noise.pgm: error 0\.[0-9]*, unusual '
t 0 '' predict run 0.pgm noise.pgm --no-like-mnist --json
mv out two.json
t 0 '' predict run 0.pgm noise.pgm --no-like-mnist -o two.csv
t 0 '' encode run 0.pgm noise.pgm --no-like-mnist -o codes.csv
t 0 '' score run 0.pgm noise.pgm --no-like-mnist --json
mv out scores.json
python3 - <<'END' >failed || fail "autoencoder: $(cat failed)"
import csv, json

images, scores = json.load(open("two.json")), json.load(open("scores.json"))
codes, rows = list(csv.DictReader(open("codes.csv"))), list(csv.DictReader(open("two.csv")))
for image, score, code, row in zip(images, scores["images"], codes, rows):
    assert image["file"] == score["name"] == code["file"] == row["file"], image
    assert [f"{x:.9g}" for x in image["code"]] == [code["code_0"], code["code_1"]] == [row["code_0"], row["code_1"]], image
    assert abs(image["error"] - score["reconstruction"]) < 1e-6 * image["error"], (image, score)
    assert image["unusual"] == score["unusual"] and image["judgement"] == score["score"], (image, score)
    assert image["threshold"] == scores["threshold"] and image["judged_by"] == scores["by"] == "score", image
    assert row["unusual"] == str(int(image["unusual"])), row
assert [i["unusual"] for i in images] == [False, True], images
END

# Sheets.
for of in 'judge 0.pgm 1.pgm' 'run 0.pgm 1.pgm'; do
    # shellcheck disable=SC2086
    run predict $of -o sheet.svg
    [ "$code" -eq 0 ] || fail "sheet of $of: $(cat err)"
    has sheet.svg '0\.pgm'
    [ "$(wc -l <out)" -eq 2 ] || fail "lines beside a sheet: $(cat out)"
done
has sheet.svg '>error 0'

# A folder of pictures is read in the same way: ink on paper, far from the middle, is what the data set has.
mkdir -p paper/0 paper/1
for i in 0 1; do
    python3 - $i <<'END' >paper/$i/ink.pgm
import sys

digit = open(sys.argv[1] + ".pgm", "rb").read()[-784:]
rows = [bytearray(b"\xe6" * 120) for _ in range(150)]
for y in range(84):
    for x in range(84):
        rows[y + 50][x + 8] = 230 - digit[y // 3 * 28 + x // 3] * 200 // 255
sys.stdout.buffer.write(b"P5 120 150 255\n" + b"".join(rows))
END
done
run encode run paper --split all -o folder.csv
t 0 '' encode run paper/0/ink.pgm paper/1/ink.pgm -o files.csv
[ "$(tail -n +2 folder.csv | cut -d, -f2,3)" = "$(tail -n +2 files.csv | cut -d, -f2,3)" ] ||
    fail "a folder and its files: $(cat folder.csv files.csv)"
run encode run paper --split all --no-like-mnist -o whole.csv
! cmp -s folder.csv whole.csv || fail '--no-like-mnist changes nothing for a folder'

# The model itself knows: its file alone, a classifier on its codes, and what comes back from ONNX. One that learned from
# images that lie otherwise does not.
cp run/model.safetensors alone.safetensors
run export run --onnx -o onnx
run import onnx/autoencoder.onnx -o back.safetensors
for model in alone back; do
    t 0 '' encode $model.safetensors paper/0/ink.pgm paper/1/ink.pgm -o $model.csv
    same $model.csv files.csv
done
run classify run data --epochs 1 -o head
cp head/model.safetensors head.safetensors
t 0 '' predict head.safetensors paper/0/ink.pgm
mkdir moved
python3 - <<'END'
import os
for name in os.listdir("data"):
    numbers = open("data/" + name, "rb").read()
    if "images" in name: # each image five rows lower
        images = [numbers[i : i + 784] for i in range(16, len(numbers), 784)]
        numbers = numbers[:16] + b"".join(i[-140:] + i[:-140] for i in images)
    open("moved/" + name, "wb").write(numbers)
END
run train moved --epochs 1 -o other
t 0 'ink.pgm: 120 x 150 becomes 28 x 28: ' encode other/model.safetensors paper/0/ink.pgm

# What cannot be read says so in a line.
mkdir folder
cp 0.pgm folder
printf 'not a picture\n' >text.png
{ printf 'P5 60 60 255\n' && head -c 3600 /dev/zero | tr '\0' '\360'; } >blank.pgm
t 1 'nowhere: ' predict nowhere 0.pgm
t 1 'folder: is a folder; expected picture files, one to a word: folder/*.png' predict judge folder
# Those that can be read are answered all the same.
run predict judge 0.pgm missing.png folder
[ "$code" -eq 1 ] || fail "exit code $code"
has err 'missing.png: no such file; expected a picture'
has err 'folder: is a folder; '
[ "$(sed 's/:.*//' out)" = 0.pgm ] || fail "not the one that can be read: $(cat out)"
t 1 'missing.png: no such file' predict judge missing.png 0.pgm --json
[ "$(grep -c '"file": "0.pgm"' out)" -eq 1 ] || fail "not the one that can be read: $(cat out)"
t 1 'text.png: is not a picture: expected PNG, JPEG' predict judge text.png
t 1 'blank.pgm: there is no ink that stands out from its paper; expected a drawing with its paper around it' \
    predict judge blank.pgm
t 0 "" predict judge blank.pgm --invert
t 2 "--output: expected a name that ends in .csv, .json, .png, .svg or .pdf, or -, got 'x.txt'" \
    predict judge 0.pgm -o x.txt
t 1 '--trained-on says by which images errors are judged, and judge is a classifier' predict judge 0.pgm --trained-on nowhere
t 2 'FILES is missing' predict judge
finish
