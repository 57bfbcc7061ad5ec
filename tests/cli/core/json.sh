# What --json prints is what docs/JSON.md says, and the same in both languages: sh json.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
command -v python3 >/dev/null 2>&1 || { echo 'needs python3'; exit 77; }

# answer COMMAND CODE ARGS: adds what the program prints to answers/COMMAND, which a section of docs/JSON.md describes. It
# is one JSON text, and the same bytes in Spanish but for what is measured of the machine.
mkdir answers
number=0
answer() {
    section=$1 want=$2
    shift 2
    number=$((number + 1))
    [ -z "$made" ] || rm -rf "$made"
    run "$@"
    [ "$code" -eq "$want" ] || fail "embudo $*: exit code $code: $(cat err)"
    mkdir -p "answers/$section"
    cp out "answers/$section/$number.json"
    grep -v "$measured" out >english
    [ -z "$made" ] || rm -rf "$made"
    run --language es "$@"
    grep -v "$measured" out | cmp -s - english || fail "embudo $*: another answer in Spanish"
}
measured='_bytes"\|"bytes"\|seconds"'
made= # a folder that the command makes, and will not overwrite

small data
printf 'input = 1, 28, 28\nlatent = 4\nencoder = Sequential(Flatten(), Linear(784, latent))\ndecoder = Sequential(Linear(latent, 784), %s\n' \
    'Unflatten(1, (1, 28, 28)))' >plain.net
sed 's/784, latent)/784, 8), Variational()/' plain.net >kind.net
export XDG_CACHE_HOME="$work/cache"
t 0 '' train data --quiet --no-doctor --model plain.net --epochs 1 -o plain
t 0 '' train data --quiet --no-doctor --model kind.net --epochs 1 -o kind
t 0 '' train data --quiet --no-doctor --model vq --max-steps 4 -o book
t 0 '' classify --images data --quiet --no-doctor --net mlp --epochs 1 -o mlp
out=$(sed -n 1p out) # the table of a result stays
case $out in 'test accuracy '*) ;; *) fail "--quiet hides a result: $out" ;; esac
t 0 '' classify plain data --quiet --no-doctor --knn 3 -o votes
t 0 '' score plain data --quiet -o scores.csv

for model in plain kind book mlp votes; do answer eval 0 eval "$model" data --json; done
answer eval 0 eval plain data --ssim --denoise gaussian=0.3 --json
for network in notebook kind book mlp plain; do answer info 0 info "$network" --json; done
printf 'input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 4))\n' >part.net
answer info 0 info part.net --json
answer info 0 info plain --data data --report --tensorboard --batch-size 8 --json

made=again
answer train 0 train data --model plain.net --epochs 1 -o again --json --report
made=
answer train 0 train --resume again --json
made=again
answer classify 0 classify --images data --net mlp --epochs 1 -o again --json
answer classify 0 classify plain data --head linear --epochs 1 --batch-size 16 -o again --json
answer classify 0 classify plain data --knn 3 -o again --json
answer compare 0 compare data --model plain.net --latent 3,4 --epochs 1 --classifier-epochs 1 --seed 1,2 -o again --json
made=
answer compare 0 compare data --run plain --classifier-epochs 1 --json
t 0 '' decode plain 0,0,0,0 1,0,0,1 -o pictures/ --quiet
for model in plain mlp votes book; do
    answer predict 0 predict $model pictures/00000.png pictures/00001.png --json
done
answer encode 0 encode plain data --json
answer encode 0 encode book pictures/00000.png --json
answer score 0 score plain data --split test --json
answer score 0 score plain data --split test --normal 3 --count 2 --json
answer score 0 score plain pictures/00000.png --json
answer similar 0 similar plain 7 data --count 2 --json
answer similar 0 similar plain pictures/00000.png data --json
answer duplicates 0 duplicates plain data --json
cp -R pictures doubled
cp pictures/00000.png doubled/00002.png
answer duplicates 0 duplicates plain doubled --json
answer export 0 export plain data --onnx -o onnx --c c --json
answer export 0 export plain data --c c8 --int8 --json
answer export 0 export mlp data --c c8 --int8 --json
answer cluster 0 cluster plain data -k 3 --split test --json
answer cluster 0 cluster plain doubled -k auto --json
answer runs 0 runs . --json
answer 'runs compare' 0 runs compare plain kind --json
answer 'data list' 0 data list --json
answer 'data list' 0 data --json
answer 'data cache' 0 data cache --json
# Measured anew each time, and a machine need not have all of it.
mkdir answers/bench
"$program" bench plain.net --seconds 0.001 --repeats 1 --batches 1 --only peak,bandwidth,train,forward,layers,single \
    --json >answers/bench/1.json 2>/dev/null || fail 'bench --json'
