# embudo runs: the list, its order, JSON: sh runs_list.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
export TZ=UTC

# No runs are no failure; a folder that is not there is one.
t 0 'no runs in runs: embudo train begins one' runs
[ ! -s out ] || fail "a list of nothing: $(cat out)"
t 0 '' runs --json
[ "$(tr -d ' \n' <out)" = '[]' ] || fail "JSON of nothing: $(cat out)"
t 1 'nowhere: no such folder; embudo runs lists the runs in one' runs nowhere
t 2 "--sort: expected one of run|begun|network|data|epochs|outcome|validation|test|doctor|size, got 'tset'; did you mean 'test'?" runs --sort tset

. "$root/tests/cli/runs/three_runs.inc"
three_runs

# A record says how good the run is.
best=$(awk -F, 'NR > 1 && (min == "" || $3 + 0 < min) { min = $3 + 0; at = $1 } END { print at }' runs/001/history.csv)
has runs/001/run.json "\"epoch\": $best,"
has runs/001/run.json '"doctor": {'
has runs/003/run.json '"part": "test",'
has runs/003/run.json '"images": 200,'

# A line for each, a column for each fact.
run runs
[ "$code" -eq 0 ] || fail "runs: $(cat err)"
[ "$(wc -l <out)" -eq 4 ] || fail "lines: $(cat out)"
has out '^run  *begun  *network  *data  *epochs  *outcome  *best validation  *test  *doctor  *size$'
has out '^runs/001  20[0-9-]* [0-9:]*  tiny.net, latent 2  *data  *3  finished  *[0-9.]*  *-  .*kB$'
has out '^runs/002  .*tiny.net, latent 3  *data  *2  finished '
has out '^runs/003  .*head-mlp on codes  *data  *2  finished  *[0-9.]* %  *[0-9.]* %  '

# A terminal that is too narrow has fewer columns, and then shorter names; no line is longer than it is wide.
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    mkdir far && cp -r runs/001 far/a-run-that-has-a-very-long-name
    for columns in 30 80 200; do
        script -qec "stty cols $columns; '$program' runs far" /dev/null </dev/null | tr -d '\r' >screen
        grep '^run \|-name  ' screen >rows
        [ "$(wc -l <rows)" -eq 2 ] || fail "rows in $columns columns: $(cat screen)"
        awk -v most=$columns 'length > most { exit 1 }' rows || fail "wider than $columns columns: $(cat rows)"
    done
    has screen '^run  *begun .*size$'
    ! grep -q 'no room' screen || fail "left out of 200 columns: $(cat screen)"
    script -qec "stty cols 80; '$program' runs far" /dev/null </dev/null >screen
    has screen 'no room in this terminal for: size, begun'
fi
# Where no run has a model, nothing is said of measuring one.
mkdir -p unfinished/a && cp runs/001/run.json unfinished/a
t 0 '' runs unfinished
[ ! -s err ] || fail "a run without a model: $(cat err)"

# Without any test score a note says how there is one; eval measures it, and the list has it.
rm -rf alone && mkdir alone && cp -r runs/001 alone
t 0 'no test score is known: embudo eval alone/001 measures one' runs alone
run eval alone/001
mse=$(sed -n 's/^test MSE //p' out | awk '{ printf "%.4f", $1 }')
t 0 '' runs alone
has out "  $mse  "
has alone/001/run.json '"mse": 0\.'
# Nothing else has changed, and measuring again changes nothing.
sed '/"test": {/,/}/d' alone/001/run.json | tr -d ' \n,' >got
tr -d ' \n,' <runs/001/run.json >wanted
same got wanted
cp alone/001/run.json before.json
run eval alone/001/model.safetensors
same alone/001/run.json before.json
# Images of another data set are no test of this run; nor is another model of the folder.
cp -r runs/001 other && cp -r data more
cp other/run.json before.json
run eval other more
run eval other/best.safetensors data
same other/run.json before.json
# Nor are other images under the old name.
array() { # BYTES SKIPPED
    printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (30, 28, 28), }"
    tail -c +$((17 + $1)) data/train-images-idx3-ubyte | head -c 23520
}
array 0 >set.npy
run train set.npy --epochs 1 -o replaced
run eval replaced
has replaced/run.json '"mse": 0\.'
cp replaced/run.json before.json
array 7 >set.npy
t 0 'is not the data set that replaced was trained on' eval replaced set.npy
same replaced/run.json before.json
# A model that has learned more since then has no score.
run train --resume alone/001 --epochs 4
[ "$code" -eq 0 ] || fail "resume: $(cat err)"
t 0 'no test score is known' runs alone

# JSON: the same in all languages; values are those of the record.
t 0 '' runs --json
cp out english.json
t 0 '' runs --json --language es
same out english.json
if command -v python3 >/dev/null; then
    python3 - <<'PY' || fail 'JSON of runs'
import json, os
runs = json.load(open("english.json"))
assert [r["run"] for r in runs] == ["runs/001", "runs/002", "runs/003"], runs
for r in runs:
    record = json.load(open(r["run"] + "/run.json"))
    assert r["started"] == record["started"] and r["finished"] == record["finished"]
    assert r["network"] == record["options"]["model"] and r["data"] == record["data"]["set"]
    assert r["outcome"] == "finished" and r["epochs_done"] == record["epochs_done"] == r["epochs"]
    assert r["best_validation"] == record["scores"]["validation"]
    assert r["doctor"] == record.get("doctor", {"findings": None})["findings"]
    size = sum(os.path.getsize(os.path.join(at, f)) for at, _, files in os.walk(r["run"]) for f in files)
    assert r["bytes"] == size, (r["bytes"], size)
