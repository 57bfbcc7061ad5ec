# embudo serve: begins, answers, ends: sh serve.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
run train data --epochs 1 -o run
t 2 '--port' serve run --port 70000
run classify run data --epochs 1 -o says
run serve run --host example.com
if grep -q libmicrohttpd err; then
    t 1 'install libmicrohttpd-dev' serve run
    finish
fi
t 1 'no such file' serve nothing data
t 1 'expected the numeric address' serve run --host example.com
t 1 'expected the numeric address' serve run --host 0.0.0.0
t 1 'expected a network with a classifier' serve run data --classifier run
command -v curl >/dev/null || exit 77

# start ARGS: serves on a free port, at $address.
start() {
    rm -f served
    "$program" serve "$@" --port 0 >served 2>served.err &
    server=$!
    tries=0
    until [ -s served ] || [ $tries -ge 100 ]; do
        kill -0 $server 2>/dev/null || break
        sleep 0.1
        tries=$((tries + 1))
    done
    address=$(head -n 1 served)
}
# stop: Ctrl-C, after which it ends well and has said nothing more.
stop() {
    kill -INT $server
    wait $server
    ended=$?
    [ $ended -eq 0 ] || fail "Ctrl-C: exit code $ended"
    [ "$(wc -l <served)" -eq 1 ] || fail "standard output: $(cat served)"
    [ "$(cat served.err)" = 'serving until Ctrl-C' ] || fail "standard error: $(cat served.err)"
}
# get STATUS TYPE PATH: into the file `got`.
get() {
    said=$(curl -s -o got -w '%{http_code} %{content_type}' "${address%/}$3")
    [ "$said" = "$1 $2" ] || fail "$3: $said, expected $1 $2"
}

trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
start run data
case $address in
http://127.0.0.1:*/) ;;
*) fail "no address: $address $(cat served.err)" ;;
esac
get 200 'text/html; charset=utf-8' /
get 200 'text/javascript; charset=utf-8' /map/map.js
get 200 application/json /api/1/run
has got '"latent": 2'
get 200 application/json /api/1/history
get 200 application/json '/api/1/neighbours?code=0,0&most=3'
[ "$(grep -o '"index"' got | wc -l)" -eq 3 ] || fail "three neighbours: $(cat got)"
get 200 application/json /api/1/score
get 200 image/png /api/1/images/3/reconstruction.png
get 200 image/png /api/1/images/3/error.png
get 200 application/x-npy '/api/1/images/3/layer?layer=0'
[ "$(wc -c <got)" -eq $((128 + 4 * 8 * 14 * 14)) ] || fail "a layer of $(wc -c <got) bytes"
get 200 application/x-npy '/api/1/clusters?k=3'
get 200 application/x-npy '/api/1/return?code=0,0'
if "$program" --version | grep -q giflib; then
    get 200 image/gif '/api/1/film.gif?code=0,0'
fi
get 404 application/problem+json /api/1/files
get 404 application/problem+json /api/1/images/100000
get 404 application/problem+json /api/1/runs

# A code is the mean and the way along the components, if there are no more numbers than components.
get 200 application/x-npy /api/1/components
mv got components
floats() { od -A n -v -t f4 -w$((4 * $2)) -j $((128 + 8 * $3)) -N $((8 * $4)) "$1"; }
get 200 application/x-npy /api/1/places
{ floats components 6 0 3; floats got 2 5 1; } >told
get 200 application/x-npy /api/1/codes
floats got 2 5 1 | cat told - | awk '
    NR == 1 { for (i = 1; i <= 6; i++) m[i] = $i }
    NR == 2 { a = $1; b = $2 }
    NR == 3 { x = m[1] + a * m[3] + b * m[5]; y = m[2] + a * m[4] + b * m[6]
              exit !((x - $1) ^ 2 + (y - $2) ^ 2 < 1e-9 * (1 + $1 ^ 2 + $2 ^ 2)) }' ||
    fail 'places along components are not the codes'

# Many images at once are those of the file.
printf '\003\0\0\0\0\0\0\0' | curl -s --data-binary @- "${address}api/1/images" >got
tail -c +17 data/train-images-idx3-ubyte >raw
{ tail -c +$((1 + 784 * 3)) raw | head -c 784 && head -c 784 raw; } >expected
tail -c +129 got | cmp -s - expected || fail 'not the images 3 and 0'

