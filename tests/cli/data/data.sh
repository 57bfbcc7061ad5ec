# Downloads, from the worst of mirrors: sh data.sh PROGRAM REPOSITORY
#
# server.c is the mirror; the first part of a path says how it misbehaves.
program=$1 root=$2
. "$root/tests/cli/common.inc"
[ -x "${EMBUDO_TEST_SERVER:-}" ] || exit 77
# A folder below the work folder, so that ../../evil would be seen.
mkdir -p files in/side && cd in/side || exit 1
export XDG_CACHE_HOME="$work/cache" HOME="$work/home" EMBUDO_DATA=
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY \
    CURL_CA_BUNDLE SSL_CERT_FILE
set=$work/cache/embudo/digits size=200000
spare=${LLVM_PROFILE_FILE:+16384} # blocks for the profile that a coverage build's program writes
t 2 "there is no data set 'fashion-mnits'; did you mean 'fashion-mnist'?" data get fashion-mnits
t 2 "there is no data set 'xyzzy'; embudo data lists them" data get xyzzy
t 2 'NAME is missing' data get
t 2 "expected get or list, got 'gte'; did you mean 'get'?" data gte
t 2 "unexpected argument 'mnist'" data list mnist
t 2 '--mirror: expected a URL' data get mnist --mirror ftp://127.0.0.1/
t 2 '--only-mirror needs --mirror' data get mnist --only-mirror
t 1 "'embudo data get kmnist' brings it" train kmnist
t 0 '' data
has out "^mnist  *11.6 MB  .*  $root/data/mnist\$"
has out '^fashion-mnist  *30.9 MB  MIT, .* not here$'
run data get mnist --mirror http://127.0.0.1:9/ --only-mirror --timeout 1
grep -q 'build is without downloads' err && exit 77
[ "$code" -eq 1 ] || fail "no server at all: exit code $code"
has err '^embudo: t10k-labels-idx1-ubyte.gz: no mirror gives it: 127.0.0.1: '

# Bytes that look like nothing.
gzip -dc "$root/data/mnist/t10k-images-idx3-ubyte.gz" | head -c 3000000 | gzip -1 |
    tail -c +1000 | head -c $size >"$work/files/a.bin"
printf '5 bytes' | head -c 5 >"$work/files/b.bin"
sum() { openssl dgst -sha256 -r "$1" 2>/dev/null | cut -d' ' -f1; }
command -v sha256sum >/dev/null && sum() { sha256sum "$1" | cut -d' ' -f1; }
a_sum=$(sum "$work/files/a.bin")
"$EMBUDO_TEST_SERVER" "$work/files" >"$work/port" 2>"$work/server.log" &
server=$!
trap 'kill $server $tls 2>/dev/null; rm -rf "$work"' EXIT
tls=
tries=0
while [ ! -s "$work/port" ] && [ $tries -lt 100 ]; do sleep 0.05 && tries=$((tries + 1)); done
[ -s "$work/port" ] || { cat "$work/server.log"; exit 1; }
url=http://127.0.0.1:$(cat "$work/port")

# list MODES: the set digits with a mirror for each, into list.txt.
list() {
    printf 'set digits\nfile a.bin %s %s\n' $size "$a_sum" >list.txt
    for mirror; do
        case $mirror in *://*) ;; *) mirror=$url/$mirror/ ;; esac
        printf 'mirror %s\n' "$mirror" >>list.txt
    done
}

# Nothing is where nothing belongs: whole files and parts in the set's folder, and no file besides.
outside() {
    (cd "$work" && find . \( -path ./in/side/out -o -path ./in/side/err -o -path ./in/side/list.txt \
        -o -path './in/side/*.own' -o -path ./server.log -o -path './tls*' \
        -o -path './cache/embudo/digits/a.bin' -o -path './cache/embudo/digits/a.bin.part' \
        -o -path './cache/embudo/digits/.lock' \) -prune -o ! -type d -print | sort)
}
rm -rf "$work/cache"
outside >"$work/before.own"
outside >"$work/before.own" # now with itself

