# embudo train --serve: the same bits, what is asked of a training, and its end: sh watch.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
t 2 '--port belongs to --serve: give both' train data --port 8080
t 2 '--stay belongs to --serve: give both' train data --stay
t 2 '--open opens the page of --serve or of --report' train data --open
run train data --serve --host example.com
if grep -q libmicrohttpd err; then
    t 1 'install libmicrohttpd-dev' train data --serve
    gone runs
    finish
fi
t 1 'expected the numeric address' train data --serve --host 0.0.0.0
gone runs
command -v curl >/dev/null || exit 77
plan='data --epochs 30 --keep 100'
run train $plan -o plain
[ "$code" -eq 0 ] || fail "train: $(cat err)"

# start ARGS: trains, watched on a free port, at $address with $token.
start() {
    : >said
    "$program" train "$@" --serve --port 0 >said 2>said.err &
    training=$!
    tries=0
    until grep -q '^watch it at' said || [ $tries -ge 300 ]; do
        kill -0 $training 2>/dev/null || break
        sleep 0.02
        tries=$((tries + 1))
    done
    address=$(sed -n 's/^watch it at //p' said)
    token=${address##*#token=}
    address=${address%%#*}
}
# ended CODE
ended() {
    wait $training
    found=$?
    [ $found -eq "$1" ] || fail "exit code $found, expected $1: $(cat said.err)"
}
trap 'kill $training 2>/dev/null; rm -rf "$work"' EXIT
get() { curl -s "${address}api/1/$1"; }
# wish STATUS WHAT [CURL'S ARGS]: asks the training, with the token unless a header says otherwise.
wish() {
    wanted=$1 what=$2
    shift 2
    [ $# -gt 0 ] || set -- -d '' -H "Authorization: Bearer $token"
    found=$(curl -s -o answer -w '%{http_code}' "$@" "${address}api/1/training/$what")
    [ "$found" = "$wanted" ] || fail "$what $*: $found, expected $wanted: $(cat answer)"
}
# state WANTED: waits until the training is so.
state() {
    tries=0
    until get training | grep -q "\"state\":\"$1\"" || [ $tries -ge 500 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
    get training | grep -q "\"state\":\"$1\"" || fail "not $1: $(get training)"
}
step() { get training | sed 's/.*"step":\([0-9]*\),.*/\1/'; }

# Paused, it takes no step; a page that asks all the time changes nothing of the bits.
start $plan -o watched
wish 200 pause
state paused
before=$(step)
get '' | grep -q '"shows":"run","training":true' || fail "shows: $(get '')"
sleep 0.2
[ "$(step)" = "$before" ] || fail 'a step while it is paused'

# Only the token holds a training, from its own page, by POST.
wish 401 continue -d ''
wish 401 continue -d '' -H 'Authorization: Bearer 0123456789abcdef0123456789abcdef'
wish 401 continue -d '' -H "Authorization: Bearer ${token%?}"
wish 403 continue -d '' -H "Authorization: Bearer $token" -H 'Origin: http://example.com'
wish 403 continue -d '' -H "Authorization: Bearer $token" -H 'Host: example.com'
wish 405 continue -H "Authorization: Bearer $token"
wish 404 wait
state paused
wish 200 continue
while kill -0 $training 2>/dev/null; do
    get training >/dev/null
    get training/losses >/dev/null
    get codes >/dev/null
    get 'decode?code=0,1' >/dev/null
    get errors >/dev/null
    wish_now=$(curl -s -o /dev/null -d '' -H "Authorization: Bearer $token" "${address}api/1/training/pause")
    wish_now=$(curl -s -o /dev/null -d '' -H "Authorization: Bearer $token" "${address}api/1/training/continue")
done
ended 0
[ "$(result plain)" = "$(result watched)" ] || fail 'not the same bits'
# A checkpoint's head has times, too.
tensors() { tail -c +$((9 + $(od -An -t u8 -N 8 "$1" | tr -d ' '))) "$1" | sha256sum; }
for file in plain/checkpoints/*; do
    [ "$(tensors "$file")" = "$(tensors "watched/checkpoints/${file##*/}")" ] || fail "$file: not the same bits"
done
[ "$(grep -v '^watch it at' said)" = "$(cat out)" ] || fail "standard output: $(cat said)"
grep -q '^serve\|^port' watched/config.txt && fail "kept: $(cat watched/config.txt)"

# Stopped from the page: a checkpoint from which it goes on, watched again, to the same bits.
start $plan -o stopped --stay
wish 200 pause
state paused
codes=$(get codes | cksum)
first=$(get training/steps/0/codes | cksum)
wish 200 stop
state interrupted
get history | grep -q '"epoch":\[' || fail "history: $(get history)"
wish 409 continue
grep -q "to continue: embudo train --resume stopped" said.err || fail "said: $(cat said.err)"
grep -q '^the page stays until Ctrl-C' said.err || fail "said: $(cat said.err)"
[ "$(get training/steps/0/codes | cksum)" = "$first" ] || fail 'the first shot is another one'
[ "$(get "training/steps/$(step)/codes" | cksum)" = "$(get codes | cksum)" ] || fail 'codes are not those of the last shot'
get "training/steps/$(step)/decode?code=0,1" >last
get 'decode?code=0,1' >newest
get 'training/steps/0/decode?code=0,1' >untrained
same last newest
cmp -s untrained newest && fail 'the untrained network decodes as the newest'
wish 404 'steps/1000000/decode?code=0,1'
[ -n "$codes" ] || fail 'no codes'
kill -INT $training
ended 130
start --resume stopped --stay
state finished
wish 404 'steps/0/decode?code=0,1'
get history | grep -q '"epoch":\[1.0,2.0,' || fail "history: $(get history | head -c 200)"
[ "$(result plain)" = "$(result stopped)" ] || fail 'not the same bits after a stop'

# After the end, the page is of what was saved.
get training | grep -q '"step":900,"steps":900,' || fail "the end: $(get training | head -c 300)"
[ "$(get training/losses | head -c 128 | grep -c "'shape': ([0-9]*, 2)")" -eq 1 ] || fail 'losses have no two columns'
"$program" encode stopped data --split val -o codes.npy >out 2>err
[ "$(tail -c +129 codes.npy | cksum)" = "$(get codes | tail -c +129 | cksum)" ] || fail 'not the codes of the model'
get 'decode?code=0.5,-1.2&as=png' >point.png
"$program" decode stopped 0.5,-1.2 -o point/ >out 2>err
same point.png point/00000.png

# A port that is taken is known before anything is written.
port=${address##*:}
t 1 'is in use: another --port' train data --serve --port "${port%/}" -o never
gone never
kill -INT $training
ended 0

# Ctrl-C is what it is without the page; without a terminal, the page does not stay.
start $plan -o signalled
wish 200 pause
state paused
kill -INT $training
ended 130
has signalled/run.json '"outcome": "interrupted"'

# A network without codes has its losses.
start data --model cnn --epochs 2 --stay -o classifier
state finished
get '' | grep -q '"shows":"training"' || fail "shows: $(get '')"
[ "$(curl -s -o /dev/null -w '%{http_code}' "${address}api/1/codes")" = 404 ] || fail 'codes of a classifier'
get training | grep -q '"shots":\[\]' || fail "shots: $(get training)"
kill -INT $training
ended 0
finish