# The scores are those of embudo score, which has not run yet, and is not needed.
[ ! -e run/unusual.safetensors ] || fail 'learned too early'
tries=0
until curl -s "${address}api/1/unusual" >got && [ "$(wc -c <got)" -gt 500 ]; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || break
    sleep 0.1
done
run score run data --split all --json -o -
read_score() { od -A n -t f4 -j $((128 + 4 * $1)) -N 4 got | tr -d ' '; }
for i in 0 7; do
    wanted=$(sed -n 's/^.*"score": \([0-9.e+-]*\).*/\1/p' out | sed -n "$((i + 1))p")
    awk -v a="$(read_score $i)" -v b="$wanted" 'BEGIN { exit !(b > 0 && (a - b) ^ 2 < 1e-8 * b * b) }' || fail "score of $i: $(read_score $i), not $wanted"
done

# The classifier that was made of the run says what an image is, as embudo predict does.
get 200 application/json /api/1/images/5
has got '"verdict":\[0'
get 200 application/json /api/1/run
has got '"classifier": ".*/\{0,1\}says"'

# The picture of a code is the one that embudo decode writes, to the byte; codes are those of encode.
get 200 image/png '/api/1/decode?code=0.5,-1.2&as=png'
run decode run 0.5,-1.2 -o point/
cmp -s got point/00000.png || fail 'decode: not the same picture'
get 200 application/x-npy /api/1/codes
run encode run data --split all -o codes.npy
[ "$(tail -c +129 got | cksum)" = "$(tail -c +129 codes.npy | cksum)" ] || fail 'not the same codes'

# An image that is posted, as a picture or as pixels, has the code that it has in the set.
get 200 image/png /api/1/images/5/original.png
curl -s --data-binary @got -H 'Content-Type: image/png' "${address}api/1/encode?most=1" >picture
tail -c +$((17 + 784 * 5)) data/train-images-idx3-ubyte | head -c 784 >pixels
curl -s --data-binary @pixels -H 'Content-Type: application/octet-stream' "${address}api/1/encode?most=1" >raw
cmp -s picture raw || fail "encode: $(cat picture raw)"
grep -q '"distance":0.0}' raw || fail "not in its own place: $(cat raw)"
stop

# What programs read is English.
start run data --split test --language es
get 400 application/problem+json '/api/1/decode?code=a,b'
has got 'holds no codes'
kill -INT $server
wait $server || fail "Ctrl-C: exit code $?"

# Without a run, the runs.
mkdir runs && mv run runs/001
start
get 200 application/json /api/1/runs
has got 'runs/001'
get 404 application/problem+json /api/1/codes
cp -r runs/001 runs/002
tries=0
until curl -s "${address}api/1/runs" >got && grep -q runs/002 got || [ $tries -ge 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
has got 'runs/002'
rm -r runs/002
stop

# --open hands the address to the browser.
printf '#!/bin/sh\necho "$1" >%s/opened\n' "$work" >browser && chmod +x browser
BROWSER=$work/browser
export BROWSER
start --open
stop
[ "$(cat opened)" = "$address" ] || fail "opened: $(cat opened), not $address"

# Another address of this machine needs the token, which is new each time; the page itself does not.
other=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -v : | head -n 1)
if [ -n "$other" ]; then
    start runs/001 data --host "$other"
    token=${address##*#token=} first=$address
    address=${address%%#*}
    case $first in
    http://"$other":*/#token=????????????????????????????????) ;;
    *) fail "no token: $first $(cat served.err)" ;;
    esac
    get 200 'text/html; charset=utf-8' /
    get 401 application/problem+json /api/1/run
    for given in "Bearer $token" "Bearer x$token" "Bearer ${token%?}" "Basic $token" "bearer $token" 'Bearer ' ''; do
        said=$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: $given" "${address}api/1/run")
        [ "$given" = "Bearer $token" ] && wanted=200 || wanted=401
        [ "$said" = $wanted ] || fail "token '$given': $said, expected $wanted"
    done
    stop
    start runs/001 data --host "$other"
    [ "${address##*#}" != "token=$token" ] || fail 'the token is not new'
    stop
fi

# A port that is taken.
start runs
port=${address##*:}
t 1 'is in use: another --port' serve runs --port "${port%/}"
stop
finish