# Beside files, which stay what they are; and by themselves.
t 0 'purity' cluster plain data -k 2 -o groups --json --quiet
exists groups/clusters.csv groups/00.png
python3 -c 'import json; json.load(open("out"))' || fail "cluster -o --json: $(cat out)"
t 2 '--json and --print-folder both take standard output' train data --json --print-folder
t 2 '--print-folder needs a folder: -o DIR' compare data --print-folder

# The folder of what was made, and nothing else.
t 0 'the run is in runs/001' train data --model plain.net --max-steps 2 --print-folder
[ "$(cat out)" = runs/001 ] || fail "--print-folder: $(cat out)"
has err '^doctor\|^device'
folder=$("$program" classify --images data --net mlp --epochs 1 --print-folder --quiet 2>err </dev/null)
[ "$folder" = runs/002 ] && exists runs/002/model.safetensors || fail "--print-folder: $folder"
has err '^test accuracy'
folder=$("$program" compare data --run plain --classifier-epochs 1 -o made/here --print-folder 2>/dev/null </dev/null)
[ "$folder" = made/here ] && exists made/here/compare.csv made/here/config.txt || fail "--print-folder: $folder"

# A failure is one line and no JSON.
t 1 'no such file' eval nothing data --json
[ ! -s out ] || fail "a failure prints: $(cat out)"

cat >check.py <<'P'
import json, pathlib, re, sys
sections, name = {}, None
for line in open(sys.argv[1], encoding="utf-8"):
    if line.startswith("## "):
        name = line[3:].strip()
        sections[name] = {}
    row = re.match(r"\| `([^`]+)` \| ([a-z ]+) \|", line)
    if row and name:
        kinds = row[2].replace("true or false", "truth").split(" or ")
        sections[name].setdefault(row[1], set()).update(kinds)
words = set(re.findall(r"^\| `([a-z ]+)` \|", open(sys.argv[1], encoding="utf-8").read().split("## The doctor's words")[1], re.M))

def kind(value):
    if value is None: return "null"
    if isinstance(value, bool): return "truth"
    return {str: "text", int: "number", float: "number", list: "list", dict: "object"}[type(value)]

def walk(value, path, seen):
    if isinstance(value, dict):
        if path in ("measures", "differ", "runs[]"): return # by other names; those of runs stand under runs
        for key, member in value.items():
            at = path + "." + key if path else key
            seen.setdefault(at, set()).add(kind(member))
            walk(member, at, seen)
    if isinstance(value, list):
        for item in value: walk(item, path + "[]", seen)

bad = 0
for folder in sorted(pathlib.Path("answers").iterdir()):
    seen, documented = {}, sections.get(folder.name, {})
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8")
        answer = json.loads(text, parse_constant=lambda word: sys.exit(f"{file}: {word} is no JSON"))
        walk(answer, "", seen)
        for word in answer.get("doctor", []) if isinstance(answer, dict) else []:
            if word not in words: bad += 1; print(f"{folder.name}: the doctor says {word}, which is not documented")
    for member, kinds in seen.items():
        if member not in documented: bad += 1; print(f"{folder.name}: {member} is not in docs/JSON.md")
        elif not kinds <= documented[member]: bad += 1; print(f"{folder.name}: {member} is {kinds}, not {documented[member]}")
    for member in documented:
        if member not in seen and folder.name != "bench": bad += 1; print(f"{folder.name}: {member} is in docs/JSON.md, and nowhere in the output")
if not set(sections) - {"The doctor's words"} <= {folder.name for folder in pathlib.Path("answers").iterdir()}: bad += 1
sys.exit(bad > 0)
P
python3 check.py "$root/docs/JSON.md" >log 2>&1 || fail "$(cat log)"
# It can fail: a member that is not there, one that is not documented, another type.
for edit in 's/^| `mse` |/| `rmse` |/' 's/^| `latent` | number/| `latent` | text/' '/^| `trains` |/d'; do
    sed "$edit" "$root/docs/JSON.md" >broken.md
    ! python3 check.py broken.md >log 2>&1 || fail "the check does not see $edit"
done
finish
