# Names of any bytes, and runs that know their data: sh names.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
tiny='input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 2))\ndecoder = Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)))\n'
printf "$tiny" >tiny.net

# Bytes that control a terminal, are invisible, are not UTF-8, or have a meaning for some program.
unclean() { # FILES: no control but the newline, no C1, no bidi mark, nothing that is no UTF-8
    LC_ALL=C tr -d '\n' <"$1" | LC_ALL=C grep -aq "$(printf '[\001-\037\177]\\|\302[\200-\237]\\|\342\200[\216\217\250-\256]')" &&
        return 0
    command -v iconv >/dev/null 2>&1 && ! iconv -f UTF-8 -t UTF-8 <"$1" >/dev/null 2>&1
}
clean() { for file; do unclean "$file" && fail "$name: $file is not clean: $(head -c 300 "$file" | od -c | head -20)"; done; }

long=$(printf '%0241d' 7)
count=0
while IFS= read -r escaped; do
    count=$((count + 1))
    # The dot keeps a newline at the end.
    name=$(printf -- "$escaped.") && name=${name%.}
    mkdir d && cp -r data "d/$name" 2>/dev/null || { rm -rf d && continue; } # a file system that has no such names
    cp tiny.net "d/$name.net"
    # From a folder, so that a dash in front is one.
    (cd d && "$program" train --model="$name.net" --epochs 2 --batch-size 64 --keep 2 --threads 1 \
        --output="$name run" --step-log="$name.csv" -- "$name") >out 2>err </dev/null ||
        fail "$name: training: $(cat err)"
    clean out err "d/$name run/run.json"
    run="d/$name run"
    exists "$run/model.safetensors" "d/$name.csv" "$run/run.json"
    rm "$run/model.safetensors" "$run/checkpoints/$(ls "$run/checkpoints" | tail -n 1)"
    "$program" train --resume "$run" >out 2>err </dev/null || fail "$name: resuming: $(cat err)"
    clean out err
    exists "$run/model.safetensors"
    "$program" eval -- "$run" >out 2>err </dev/null || fail "$name: eval: $(cat err)"
    has out '^test MSE '
    "$program" info -- "$run" >out 2>err </dev/null || fail "$name: info: $(cat err)"
    clean out err
    "$program" encode "$run" -o "d/$name.npy" >out 2>err </dev/null || fail "$name: encode: $(cat err)"
    clean out err
    exists "d/$name.npy"
    "$program" plot "$run" loss -o "d/$name.svg" --title="$name" >out 2>err </dev/null ||
        grep -q 'build is without' err || fail "$name: plot: $(cat err)"
    [ ! -e "d/$name.svg" ] || clean "d/$name.svg"
    clean out err
    "$program" report "$run" -o "d/$name.html" >out 2>err </dev/null ||
        grep -q 'build is without' err || fail "$name: report: $(cat err)"
    [ ! -e "d/$name.html" ] || clean "d/$name.html"
    clean out err
    "$program" eval "$run" "nowhere/$name" >out 2>err </dev/null
    [ $? -eq 1 ] && [ "$(grep -c '^embudo: ' err)" -eq 1 ] || fail "$name: not one line: $(cat err)"
    clean out err
    "$program" "$name" >out 2>err </dev/null
    clean out err
    rm -rf d
