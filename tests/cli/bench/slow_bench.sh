# `embudo bench`: sh slow_bench.sh PROGRAM REPOSITORY
# No test here checks a time: it only checks that something was measured.
program=$1 root=$2
. "$root/tests/cli/common.inc"
mkdir tmp
TMPDIR=$work/tmp
export TMPDIR
quick='--seconds 0.002 --repeats 2 --batches 1,16 --threads 1'

# b TEXT ARGS: as t, for a run that succeeds and may say that the machine was busy.
b() {
    text=$1
    shift
    run bench "$@"
    [ "$code" -eq 0 ] || fail "embudo bench $*: exit code $code: $(cat err)"
    grep -v -e '^the machine was busy' -e 'second thread' -e '^the host gave' -e '^other programs took' err >rest
    if [ -z "$text" ]; then
        [ ! -s rest ] || fail "embudo bench $*: standard error has: $(cat rest)"
    else
        grep -qF -e "$text" rest || fail "embudo bench $*: expected '$text', got: $(cat rest)"
    fi
    [ -z "$(ls tmp)" ] || fail "embudo bench $*: left behind: $(ls tmp)"
}

hasnot() { ! grep -q -e "$2" "$1" || fail "$1 has '$2': $(cat "$1")"; }

# Wrong usage.
t 2 "--batches: expected numbers from 1 to 65536 separated by commas, got 'x' (see" bench --batches x
for list in 0 1,0 1,,2 ,1 1, 1,65537 99999999999999999999 -1 '1, 2' 1.5 1x; do
    t 2 "--batches: expected numbers from 1 to 65536 separated by commas, got '$list'" bench "--batches=$list"
done
t 2 "--batches: expected at most 16 numbers, got '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17'" \
    bench --batches 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17
t 2 "--threads: expected numbers from 1 to 256 separated by commas, got '257'" bench --threads 257
t 2 "--threads: expected numbers from 1 to 256 separated by commas, got '0'" bench --threads 0
t 2 "--only: expected any of peak,bandwidth,train,forward,layers,single,start,memory separated by commas, got 'pek'; did you mean 'peak'?" \
    bench --only train,pek
t 2 "got ''" bench --only peak,
t 2 "--repeats: expected a whole number from 1 to 100, got '0'" bench --repeats 0
t 2 "--seconds: expected a number above 0 to 60, got '0'" bench --seconds 0
t 2 "--seconds: expected a number above 0 to 60, got '1e9'" bench --seconds 1e9
t 2 "--isa mmx: this processor and build have " bench --isa mmx
t 2 "unexpected argument 'b'" bench a b
t 1 'nothere' bench nothere
EMBUDO_ISA=mmx
export EMBUDO_ISA
t 1 'EMBUDO_ISA=mmx: this processor and build have ' bench $quick
unset EMBUDO_ISA

# All of it, as tables.
b '' $quick
has out '^notebook, latent 2$'
has out '^MFLOP/image: train 2\.098, forward 0\.709$'
has out '^machine  *GFLOP/s  *GB/s$'
has out '^  1 thread  *[0-9.]*  *[0-9.]*$'
has out '^training  *batch  *threads  *images/s  *GFLOP/s  *% peak$'
[ "$(grep -c '^  *16  *1  *[0-9,]*  *[0-9.]*  *[0-9.]*$' out)" -eq 2 ] || fail "rows at batch 16: $(cat out)"
has out '^encoder\.0  *Conv2d(1, 8, 3, \.\.\.  *[0-9.]*  *[0-9]*  *-  *[0-9.]*  *[0-9]*  *[0-9.]*$'
has out '^decoder\.10 Sigmoid()  *[0-9.]*  *[0-9.]*  *-  *[0-9.]*$'
hasnot out '^encoder\.6'
has out '^optimiser '
has out '^all .* 100\.0$'
has out '^parts of a step  *us share % peak$'
for part in 'forward' 'input gradient' 'weight gradient' 'all parts' 'step, measured'; do
    has out "^$part  *[0-9.]*  *[0-9.]*  *[0-9.]*$"
done
for part in 'activations, other' 'lay out' 'loss' 'optimiser'; do has out "^$part  *[0-9.]*  *[0-9.]*$"; done
has out '^rest  *-*[0-9.]*  *-*[0-9.]*$'
has out '^encode  *[0-9.]*  *[0-9.]*$'
has out '^start  *[0-9]* ms, one step, saved$'
has out '^memory  *[0-9.]* MB, 500 steps$'
awk 'length > 80 { exit 1 }' out || fail "wider than 80 columns: $(cat out)"

# Sections by --only; what was not asked for is absent.
b '' $quick --only peak
hasnot out '^training\|^forward\|^encoder\|^one image\|^start\|GB/s'
b '' $quick --only single,layers
has out '^one image'
hasnot out '^machine\|^training'
b '' --seconds 0.002 --repeats 1 --batches 16,16 --threads 2,1,2 --only forward,peak
[ "$(grep -c '^  *16  *[12] ' out)" -eq 2 ] || fail "a number given twice: $(cat out)"
has out "^two threads' peak is "

