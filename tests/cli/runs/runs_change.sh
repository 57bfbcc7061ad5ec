# embudo runs compare, remove, rename: sh runs_change.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
. "$root/tests/cli/runs/three_runs.inc"
three_runs --loss l1 --seed 7
run train data --model tiny.net --epochs 3 --batch-size 64 --val-split 0
[ "$code" -eq 0 ] || fail "train: $(cat err)"

# ---- compare: what differs, how well they did, one picture.
run runs compare runs/001 runs/002
[ "$code" -eq 0 ] || fail "compare: $(cat err)"
has out '^  *runs/001  *runs/002$'
has out '^latent  *2  *3$'
has out '^epochs  *3  *2$'
has out '^seed  *42  *7$'
has out '^loss  *MSELoss  *L1Loss$'
grep -q '^batch_size' out && fail "batch_size is the same: $(cat out)"
has out '^best validation  *[0-9.]*  *[0-9.]*$'
has out '^in epoch  *[0-9]  *[0-9]$'
if ! grep -q 'need cairo' err; then
    has err '^the curves are in curves.png$'
    exists curves.png
    t 0 'the curves are in all.svg' runs compare runs/001 runs/002 runs/003 runs/004 -o all.svg
    # A chart for each loss, and one of the accuracy; a run without validation images has its training loss.
    for text in 'loss (MSELoss)' 'loss (L1Loss)' 'loss (CrossEntropyLoss)' 'runs/004 (training)' 'accuracy (%)'; do
        grep -qF ">$text<" all.svg || fail "the curves do not say $text"
    done
    t 0 'las curvas están en es.svg' runs compare runs/001 runs/002 -o es.svg --language es
    grep -qF 'Pérdida de validación' es.svg || fail 'the curves know no Spanish'
fi
rm -f curves.png
t 0 '' runs compare runs/001 runs/002 --json
cp out english.json
gone curves.png
t 0 '' runs compare runs/001 runs/002 --json --language es
same out english.json
if command -v python3 >/dev/null; then
    python3 - <<'PY' || fail 'JSON of compare'
import json
c = json.load(open("english.json"))
assert [r["run"] for r in c["runs"]] == ["runs/001", "runs/002"]
assert c["differ"]["latent"] == ["2", "3"] and c["differ"]["seed"] == ["42", "7"]
assert "batch_size" not in c["differ"] and "notation" in c["differ"]
PY
fi
t 2 'expected 2 to 10 runs, got 1' runs compare runs/001
# In a narrow terminal the runs stand below each other.
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    for columns in 30 60 300; do
        script -qec "stty cols $columns; '$program' runs compare runs/001 runs/002 runs/003 -o x.svg --quiet" /dev/null </dev/null |
            tr -d '\r' >screen
        awk -v most=$columns 'length > most { exit 1 }' screen || fail "wider than $columns columns: $(cat screen)"
        for name in 001 002 003; do has screen "^  .*runs/$name"; done
    done
    [ "$(grep -c '^best validation' screen)" -eq 1 ] || fail "several tables in 300 columns: $(cat screen)"
fi
t 1 'runs/001 and runs/001/ are the same run' runs compare runs/001 runs/002 runs/001/
t 1 'nothere: no such run' runs compare runs/001 nothere
t 1 'c.txt: expected a name that ends in .png, .svg or .pdf' runs compare runs/001 runs/002 -o c.txt

# ---- rename
t 2 "expected a name without a /; mv moves a run elsewhere, got 'a/b'" runs rename runs/002 a/b
for name in . .. .hidden; do t 2 'expected a name that does not begin with a dot' runs rename runs/002 $name; done
t 1 'runs/001: exists already' runs rename runs/002 001
ln -s nowhere runs/taken
t 1 'runs/taken: exists already' runs rename runs/002 taken
rm runs/taken
cp runs/002/run.json before.json
t 0 '' runs rename runs/002 three
has out '^runs/002 is runs/three now$'
gone runs/002 runs/three/.lock
same runs/three/run.json before.json
t 0 '' info runs/three
t 1 'data: is not a run: it has no run.json' runs rename data other
t 1 'tiny.net: is not a folder' runs rename tiny.net other
ln -s three runs/link
t 1 'runs/link: is a link' runs rename runs/link other
t 1 'runs/link: is a link' runs remove runs/link
exists runs/three/model.safetensors
rm runs/link
(cd runs && "$program" runs rename three 002 >../out 2>../err) || fail "in its folder: $(cat err)"
exists runs/002/model.safetensors

