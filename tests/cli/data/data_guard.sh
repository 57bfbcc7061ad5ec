# Downloads that something obstructs: links, a full disk, signals, another process: sh data_guard.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
. "$root/tests/cli/data/mirror.inc"

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
t 1 'digits: is a link or a file, but should be a folder' data get digits --list list.txt
[ -z "$(find elsewhere.own -type f)" ] || fail 'a linked folder was written to'

# A disk that is full.
rm -rf "$work/cache"
list good
(trap '' XFSZ && ulimit -f 100 && "$program" data get digits --list list.txt >out 2>err)
[ $? -eq 1 ] || fail 'a full disk: no error'
has err '^embudo: .*/digits/a.bin.part: '
get 0 right good

# Told to stop: the part stays, and the download continues from it.
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
    has err '^interrupted; the same command continues from there$'
    left 70000
}
interrupt INT 130
get 0 right good
asked '/good/a.bin 70000'
interrupt TERM 143

# Two at once: one downloads it, the other finds it.
rm -rf "$work/cache"
list slow-500
: >"$work/server.log"
"$program" data get digits --list list.txt >first.own 2>&1 &
pid=$!
"$program" data get digits --list list.txt >out 2>err || fail "the second: $(cat err)"
wait $pid || fail "the first: $(cat first.own)"
cat first.own err | grep -q 'another process is filling it; waiting' || fail "nobody waited: $(cat first.own err)"
cat first.own err | grep -q 'is there already' || fail "got twice: $(cat first.own err)"
[ "$(grep -c ASKED "$work/server.log")" -eq 1 ] || fail "asked twice: $(cat "$work/server.log")"
same "$set/a.bin" "$work/files/a.bin"
finish