# Other networks, other instruction sets. A network that MNIST does not fit has no start and no memory.
cat >small.net <<'END'
input = 3, 9, 8
encoder = Sequential(Tanh(), Tanh(), Flatten(), Linear(216, 3), ReLU())
decoder = Sequential(Linear(3, 216), Unflatten(1, (3, 9, 8)))
END
b 'left out: start and memory: ' small.net $quick --isa plain
has out ', plain$'
has out '^encoder\.1  *Tanh()  *[0-9.]*  *-  *-'
hasnot out '^start'
b 'left out: memory: ' small.net $quick --only peak,memory
EMBUDO_ISA=plain "$program" bench small.net $quick --only peak >out 2>err
has out ', plain$'
TMPDIR=$work/nowhere
b 'left out: start: ' $quick --only start
TMPDIR=$work/tmp

# JSON.
if command -v python3 >/dev/null; then
    cat >check.py <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
assert [k for k in d if k != "second_thread_adds"] == sys.argv[2].split(), list(d)
assert d["mflop"] == {"train": 2.09798, "forward": 0.708736}, d["mflop"]
assert d["repeats"] == 2 and d["latent"] == 2 and d["network"] == "notebook"
for name in ("train", "forward"):
    rows = d.get(name, [])
    assert [(r["batch"], r["threads"]) for r in rows] in ([], [(1, 1), (16, 1)]), rows
    for r in rows:
        assert r["images_per_s"] > 0 and r["gflops"] > 0 and r["percent_of_peak"] > 0, r
        assert abs(r["gflops"] / (r["images_per_s"] * d["mflop"][name] * 1e-3) - 1) < 1e-2, r
layers = d.get("layers")
if layers:
    passes = [(r["layer"], r["pass"]) for r in layers]
    assert len(passes) == len(set(passes)) == 50, len(passes)
    assert ("encoder.0", "input gradient") not in passes
    assert ("step", "lay out") in passes and ("step", "loss") in passes and ("step", "optimiser") in passes
    assert abs(sum(r["share"] for r in layers) - 100) < 0.1
    parts = {r["part"]: r for r in d["parts"]}
    assert list(parts) == ["forward", "input gradient", "weight gradient", "activations, other", "lay out", "loss",
                           "optimiser", "all parts", "rest", "step, measured"], list(parts)
    assert abs(parts["all parts"]["microseconds"] / sum(r["microseconds"] for r in layers) - 1) < 1e-2
    assert abs(parts["step, measured"]["microseconds"] * d["train"][1]["images_per_s"] / 16e6 - 1) < 1e-2
    assert parts["loss"]["percent_of_peak"] is None and parts["forward"]["percent_of_peak"] > 0
assert d["switches_per_s"] >= 0 and 0 <= d["stolen_percent"] <= 100
assert isinstance(d["noisy"], bool) and d["noise_percent"] >= 0
for key, inner in (("start", "first_step_ms"), ("memory", "peak_mb")):
    assert key not in d or d[key][inner] > 0
END
    b '' $quick --json
    python3 check.py out 'program machine isa network latent mflop repeats peak bandwidth train forward layers parts single start memory switches_per_s stolen_percent noise_percent noisy' ||
        fail "the JSON: $(cat out)"
    b '' $quick --json --only train
    python3 check.py out 'program machine isa network latent mflop repeats train switches_per_s stolen_percent noise_percent noisy' ||
        fail "the JSON of --only train: $(cat out)"
fi

# Told to stop, it stops, and nothing stays.
for section in start train; do
    "$program" bench --only $section --seconds 0.05 --repeats 100 >out 2>err &
    child=$!
    sleep 1
    kill -TERM $child
    wait $child
    code=$?
    [ "$code" -eq 143 ] || fail "told to stop in $section: exit code $code: $(cat err)"
    [ ! -s out ] || fail "told to stop in $section, it printed: $(cat out)"
    [ -z "$(ls tmp)" ] || fail "told to stop in $section, it left: $(ls tmp)"
done

# On a terminal: within its width, and with a line that says what is being measured.
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    escape=$(printf '\033')
    for columns in 40 60 80; do
        script -qec "stty cols $columns rows 50; env LC_ALL=C TERM=xterm '$program' bench $quick --only peak,train,forward,layers,single,start" /dev/null \
            </dev/null >screen || fail "on a terminal of $columns columns: $(cat screen)"
        tr '\r' '\n' <screen | sed "s/$escape\\[[0-9;]*[a-zA-Z]//g" >lines
        has lines '^repeat 2 of 2: training, batch 1'
        # The processor's name and a note may be longer.
        sed -n '/^notebook/,$p' lines | grep -v -e '^the machine was busy' -e 'second thread' -e '^the host gave' -e '^other programs' |
            awk -v most=$columns 'length > most { print; exit 1 }' >wide ||
            fail "wider than $columns: $(cat wide)"
    done
fi
# Some networks cannot be trained with one image at a time.
cat >normed.net <<'END'
input = 4
encoder = Sequential(Linear(4, 2), BatchNorm1d(2))
decoder = Sequential(Linear(2, 4))
END
b 'left out: training at batch 1: normed.net: encoder.1 BatchNorm1d needs at least 2 images in each batch, and each has 1: use a larger batch size' normed.net $quick --only train
hasnot out '^  *1  *1'
has out '^  *16  *1'
t 1 'BatchNorm1d needs at least 2 images' bench normed.net --batches 1 --only train --seconds 0.002

finish
