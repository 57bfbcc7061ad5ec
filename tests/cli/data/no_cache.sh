# Pictures where no cache can be kept, and what a run keeps of the wish: sh no_cache.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
command -v python3 >/dev/null 2>&1 || { echo 'needs python3'; exit 77; }
python3 - <<'PY' || exit 1
import os
os.mkdir('bars')
for i in range(40):
    with open('bars/%02d.pgm' % i, 'wb') as f:
        f.write(b'P5 12 12 255\n' + bytes(255 if (x + i) % 5 < 2 else i for y in range(12) for x in range(12)))
PY
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
small='--epochs 1 --latent 2'

# Wherever it fails, the message says what helps.
touch file
XDG_CACHE_HOME=$work/file
helps='the cache of decoded pictures can be elsewhere (set XDG_CACHE_HOME) or left out (--no-cache)'
t 1 "$helps" train bars -o none
t 0 'made for images' train bars $small -o run --no-cache
(
    unset HOME XDG_CACHE_HOME
    t 1 'or do without one (--no-cache)' train bars -o none
    run train mnist --max-steps 1 -o digits
    t 1 'or do without one (--no-cache)' eval digits bars
    ! grep -q 'may have learned' err || fail "what it cannot know: $(cat err)"
    t 0 'made for images' train bars $small -o homeless --no-cache
    exit "$failures"
) || failures=$((failures + 1))

# Where there is no room for it, how much it takes.
(
    trap '' XFSZ
    ulimit -f 2
    XDG_CACHE_HOME=$work/little
    t 1 '; the cache of decoded pictures takes 1 MB, and can be elsewhere' train bars -o none
    exit "$failures"
) || failures=$((failures + 1))

# Every command that opens pictures does without, as the run did or as it is told.
works() {
    run "$@"
    [ "$code" -eq 0 ] || fail "embudo $*: $(cat err)"
}
for line in 'eval run' 'score run' 'sample run -o s.png' 'info run --data bars' 'data preview run -o v.png'; do
    works $line
done
grep -q '"no_cache": true' run/run.json || fail 'the run does not say that it kept no cache'
sed '/"no_cache"/d' run/run.json >plain.json && cp plain.json run/run.json
t 1 "$helps" eval run
! grep -q 'name it on the command line' err || fail "a wrong hint: $(cat err)"
for line in 'eval run' 'score run' 'reconstruct run -o r.png' 'encode run' 'similar run 0' 'duplicates run' \
    'cluster run -k 2 -o clusters' 'plot run codes -o p.png' 'report run -o page.html' 'sample run -o s.png' \
    'export run --c code --score' 'info run --data bars' 'data preview run -o v.png'; do
    works $line --no-cache
done
t 0 'bars: in grey' data export bars --as pgm --no-cache -o exported
XDG_CACHE_HOME=$work/cache

# A run without a cache leaves none behind; --memory asks for one all the same.
t 0 'made for images' train bars $small -o wishes --no-cache
run eval wishes
[ ! -e cache/embudo/pictures ] || fail 'eval made a cache for a run without'
run eval wishes --memory 1
[ -e cache/embudo/pictures ] || fail '--memory made no cache'

# Resuming uses the run's wishes, or those that are typed.
rm -rf cache
t 0 'resuming from wishes/checkpoints' train --resume wishes --epochs 2
[ ! -e cache/embudo/pictures ] || fail 'resuming made a cache for a run without'
t 0 'resuming from wishes/checkpoints' train --resume wishes --epochs 3 --memory 7
[ -e cache/embudo/pictures ] || fail 'resuming with --memory made no cache'
has wishes/run.json '"memory": 7'
! grep -q '"no_cache"' wishes/run.json || fail 'two wishes at once'
t 0 'resuming from wishes/checkpoints' train --resume wishes --epochs 4
has wishes/run.json '"memory": 7'
t 0 'made for images' train bars --epochs 4 --latent 2 -o straight
same wishes/model.safetensors straight/model.safetensors
# It left no checkpoint: it starts again, and what is typed takes the other's place.
mkdir again && sed 's/"outcome": "[^"]*"/"outcome": "running"/' plain.json >again/run.json
t 0 'made for images' train --resume again --memory 3
has again/run.json '"memory": 3'

for line in 'train bars' 'eval run' 'data preview bars'; do
    t 2 '--memory and --no-cache: expected one of them' $line --memory 4 --no-cache
done
finish
