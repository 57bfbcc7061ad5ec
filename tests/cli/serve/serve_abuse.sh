# embudo serve and those who mean it harm: sh serve_abuse.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
command -v python3 >/dev/null || exit 77
small data
run train data --epochs 1 -o run
run serve run --host example.com
grep -q libmicrohttpd err && exit 77

"$program" serve run data --port 0 >served 2>served.err &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
tries=0
until [ -s served ] || [ $tries -ge 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
python3 "$root/tests/cli/serve/abuse.py" "$(head -n 1 served)" 784 >said 2>&1 || fail "abuse.py: $(cat said)"
if [ "$(ulimit -H -n)" = unlimited ] || [ "$(ulimit -H -n)" -ge 2200 ]; then
    python3 "$root/tests/cli/serve/crowd.py" "$(head -n 1 served)" $server >said 2>&1 || fail "crowd.py: $(cat said)"
fi
kill -0 $server || fail 'the server is gone'
kill -INT $server
wait $server || fail "Ctrl-C: exit code $?"
[ "$(wc -l <served)" -eq 1 ] || fail "standard output: $(cat served)"
[ "$(cat served.err)" = 'serving until Ctrl-C' ] || fail "standard error: $(cat served.err)"
finish
