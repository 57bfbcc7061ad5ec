# "-" for a file that is written is standard output: sh dash.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
printf 'input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 2))\ndecoder = Sequential(Linear(2, 784), %s\n' \
    'Unflatten(1, (1, 28, 28)))' >net.net
t 0 '' train data --model net.net --epochs 2 -o run --quiet --no-doctor
mkdir temporary
export TMPDIR="$work/temporary"

# dashed FILE ARGS: what the command writes with -o FILE is what it prints with -o -; nothing else is there, and nothing
# is left behind. `dash` is "-", or another kind of file.
dash=-
dashed() {
    file=$1
    shift
    t 0 '' "$@" -o "$file" --quiet --no-doctor
    exists "$file"
    run "$@" -o "$dash" --no-doctor
    [ "$code" -eq 0 ] || fail "embudo $* -o $dash: exit code $code: $(cat err)"
    cmp -s "$file" out || fail "embudo $* -o $dash: not what is in $file"
    [ -z "$(ls temporary)" ] || fail "embudo $* -o $dash leaves: $(ls temporary)"
    ! grep -q temporary err || fail "embudo $* -o $dash names a file of its own: $(cat err)"
}
dashed loss.png plot run loss data
dashed page.png reconstruct run data
has err '^standard output: [0-9]* images of '
dashed decode.png decode run 0,1 1,0
dashed sample.png sample run data
dashed preview.png data preview data --denoise gaussian=0.3
dashed codes.csv encode run data
dashed near.csv similar run 7 data
dashed twice.csv duplicates run data --split test
dashed groups.csv cluster run data -k 2
dashed scores.csv score run data --split test
dashed new.net new data --latent 3
cp run/model.safetensors theirs.safetensors
dashed mine.safetensors import theirs.safetensors --notation net.net
t 0 '' decode run 0,1 -o pictures/ --quiet
dashed said.csv predict run pictures/00000.png
dash=-.svg
dashed loss.svg plot run loss data
dash=-.npy
dashed codes.npy encode run data
dashed page.npy reconstruct run data
dash=-.json
dashed scores.json score run data --split test
dashed said.json predict run pictures/00000.png
dash=-.png
dashed near.png similar run 7 data
# Of a table --json says the kind.
for of in 'encode run data' 'similar run 7 data' 'duplicates run data --split test' 'cluster run data -k 2' \
    'score run data --split test' 'predict run pictures/00000.png'; do
    # shellcheck disable=SC2086
    run $of --json --no-doctor --quiet
    mv out wanted
    # shellcheck disable=SC2086
    run $of --json -o - --no-doctor --quiet
    [ "$code" -eq 0 ] && [ -s out ] && cmp -s out wanted || fail "embudo $of --json -o -: $(head -c 300 out)"
done
# The page has its date: its beginning and its end are enough.
t 0 '' report run data -o - --no-doctor --quiet
[ "$(head -c 15 out)" = '<!DOCTYPE html>' ] && has out '</html>' || fail "report -o -: $(head -c 100 out)"
# A stream, line by line; the epochs go to standard error.
run train data --model net.net --max-steps 3 -o steps --step-log - --no-doctor
[ "$(head -1 out)" = step,loss ] && [ "$(wc -l <out)" -eq 4 ] || fail "--step-log -: $(cat out)"
has err 'stopped after 3 steps'
t 0 'ROC AUC' score run data --split test --normal 3 --curves - --no-doctor
[ "$(head -c 4 out | tail -c 3)" = PNG ] || fail 'score --curves -: no PNG'

# Refused: a folder, two for one, and bytes on a terminal.
t 2 '--output: - is standard output, and what is written is a folder' train data -o -
t 2 '--output: - is standard output, and what is written is a folder' export run --onnx -o -
t 2 '--c: - is standard output, and what is written is a folder' export run --c -
t 2 '--heat: - is standard output, and what is written is a folder' score run data --heat -
t 2 '--output and --print-folder both take standard output' compare data -o - --print-folder
t 2 '--curves and --output both take standard output' score run data -o - --curves -
t 2 '--output and --json both take standard output' similar run 7 data -o -.png --json
t 1 'nothing' plot nothing loss -o -
[ -z "$(ls temporary)" ] || fail "a failure leaves: $(ls temporary)"
TMPDIR="$work/nowhere"
t 1 'nowhere/embudo-' plot run loss -o -
TMPDIR="$work/temporary"
if command -v script >/dev/null 2>&1; then
    script -qec "'$program' plot run loss -o -" /dev/null >seen </dev/null
    has seen '.png files are no text, and standard output is a terminal'
    script -qec "'$program' plot run loss -o -.svg --quiet" /dev/null >seen </dev/null
    has seen '<svg'
fi
# A reader that has gone is no failure of ours; a full disk is one.
"$program" plot run loss -o - --quiet | head -c 4 >/dev/null || fail 'plot -o - | head'
if [ -c /dev/full ]; then
    "$program" plot run loss -o - --quiet >/dev/full 2>err </dev/null && fail 'plot -o - >/dev/full'
    has err 'cannot write to standard output'
fi
finish
