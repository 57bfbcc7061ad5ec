# embudo compare is stopped anywhere, and goes on to the same numbers: sh compare_resume.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
preload=${EMBUDO_PRELOAD-}
[ -n "$preload" ] && [ -f "$preload" ] || exit 77
small data
cat >tiny.net <<'NET'
latent = 2
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, latent), Tanh())
decoder = Sequential(Linear(latent, 784), Unflatten(1, (1, 28, 28)))
NET
quick='data --model tiny.net --latent 2,3 --seed 1,2 --epochs 3 --classifier-epochs 2'

# at SIGNAL TEXT ARGS: the signal once a file whose path has TEXT in it has its name.
at() {
    signal=$1 text=$2
    shift 2
    EMBUDO_SIGNAL=$signal:$text LD_PRELOAD=$preload "$program" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq $((128 + signal)) ] || fail "embudo $*: not stopped at $text: $code: $(cat err)"
}
# The numbers: all but the seconds.
numbers() {
    cut -d, -f1-4,6- "$1/compare.csv"
    sed '/"seconds":/d; /"command": \[/,/\]/d' "$1/compare.json"
}
agree() {
    numbers "$1" >got
    numbers "$2" >wanted
    cmp -s got wanted || fail "$1 and $2 differ: $(diff got wanted)"
    gone "$1/unfinished-training.safetensors" "$1/unfinished-autoencoder.safetensors" "$1/.lock"
}

t 0 'the table is in whole/compare.csv' compare $quick -o whole
has err '^in whole: compare.csv, .*compare.json, config.txt$'
has whole/compare.json '"outcome": "finished"'
[ "$(grep -c '"accuracy"' whole/compare.json)" -eq 28 ] || fail "results: $(cat whole/compare.json)"
t 0 'whole is complete: the table is in whole/compare.csv' compare --resume whole

# Ctrl-C and SIGKILL in the middle of a training, after a result, while an autoencoder is written.
for signal in 2 9; do
    for text in unfinished-training unfinished-autoencoder compare.json; do
        rm -rf part
        at $signal $text compare $quick -o part
        [ $signal -eq 9 ] || has err '^interrupted after [0-9]* results*; to continue: embudo compare --resume part$'
        [ $signal -eq 9 ] || has part/compare.json '"outcome": "interrupted"'
        # Stopped again, later.
        [ $text != compare.json ] || at 2 unfinished-training compare --resume part
        t 0 'the table is in part/compare.csv' compare --resume part
        agree part whole
    done
done

# What is said does not go on: --json is of the call.
rm -rf part
at 2 unfinished-training compare $quick -o part --json
run compare --resume part
has out '^input  *model '
agree part whole

# Stopped over and over: every stop keeps what is done.
rm -rf part
at 2 unfinished-training compare $quick -o part
stops=0
while [ $stops -lt 200 ]; do
    EMBUDO_SIGNAL=2:unfinished-training LD_PRELOAD=$preload "$program" compare --resume part >out 2>err </dev/null
    code=$?
    [ $code -eq 130 ] || break
    stops=$((stops + 1))
done
[ $code -eq 0 ] || fail "stopped over and over: $code: $(cat err)"
[ $stops -gt 15 ] || fail "only $stops stops"
agree part whole

# Without -o a folder is made when it is stopped.
"$program" compare data --model tiny.net --epochs 100000 >out 2>err &
sleep 1.5
kill -INT $!
wait $!
code=$?
[ $code -eq 130 ] || fail "without -o: $code: $(cat err)"
has err '^interrupted after 0 results; to continue: embudo compare --resume runs/compare-001$'
exists runs/compare-001/compare.json runs/compare-001/unfinished-training.safetensors
t 0 'no runs in runs' runs

# A trained autoencoder; from another folder, and moved with its data.
run train data --model tiny.net --epochs 2 -o ae
t 0 'the table is in taken/compare.csv' compare data --run ae --classifier-epochs 2 -o taken
rm -rf part
at 2 unfinished-training compare data --run ae --classifier-epochs 2 -o part
mkdir moved && mv data ae part moved
t 0 'the table is in moved/part/compare.csv' compare --resume moved/part --threads 1
cut -d, -f1-4 moved/part/compare.csv >got
cut -d, -f1-4 taken/compare.csv >wanted
same got wanted
mv moved/data moved/ae .

# What is wrong.
t 1 'nowhere: no such folder of a comparison' compare --resume nowhere
t 1 'ae: has no compare.json' compare --resume ae
t 2 '--latent cannot change when resuming' compare --resume whole --latent 4
t 2 '--resume takes the data set of the comparison' compare data --resume whole
rm -rf part
at 2 unfinished-training compare $quick -o part
sed -i 's/, Tanh()//' tiny.net
t 1 'tiny.net: is no longer the network that part began with' compare --resume part
sed -i 's/latent)),*/latent), Tanh())/; s/latent), Tanh()), Tanh/latent), Tanh/' tiny.net
printf '\001' | dd of=data/train-images-idx3-ubyte bs=1 seek=900 conv=notrunc 2>/dev/null
t 1 'holds other data than when part/compare.json named it' compare --resume part
printf '{"command": ["embudo", "rm", "-rf"]}' >part/compare.json
t 1 'part/compare.json: is not the record of a comparison' compare --resume part
finish
