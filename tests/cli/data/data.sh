# What embudo data says, and sets that are known by name: sh data.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
. "$root/tests/cli/data/mirror.inc"

t 2 "there is no data set 'fashion-mnits'; did you mean 'fashion-mnist'?" data get fashion-mnits
t 2 "there is no data set 'xyzzy'; embudo data lists them" data get xyzzy
t 2 'NAME is missing' data get
t 2 "expected one of list, get, export, cache, preview, got 'gte'; did you mean 'get'?" data gte
t 2 "expected one of list, get, export, cache, preview, got 'gte'" help data gte
t 2 "unexpected argument 'x'" help train x
t 2 '--list: name the action first: embudo data get --list' data --list list.txt get
t 2 "unexpected argument 'mnist'" data list mnist
t 2 '--mirror: expected a URL' data get mnist --mirror ftp://127.0.0.1/
t 2 '--only-mirror needs --mirror' data get mnist --only-mirror
t 1 "'embudo data get kmnist' downloads it" train kmnist
t 0 '' data
has out "^mnist  *11.6 MB  .*  $root/data/mnist\$"
has out '^fashion-mnist  *30.9 MB  MIT, .* not here$'

# --mirror comes first, and with --only-mirror it is the only one.
rm -rf "$work/cache"
list good
run data get digits --list list.txt --mirror "$url/cut-60000"
[ "$code" -eq 0 ] || fail "--mirror: $(cat err)"
asked '/cut-60000/a.bin -1'
rm -rf "$work/cache"
t 1 'a.bin: no mirror provides it: 127.0.0.1: answers 404' data get digits --list list.txt \
    --mirror "$url/status-404/" --only-mirror

# A bar only on a terminal, within its width, in colours if they are wanted.
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

# A set that is known is found by its name, in the cache; EMBUDO_DATA comes first.
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
finish