# get CODE TEXT MODES: gets digits from these mirrors, with what the cache has; all is right then, or
# nothing has the name.
get() {
    wanted=$1 text=$2
    shift 2
    list "$@"
    : >"$work/server.log"
    # Whoever writes more than the file's size is ended by the system.
    (ulimit -f $((size / 512 + 1 + ${spare:-0})) && "$program" data get digits --list list.txt --timeout 1 \
        >out 2>err </dev/null)
    code=$?
    [ "$code" -eq "$wanted" ] || fail "$*: exit code $code, expected $wanted: $(cat err)"
    grep -q -e "$text" err || fail "$*: expected '$text', got: $(cat err)"
    if [ "$code" -eq 0 ]; then
        same "$set/a.bin" "$work/files/a.bin"
        gone "$set/a.bin.part"
        [ "$(cat out)" = "$set" ] || fail "$*: printed $(cat out)"
    else
        gone "$set/a.bin"
        [ ! -s out ] || fail "$*: printed $(cat out)"
        [ "$(grep -c '^embudo: ' err)" -eq 1 ] || fail "$*: not one line: $(cat err)"
    fi
    outside | cmp -s "$work/before.own" - || fail "$*: files outside: $(outside | diff "$work/before.own" -)"
}
fresh() { rm -rf "$work/cache" && get "$@"; }
# part BYTES: as if so many had come before.
part() { rm -rf "$work/cache" && mkdir -p "$set" && head -c "$1" "$work/files/a.bin" >"$set/a.bin.part"; }
left() {
    [ "$(cat "$set/a.bin.part" 2>/dev/null | wc -c)" -eq "$1" ] ||
        fail "$(wc -c "$set/a.bin.part") bytes are left, expected $1"
}
# asked PATTERN: the server was asked so: path and where the range begins, -1 without one.
asked() { has "$work/server.log" "^ASKED $1\$"; }

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

# Mirrors in turn; whoever breaks off is gone on from, by the next or by itself.
fresh 0 right cut-60000 good
asked '/good/a.bin 60000'
fresh 0 right cut-60000
asked '/cut-60000/a.bin 180000'
fresh 1 'what came is kept' cut-10000
left 50000
fresh 0 right status-404 status-500 lies good
fresh 0 right stall-300 good # few: libcurl's speed is a mean over the last seconds
asked '/good/a.bin 300'
fresh 0 right silent drip good
fresh 1 '127.0.0.1: .*Less than 100 bytes' stall-0
gone "$set/a.bin.part"

# Lies. What a liar began, an honest mirror does not answer for.
for mode in lies liescut-200000; do fresh 1 'other bytes than those that were published' $mode; done
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
fresh 1 'has 199999 bytes where the file has 200000' short
fresh 1 'has 200001 bytes' long
fresh 1 'answers 206' always206
fresh 1 'answers 204' status-204
fresh 1 'answers 404' status-404
fresh 1 'answers 500' status-500
fresh 1 'no mirror gives it: 127.0.0.1: ' noise

# Redirects.
fresh 1 'redirects more than 5 times' circle
[ "$(grep -c ASKED "$work/server.log")" -eq 6 ] || fail "a circle: $(cat "$work/server.log")"
fresh 1 'redirects more than 5 times' hops-6
fresh 1 'redirects to file:' tofile
fresh 1 'redirects to ftp:' toftp
fresh 1 'answers 302' nowhere
fresh 1 'page without end' redirectendless

# Gigabytes: no more than the file's size is written, which `get` has the system watch, and the
# server gets rid of no more than what lies in sockets.
for mode in endless gigabytes endlessheaders endlessrest; do
    fresh 1 'more bytes than the file has\|has 8000000000 bytes\|headers without end' $mode
    gone "$set/a.bin.part"
done
part 150000
get 1 'more bytes than the file has' endlessrest
asked '/endlessrest/a.bin 150000'
gone "$set/a.bin.part"
sleep 0.1
awk '!/^ASKED/ && $3 > 33554432 { exit 1 }' "$work/server.log" || fail "took: $(cat "$work/server.log")"

# Links that somebody planted are not written through.
printf 'precious' >precious.own
part 0
rm "$set/a.bin.part" && ln -s "$work/in/side/precious.own" "$set/a.bin.part"
get 1 'a.bin.part: is a link' good
rm "$set/a.bin.part" && ln precious.own "$set/a.bin.part"
get 1 'a.bin.part: is a link' good
rm "$set/a.bin.part" && mkfifo "$set/a.bin.part"
get 1 'a.bin.part: is a link' good
rm "$set/a.bin.part" "$set/.lock" && ln -s "$work/in/side/precious.own" "$set/.lock"
get 1 '/.lock: cannot write' good
rm "$set/.lock" && ln -s "$work/in/side/precious.own" "$set/a.bin"
get 0 right good
[ -L "$set/a.bin" ] && fail 'the link was kept'
[ "$(cat precious.own)" = precious ] || fail 'a link was written through'
rm -rf "$set" && mkdir elsewhere.own && ln -s "$work/in/side/elsewhere.own" "$set"
t 1 'digits: is in the way' data get digits --list list.txt
[ -z "$(find elsewhere.own -type f)" ] || fail 'a linked folder was written to'