done <<END
\351\\\\\\\\xE9
a\nb\033[31m\177
-dash
quote'"\`%%s%%n <b>&amp;
\342\200\256\302\205\357\273\277\357\277\276caf\303\251
$long
END
[ "$count" -eq 6 ] || fail "only $count names"

# The longest name that there is.
name=$(printf '%0255d' 7)
mv data "$name"
"$program" train "$name" --model tiny.net --epochs 1 --batch-size 64 -o "8$(printf '%0254d' 7)" >out 2>err ||
    fail "a long name: $(cat err)"
"$program" eval "8$(printf '%0254d' 7)" >out 2>err || fail "a long name: $(cat err)"
mv "$name" data

# A run knows its data by their full path and their fingerprints.
name=data
"$program" train data --model tiny.net --epochs 1 --threads 1 -o run >out 2>err || fail "training: $(cat err)"
has run/run.json "\"set\": \"$work/data\""
has run/run.json '"training_fingerprint": "600 images of 1x28x28, uint8, [0-9a-f]\{8\}; labels [0-9a-f]\{8\}"'
has run/run.json '"test_fingerprint": "200 images'
run eval run && cp out expected
mkdir elsewhere
(cd elsewhere && "$program" eval ../run) >out 2>err || fail "from another folder: $(cat err)"
same out expected
(cd elsewhere && "$program" train --resume ../run) >out 2>err || fail "from another folder: $(cat err)"
(cd elsewhere && "$program" report ../run) >out 2>err ||
    grep -q 'build is without' err || fail "report from another folder: $(cat err)"

# A built-in name stays one.
run train mnist --model tiny.net --max-steps 1 -o builtin
has builtin/run.json '"set": "mnist"'
run eval builtin
[ "$code" -eq 0 ] || fail "eval builtin: $(cat err)"

# Moved away: the message says where the name comes from. Named on the command line, it is found.
mv data moved
for command in eval report 'plot run codes' 'encode' 'reconstruct'; do
    case $command in plot*) set -- plot run codes ;; *) set -- "$command" run ;; esac
    run "$@" -o gone.png
    [ "$code" -eq 2 ] && run "$@"
    if grep -q 'build is without' err; then continue; fi
    [ "$code" -eq 1 ] || fail "$*: exit code $code"
    has err "^embudo: $work/data: .*the name is from run/run.json: if the data set is elsewhere, name it on the command line"
done
run eval run moved
[ "$code" -eq 0 ] || fail "eval run moved: $(cat err)"
[ "$(head -n 2 out)" = "$(head -n 2 expected)" ] && has out "test images of moved$" || fail "eval run moved: $(cat out)"

# Other data under the name: every command refuses those that it reads.
cp -r moved data
flip() { # FILE: its last byte is another one
    last=$(tail -c 1 "$1" | od -An -tu1)
    size=$(wc -c <"$1")
    head -c $((size - 1)) "$1" >flipped
    printf "\\$(printf '%03o' $(((last + 1) % 256)))" >>flipped
    mv flipped "$1"
}
flip data/t10k-images-idx3-ubyte
for command in eval 'encode' 'reconstruct' 'report'; do
    run $command run
    if grep -q 'build is without' err; then continue; fi
    [ "$code" -eq 1 ] || fail "$command: took other test images, exit code $code"
    has err "^embudo: $work/data: holds other data than when run/run.json named it: test images then '200"
done
cp moved/t10k-images-idx3-ubyte data
run eval run
[ "$code" -eq 0 ] || fail "eval run: $(cat err)"
flip data/train-labels-idx1-ubyte
run encode run --split train
[ "$code" -eq 1 ] || fail 'took other labels'
has err "training images then '600 images"
run classify run --knn 1 -o knn
[ "$code" -eq 1 ] || fail 'classify took other labels'
gone knn
rm run/model.safetensors
run train --resume run
[ "$code" -eq 1 ] || fail "went on with other data: exit code $code"
has err 'the name is from .*run/checkpoints/.*: if the data set is elsewhere, name it on the command line'
run train moved --resume run
[ "$code" -eq 0 ] || fail "resuming with moved data: $(cat err)"
has run/run.json "\"set\": \"$work/moved\""
rm -r data
run eval run
[ "$code" -eq 0 ] || fail "eval run: $(cat err)"

# One array: all of it is compared, whichever part is read.
if python3 -c 'import numpy' 2>/dev/null; then
    python3 -c '
import numpy
x = numpy.random.default_rng(1).random((120, 1, 28, 28), dtype="float32")
numpy.save("one.npy", x)'
    "$program" train one.npy --model tiny.net --epochs 1 -o one >out 2>err || fail "one array: $(cat err)"
    run eval one
    has out '^20 test images of .*one.npy$'
    (cd elsewhere && "$program" eval ../one) >out 2>err || fail "one array: $(cat err)"
    python3 -c '
import numpy
x = numpy.load("one.npy"); x[7] += 1; numpy.save("one.npy", x)'
    run eval one
    [ "$code" -eq 1 ] || fail 'took another array'
    has err 'holds other data than when one/run.json named it'
fi

finish
