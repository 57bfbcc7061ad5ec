# Downloads, from the worst of mirrors: sh data_get.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
. "$root/tests/cli/data/mirror.inc"

# Right answers.
fresh 0 'a.bin: 200.0 kB, SHA-256 is right' good
get 0 'is there already' status-500
[ ! -s "$work/server.log" ] || fail 'asked for what is there'
printf 'x' | dd of="$set/a.bin" conv=notrunc 2>/dev/null
get 0 'is not what was published' good
fresh 0 right unsized
fresh 0 right encoded
fresh 0 right evil
fresh 0 right hops-5

# Resuming.
part 150000
get 0 right good
asked '/good/a.bin 150000'
part 150000
get 0 right evil
part 150000
get 0 right plain
asked '/plain/a.bin 150000'
for mode in norange wrongrange earlyrange wrongtotal; do
    part 150000
    get 0 right $mode
    asked "/$mode/a.bin 150000"
    asked "/$mode/a.bin -1"
done
part 200000
get 0 right status-500
[ ! -s "$work/server.log" ] || fail 'asked for what was whole'
part 150000
head -c 100000 "$work/files/a.bin" >>"$set/a.bin.part" # longer than the file
get 0 right good
asked '/good/a.bin -1'
part 150000
get 0 right always206

# Mirrors in turn; if one breaks off, the next one continues, or the same one later.
fresh 0 right cut-60000 good
asked '/good/a.bin 60000'
fresh 0 right cut-60000
asked '/cut-60000/a.bin 180000'
fresh 1 'what was received is kept' cut-10000
left 50000
fresh 0 right status-404 status-500 lies good
fresh 0 right stall-300 good # few: libcurl's speed is a mean over the last seconds
asked '/good/a.bin 300'
fresh 0 right silent drip good
fresh 1 '127.0.0.1: is too slow' stall-0
gone "$set/a.bin.part"

# Lies. An honest mirror is not blamed for what a lying one began.
for mode in lies liescut-200000; do fresh 1 'other bytes than the published ones' $mode; done
gone "$set/a.bin.part"
fresh 0 right liescut-60000 good
asked '/good/a.bin 60000'
asked '/good/a.bin -1'
fresh 0 right cut-60000 lies # and what he spoilt, the honest one brings again
rm -rf "$work/cache" && mkdir -p "$set" && head -c 150000 /dev/zero >"$set/a.bin.part"
get 0 right cut-60000
part 150000
get 1 'other bytes' lies
gone "$set/a.bin.part"
fresh 1 'has 199999 bytes, but the file has 200000' short
fresh 1 'has 200001 bytes' long
fresh 1 'answers 206' always206
fresh 1 'answers 204' status-204
fresh 1 'answers 404' status-404
fresh 1 'answers 500' status-500
fresh 1 'no mirror provides it: 127.0.0.1: ' noise

# Redirects.
fresh 1 'redirects more than 5 times' circle
[ "$(grep -c ASKED "$work/server.log")" -eq 6 ] || fail "a circle: $(cat "$work/server.log")"
fresh 1 'redirects more than 5 times' hops-6
fresh 1 'redirects to file:' tofile
fresh 1 'redirects to ftp:' toftp
fresh 1 'answers 302' nowhere
fresh 1 'an endless page' redirectendless

# Gigabytes: no more than the file's size is written, which `get` has the system watch, and the
# server gets rid of no more than what lies in sockets.
for mode in endless gigabytes endlessheaders endlessrest; do
    fresh 1 'more bytes than the file has\|has 8000000000 bytes\|endless headers' $mode
    gone "$set/a.bin.part"
done
part 150000
get 1 'more bytes than the file has' endlessrest
asked '/endlessrest/a.bin 150000'
gone "$set/a.bin.part"
sleep 0.1
awk '!/^ASKED/ && $3 > 33554432 { exit 1 }' "$work/server.log" || fail "took: $(cat "$work/server.log")"

# Proxies.
export http_proxy=$url
fresh 0 right http://nowhere.invalid/good
asked 'http://nowhere.invalid/good/a.bin -1'
export http_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1
fresh 0 right good
unset no_proxy
fresh 1 'no mirror provides it' good
unset http_proxy

# HTTPS: only from hosts with a valid certificate, and never down to http.
tls_url() { sed -n 's/^ACCEPT .*:\([0-9]*\)$/https:\/\/127.0.0.1:\1/p' "$work/tls.log" 2>/dev/null; }
if openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/tls.key" -out "$work/tls.pem" -days 1 \
    -subj /CN=embudo -addext subjectAltName=IP:127.0.0.1 >/dev/null 2>&1; then
    mkdir -p "$work/tls/good" "$work/tls/down"
    { printf 'HTTP/1.0 200 OK\r\n\r\n' && cat "$work/files/a.bin"; } >"$work/tls/good/a.bin"
    printf 'HTTP/1.0 302 Found\r\nLocation: %s/good/a.bin\r\n\r\n' "$url" >"$work/tls/down/a.bin"
    (cd "$work/tls" && exec openssl s_server -HTTP -accept 127.0.0.1:0 -cert ../tls.pem -key ../tls.key) \
        >"$work/tls.log" 2>&1 &
    tls=$!
    tries=0
    while [ -z "$(tls_url)" ] && [ $tries -lt 100 ]; do sleep 0.05 && tries=$((tries + 1)); done
    fresh 1 'no mirror provides it: 127.0.0.1: .*certificate' "$(tls_url)/good/"
    export CURL_CA_BUNDLE="$work/tls.pem"
    fresh 0 right "$(tls_url)/good/"
    fresh 1 'redirects from https to http' "$(tls_url)/down/"
    [ ! -s "$work/server.log" ] || fail "asked in the clear: $(cat "$work/server.log")"
    unset CURL_CA_BUNDLE
fi
finish