# A disk that is full.
rm -rf "$work/cache"
list good
(trap '' XFSZ && ulimit -f 100 && "$program" data get digits --list list.txt >out 2>err)
[ $? -eq 1 ] || fail 'a full disk: no error'
has err '^embudo: .*/digits/a.bin.part: '
get 0 right good

# Told to stop: the part stays, and is gone on from.
interrupt() {
    rm -rf "$work/cache"
    list stall-70000
    "$program" data get digits --list list.txt >out 2>err </dev/null &
    pid=$!
    tries=0
    while [ "$(cat "$set/a.bin.part" 2>/dev/null | wc -c)" -lt 70000 ] && [ $tries -lt 200 ]; do
        sleep 0.05 && tries=$((tries + 1))
    done
    kill "-$1" $pid
    wait $pid
    code=$?
    [ "$code" -eq "$2" ] || fail "SIG$1: exit code $code: $(cat err)"
    has err '^interrupted; the same command goes on from there$'
    left 70000
}
interrupt INT 130
get 0 right good
asked '/good/a.bin 70000'
interrupt TERM 143

# Two at once: one gets it, the other finds it.
rm -rf "$work/cache"
list slow-500
: >"$work/server.log"
"$program" data get digits --list list.txt >first.own 2>&1 &
pid=$!
"$program" data get digits --list list.txt >out 2>err || fail "the second: $(cat err)"
wait $pid || fail "the first: $(cat first.own)"
cat first.own err | grep -q 'another process fills it; waiting' || fail "nobody waited: $(cat first.own err)"
cat first.own err | grep -q 'is there already' || fail "got twice: $(cat first.own err)"
[ "$(grep -c ASKED "$work/server.log")" -eq 1 ] || fail "asked twice: $(cat "$work/server.log")"
same "$set/a.bin" "$work/files/a.bin"

# Proxies.
export http_proxy=$url
fresh 0 right http://nowhere.invalid/good
asked 'http://nowhere.invalid/good/a.bin -1'
export http_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1
fresh 0 right good
unset no_proxy
fresh 1 'no mirror gives it' good
unset http_proxy

# --mirror comes first, and with --only-mirror alone.
rm -rf "$work/cache"
list good
run data get digits --list list.txt --mirror "$url/cut-60000"
[ "$code" -eq 0 ] || fail "--mirror: $(cat err)"
asked '/cut-60000/a.bin -1'
rm -rf "$work/cache"
t 1 'a.bin: no mirror gives it: 127.0.0.1: answers 404' data get digits --list list.txt \
    --mirror "$url/status-404/" --only-mirror

# HTTPS: only from whom the certificates vouch for, and never down to http.
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
    fresh 1 'no mirror gives it: 127.0.0.1: .*certificate' "$(tls_url)/good/"
    export CURL_CA_BUNDLE="$work/tls.pem"
    fresh 0 right "$(tls_url)/good/"
    fresh 1 'redirects from https to http' "$(tls_url)/down/"
    [ ! -s "$work/server.log" ] || fail "asked in the clear: $(cat "$work/server.log")"
    unset CURL_CA_BUNDLE
fi

# A bar on a terminal alone, within its width, in colours where they are wanted.
escape=$(printf '\033')
screen() {
    rm -rf "$work/cache"
    script -qec "stty cols $1 rows 50; env -u NO_COLOR LC_ALL=C TERM=xterm $2 '$program' data get digits --list list.txt" \
        /dev/null </dev/null >screen.own || fail "on a terminal: $(cat screen.own)"
}
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    list slow-700
    for columns in 20 80; do
        screen $columns ''
        tr '\r' '\n' <screen.own | sed "s/$escape\\[[0-9;]*[a-zA-Z]//g" | grep '[0-9]%' >bars.own
        [ -s bars.own ] || fail "$columns columns: no bar"
        awk -v most=$((columns - 1)) 'length > most { exit 1 }' bars.own || fail "too wide: $(cat bars.own)"
    done
    grep -q '^a.bin #*-* *[0-9]*%  [0-9.]* [kM]B/s  [0-9:]* left$' bars.own || fail "the bar: $(cat bars.own)"
    screen 80 NO_COLOR=1
    grep -q "$escape\\[[0-9;]*m" screen.own && fail 'colours in spite of NO_COLOR'
fi
has err '^embudo: ' # the last run without a terminal
grep -q '%' err && fail "a bar without a terminal: $(cat err)"