assert runs[0]["latent"] == 2 and runs[1]["latent"] == 3 and "latent" not in runs[2]
assert runs[0]["test"] is None and runs[2]["test"]["accuracy"] >= 0
assert runs[2]["encoder"] == "runs/001"
assert runs[0]["doctor"] is not None
PY
fi

# The order: what is asked for, the best first, what is missing last, equals by name.
order() {
    run runs many --sort "$1"
    got=$(sed 1d out | sed 's/^many\/\([a-z0-9]*\) .*/\1/' | tr '\n' ' ')
    [ "$got" = "$2" ] || fail "sorted by $1: $got, expected $2"
}
mkdir many
# made NAME STARTED EPOCHS LOSS MSE
made() {
    mkdir "many/$1"
    scores=
    [ -z "$4" ] || scores="\"validation\": {\"epoch\": 1, \"loss\": $4}"
    [ -z "$5" ] || scores="$scores${4:+, }\"test\": {\"part\": \"test\", \"images\": 9, \"steps\": 5, \"mse\": $5}"
    printf '{"command": ["embudo", "train"], "started": "%s", "outcome": "finished", "epochs_done": %s, "steps_done": 5,
        "options": {"model": "n%s", "epochs": 9}, "data": {"set": "mnist"}, "scores": {%s}}' \
        "$2" "$3" "$1" "$scores" >"many/$1/run.json"
}
made a 2026-01-03T00:00:00Z 2 0.3 ''
made b10 2026-01-02T00:00:00Z 9 0.1 0.5
made b9 2026-01-04T00:00:00Z 1 '' 0.2
order run 'a b9 b10 '
order begun 'b10 a b9 '
order epochs 'b9 a b10 '
order validation 'b10 a b9 '
order test 'b9 b10 a '
order network 'a b9 b10 '
has out '2/9'

# What is no run is not in the list; what is damaged is left out with a note.
mkdir many/c many/d many/e
printf '{' >many/c/run.json
printf '{"version": "1"}' >many/d/run.json
t 0 'left out: many/c/run.json:1: column 1: not the JSON of a run' runs many
has err 'left out: many/d/run.json: is not the record of a run'
[ "$(wc -l <out)" -eq 4 ] || fail "lines: $(cat out)"
rm -r many/c many/d
# Files, links to them, links that lead nowhere and to a run: the last is one.
: >many/file && ln -s file many/link && ln -s nowhere many/lost && mkdir many/hollow && ln -s a many/z
t 0 '' runs many
[ "$(wc -l <out)" -eq 5 ] && has out '^many/z ' || fail "beside runs: $(cat out)"
rm -r many/file many/link many/lost many/hollow many/z
# A run costs as many calls to the system as its files take: the record is read once, and what is not there is not asked
# for. (The pseudo-language's test has a script for the program, whose calls would be counted.)
if [ -z "${TWICE_PROGRAM-}" ] && command -v strace >/dev/null && strace -o calls true 2>/dev/null; then
    calls() { strace -f -o calls "$program" runs "$1" >/dev/null 2>&1 && grep -c '^[0-9]* *[a-z0-9]*(' calls; }
    mkdir five ten
    for i in 1 2 3 4 5; do cp -r runs/001 five/$i && cp -r runs/001 ten/$i && cp -r runs/001 ten/2$i; done
    less=$(calls five)
    each=$((($(calls ten) - less) / 5))
    files=$(find runs/001 -type f | wc -l)
    [ "$each" -gt "$files" ] && [ "$each" -le $((files + 22)) ] || fail "$each calls for a run of $files files"
fi
# One that is asked for by itself is an error that names the file.
damaged() { # CONTENT TEXT
    rm -rf bad && cp -r runs/001 bad
    printf %s "$1" >bad/run.json
    t 1 "$2" runs bad
    t 1 "$2" runs compare bad runs/002
    # A checkpoint has all that is needed to go on, and the record is then written anew.
    cp -r bad good
    t 0 "good/run.json$3; it is written anew from the checkpoint" train --resume good
    t 0 '' runs good --json
    rm -r good bad/checkpoints
    t 1 "$2" train --resume bad
    t 0 '' info bad
}
damaged '' 'bad/run.json: is empty' ': is empty'
damaged '[]' "bad/run.json: expected a run's record, an object in JSON" ": expected a run's record, an object in JSON"
damaged '{"command": ["embudo"' "bad/run.json:1: column 21: not the JSON of a run's record" ":1: column 21: not the JSON of a run's record"

# A run alone; one whose process is gone; one from before scores were recorded: its history has them.
cp -r runs/001 old
sed -i '/"scores": {/,$d; s/"outcome": "finished"/"outcome": "running"/' old/run.json
sed -i '$s/,$/}/' old/run.json
run runs old
has out '^old .* broken off  *[0-9.]*  *-  -  '
[ "$(wc -l <out)" -eq 2 ] || fail "one run: $(cat out)"
run runs runs/001
now=$(sed -n '2s/.*finished  *\([0-9.]*\) .*/\1/p' out)
run runs old
has out "broken off  *$now  "
# One that is being written.
if command -v flock >/dev/null; then
    : >old/.lock
    flock old/.lock "$program" runs old >out 2>err
    has out '^old .* running '
fi
t 0 '' runs --language es many
has out '^ejecución  *inicio  *red  '
finish
