# embudo serve when the system gives no memory: sh serve_faults.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
preload=${EMBUDO_PRELOAD-}
[ -n "$preload" ] && [ -f "$preload" ] && command -v python3 >/dev/null || exit 77
small data
run train data --epochs 1 -o run
run serve run --host example.com
grep -q libmicrohttpd err && exit 77

echo none >next
EMBUDO_FAULT_NEXT=$PWD/next LD_PRELOAD=$preload "$program" serve run data --threads 1 --port 0 >served 2>served.err &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
tries=0
until [ -s served ] || [ $tries -ge 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
python3 "$root/tests/cli/serve/faults.py" "$(head -n 1 served)" $server next >said 2>&1 || fail "faults.py: $(cat said)"
kill -0 $server || fail 'the server is gone'
kill -INT $server
wait $server || fail "Ctrl-C: exit code $?"
[ "$(cat served.err)" = 'serving until Ctrl-C' ] || fail "standard error: $(cat served.err)"

# A training that is watched, while it is paused.
if command -v curl >/dev/null; then
    echo none >next
    EMBUDO_FAULT_NEXT=$PWD/next LD_PRELOAD=$preload "$program" train data --epochs 60 --threads 1 --serve --port 0 -o watched >served 2>served.err &
    server=$!
    tries=0
    until grep -q '^watch it at' served || [ $tries -ge 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    address=$(sed -n 's/^watch it at //p' served)
    curl -s -d '' -H "Authorization: Bearer ${address##*#token=}" "${address%%#*}api/1/training/pause" >paused
    python3 "$root/tests/cli/serve/faults.py" "${address%%#*}" $server next training >said 2>&1 || fail "faults.py: $(cat said)"
    kill -INT $server
    wait $server
    [ $? -eq 130 ] || fail "a training that was paused: $(cat served.err)"
fi
finish