# A set that is known is found by its name, in the cache; EMBUDO_DATA goes before it.
rm -rf "$work/cache"
(cd "$work" && small idx.own)
printf 'set own-mnist\nlicence MIT,  somebody\n# a comment\n\nmirror %s/good\n' "$url" >list.txt
for file in "$work"/idx.own/*; do
    gzip -n "$file" && file=$file.gz && cp "$file" "$work/files"
    printf 'file %s %s %s\n' "$(basename "$file")" "$(($(wc -c <"$file")))" "$(sum "$file")" >>list.txt
done
run data get own-mnist --list list.txt
[ "$code" -eq 0 ] || fail "four files: $(cat err)"
has err 'MIT,  somebody$'
t 0 '' data --list list.txt
has out "$work/cache/embudo/own-mnist\$"
# The path is for a script: byte for byte, whatever the cache is called; harmless on a terminal.
odd=$(printf '%s/ca\351\033[31m\\n' "$work") && mkdir "$odd" && cp -r "$work/cache/embudo" "$odd"
(XDG_CACHE_HOME=$odd && "$program" data get own-mnist --list list.txt >odd.out 2>err) || fail "an odd cache: $(cat err)"
printf '%s/embudo/own-mnist\n' "$odd" | cmp -s - odd.out || fail "an odd cache: $(od -c odd.out)"
run train "$(cat odd.out)" --max-steps 1 -o odd.run
[ "$code" -eq 0 ] || fail "training on an odd cache: $(cat err)"
if command -v script >/dev/null 2>&1; then
    XDG_CACHE_HOME=$odd script -qec "TERM=dumb '$program' data get own-mnist --list list.txt" /dev/null >odd.out 2>&1 </dev/null
    LC_ALL=C grep -q "$(printf '[\351\033]')" odd.out && fail "an odd cache on a terminal: $(od -c odd.out)"
    has odd.out 'ca.xe9.x1b.31m.n/embudo/own-mnist'
fi
mv "$work/cache/embudo/own-mnist" "$work/cache/embudo/fashion-mnist"
t 0 '' data
has out "^fashion-mnist .*$work/cache/embudo/fashion-mnist\$"
run train fashion-mnist --epochs 1 -o run.own
[ "$code" -eq 0 ] || fail "training by name: $(cat err)"
mkdir -p data.own/fashion-mnist
EMBUDO_DATA=$(pwd)/data.own
run eval run.own fashion-mnist
[ "$code" -eq 0 ] || fail "EMBUDO_DATA without it hides the cache: $(cat err)"
EMBUDO_DATA=

# Lists: nothing in them names a file elsewhere, and nothing is guessed.
bad() {
    printf "$1" >list.txt
    t 1 "$2" data get digits --list list.txt
}
right="file a.bin 5 $a_sum\\n"
bad '' 'is empty'
bad '# nothing' 'lists no set'
bad 'set digits\n' 'has no file'
bad "$right" 'list.txt:1: expected set NAME before anything else'
for name in ../x .. . .lock a/b /etc a\\\\b -x a.part 'a*' "$(printf %065d 0)"; do
    bad "set $name\\n" 'list.txt:1: expected set NAME'
    bad "set digits\\nfile $name 5 $a_sum\\n" "list.txt:2: expected a file's name"
done
bad 'set digits\nset DIGITS\n' 'a name that no other set has'
bad 'set MNIST\n' 'a name that no known set has'
bad "set digits\\n$right$right" 'a name that no other file of the set has'
for number in 0 -1 +1 1e3 x 9999999999999999 99999999999999999999999; do
    bad "set digits\\nfile a.bin $number $a_sum\\n" 'a size in bytes'
done
bad 'set digits\nfile a.bin 5 abc\n' 'a SHA-256'
bad "set digits\\nfile a.bin 5 $a_sum more\\n" 'a SHA-256'
bad "set digits\\nfile a.bin 5\\n" 'file NAME SIZE SHA256'
for mirror in file:///etc/ ftp://x/ http:// https:/// nowhere; do
    bad "set digits\\nmirror $mirror\\n" 'mirror URL'
done
bad 'set digits\nfolder /etc\n' "set, licence, mirror or file, got 'folder'"
bad 'set digits\n\000\n' 'is not text'
awk 'BEGIN { for (i = 0; i < 9000; i++) print "# comment" }' >list.txt
t 1 'expected at most 65536' data get digits --list list.txt
t 1 'nothere: cannot open: no such file' data --list nothere
bad "set digits\\n$right" 'none is known; name one with --mirror'
XDG_CACHE_HOME=relative HOME=
t 1 'there is no cache folder' data get mnist
finish