# ---- remove: never what is no run, nor part of what was asked for.
all() { find . -mindepth 1 ! -name out ! -name err ! -name err.codes ! -name before -print | sort | tr '\n' ' '; }
refused() { # TEXT ARGS: nothing is removed
    all >before
    text=$1
    shift
    t 1 "$text" runs remove "$@"
    [ "$(all)" = "$(cat before)" ] || fail "removed by a refused remove $*: $(all) was $(cat before)"
}
refused 'data: is not a run: it has no run.json' data
refused 'data: is not a run' runs/001 data
refused 'runs: is not a run' runs
refused 'nothere: no such run' nothere runs/001
refused 'tiny.net: is not a folder' tiny.net
refused 'runs/./001: is named twice' runs/001 runs/./001
mkdir fake && printf '{"name": "my project", "version": "1"}' >fake/run.json && : >fake/thesis.tex
refused 'fake/run.json: is not the record of a run' fake
printf '{' >fake/run.json
refused 'fake/run.json:1: column 1: not the JSON' fake
# A folder of runs that is a run itself keeps the others.
cp -r runs/001 outer && cp -r runs/002 outer/002
refused 'outer: holds the folder 002' outer
refused 'outer: holds the folder 002' outer --all
rm -r outer/002
# What embudo did not put there is removed only if that is asked for; folders never.
: >outer/notes.txt
refused 'outer: holds notes.txt, which embudo did not put there' outer
mkdir outer/checkpoints/mine && : >outer/checkpoints/mine/x
refused 'outer: holds the folder checkpoints/mine' outer --all
rm -r outer/checkpoints/mine
# A link within it is removed, not what it leads to.
mkdir kept && : >kept/file
ln -s ../kept outer/checkpoints/link
ln -s ../kept outer/more
: >outer/.lock
if command -v flock >/dev/null; then
    all >before
    flock outer/.lock "$program" runs remove outer --all >out 2>err && fail 'a run that is being written is removed'
    has err 'outer: .* is writing this run; wait until it is done'
    [ "$(all)" = "$(cat before)" ] || fail "removed while it is written: $(all)"
fi
all >before
t 0 '' runs remove outer --all --dry-run
has out '^would remove outer: [0-9]* files, [0-9.]* kB$'
[ "$(all)" = "$(cat before | sed 's# ./outer/.lock##')" ] || fail 'a dry run removes'
t 0 '' runs remove outer --all
has out '^removed outer: [0-9]* files, '
gone outer
exists data/train-images-idx3-ubyte
[ -f kept/file ] || fail 'a link was followed'
# What embudo's commands put into a run goes with it.
run plot runs/001 loss
run export runs/001 --onnx
run reconstruct runs/001 data
run report runs/001
t 0 '' runs remove runs/001 runs/002
gone runs/001 runs/002
exists runs/003/model.safetensors
(cd runs/003 && "$program" runs remove . >../../out 2>../../err) || fail "remove .: $(cat err)"
gone runs/003
# A training that is going on is not removed.
"$program" train data --model tiny.net --epochs 100000 -o busy >out 2>err &
tries=0
while [ ! -s busy/run.json ] && [ $tries -lt 600 ]; do sleep 0.1 && tries=$((tries + 1)); done
"$program" runs remove busy >out2 2>err2 && fail 'a training is removed'
has err2 "busy: process $! is writing this run"
"$program" runs rename busy other >out2 2>err2 && fail 'a training is renamed'
"$program" runs busy >out2 2>err2
has out2 ' running '
kill -INT $!
wait $!
exists busy/model.safetensors
t 0 '' runs remove busy
finish
