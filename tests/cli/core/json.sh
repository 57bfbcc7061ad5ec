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
    run "$@"
    [ "$code" -eq "$want" ] || fail "embudo $*: exit code $code: $(cat err)"
    mkdir -p "answers/$section"
    cp out "answers/$section/$number.json"
    grep -v "$measured" out >english
    run --language es "$@"
    grep -v "$measured" out | cmp -s - english || fail "embudo $*: another answer in Spanish"
}
measured='_bytes"\|"bytes"\|seconds"'

small data
printf 'input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 4))\ndecoder = Sequential(Linear(4, 784), %s\n' \
    'Unflatten(1, (1, 28, 28)))' >plain.net
sed 's/784, 4)/784, 8), Variational()/' plain.net >kind.net
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
        sections[name].setdefault(row[1], set()).update(row[2].split(" or ") if row[2] != "true or false" else [row[2]])
words = set(re.findall(r"^\| `([a-z ]+)` \|", open(sys.argv[1], encoding="utf-8").read().split("## The doctor's words")[1], re.M))

def kind(value):
    if value is None: return "null"
    if isinstance(value, bool): return "true or false"
    return {str: "text", int: "number", float: "number", list: "list", dict: "object"}[type(value)]

def walk(value, path, seen):
    if isinstance(value, dict):
        if path == "measures": return
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
        if member not in seen: bad += 1; print(f"{folder.name}: {member} is in docs/JSON.md, and nowhere in the output")
if not {"eval", "info"} <= {folder.name for folder in pathlib.Path("answers").iterdir()}: bad += 1
sys.exit(bad > 0)
P
python3 check.py "$root/docs/JSON.md" >log 2>&1 || fail "$(cat log)"
# It can fail: a member that is not there, one that is not documented, another type.
for edit in 's/^| `mse` |/| `rmse` |/' 's/^| `latent` | number/| `latent` | text/' '/^| `trains` |/d'; do
    sed "$edit" "$root/docs/JSON.md" >broken.md
    ! python3 check.py broken.md >log 2>&1 || fail "the check does not see $edit"
done
finish
