# Pictures in the terminal, and --open: sh shown.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
escape=$(printf '\033')
"$program" train data --epochs 2 -o run >log 2>&1 || fail "train: $(cat log)"
"$program" train data --model conditional --epochs 1 -o labels >log 2>&1 || fail "train: $(cat log)"
run plot run loss -o l.png
if grep -q 'pictures need cairo' err; then exit 77; fi

# ---- --open: a program of our own is the viewer ----

mkdir bin
cat >bin/viewer <<END
#!/bin/sh
printf '%s\n' "\$#" "\$@" >"$work/opened.part"
mv "$work/opened.part" "$work/opened"
exit \${VIEWER_EXIT-0}
END
chmod +x bin/viewer
opened() { # opened NAME: waits for the viewer, which got that file as one whole word
    for i in 1 2 3 4 5 6 7 8 9 10; do [ -f opened ] && break || sleep 0.1; done
    [ "$(cat opened 2>/dev/null)" = "1
$(pwd -P)/$1" ] || fail "opened: $(cat opened 2>/dev/null), not $1"
    rm -f opened
}
bare=/usr/bin:/bin
export BROWSER="nothing-of-this-name:$work/bin/viewer"
t 0 '' plot run loss -o 'a b; $(touch evil) "x".png' --open
has out '^a b; '
opened 'a b; $(touch evil) "x".png'
gone evil
t 0 '' reconstruct run data -o r.png --open
opened r.png
t 0 '' decode run 0.5,-1 --output=-dash.png --open
opened -dash.png
t 0 '' sample run data -n 4 -o s.png --open
opened s.png
t 0 '' similar run 3 data -o near.png --open
opened near.png
t 0 '' report run data --open
opened run/report.html
t 0 '' data preview data --augment flip -o p.png --open
opened p.png
run data export data --part test --limit 1 -o pictures
picture=$(find pictures -name '*.png' | head -n 1)
t 0 'no better than the mean image' predict run "$picture" -o seen.png --open --trained-on data
opened seen.png
rm -f opened
t 0 '' plot run loss -o l.png
sleep 0.2
gone opened

# The page of a training; of one that goes on, what is said then counts.
t 0 'the report is in paged/report.html' train data --max-steps 4 --report --open -o paged --no-doctor
opened paged/report.html
t 2 '--open opens the page of --serve or of --report: give one' train data --open
t 0 'the report is in paged/report.html' train --resume paged --max-steps 6 --report --no-doctor
gone opened

# Words before and behind; a viewer that fails, and none at all, are told and no failure.
BROWSER="$work/bin/viewer --new %s" run plot run loss -o l.png --open
sleep 0.3
[ "$(tr '\n' ' ' <opened)" = "2 --new $(pwd -P)/l.png " ] || fail "words of BROWSER: $(cat opened)"
rm -f opened
export VIEWER_EXIT=3
t 0 "l.png is not opened: $work/bin/viewer failed (exit code 3)" plot run loss -o l.png --open
unset VIEWER_EXIT
mkdir empty
PATH=$work/empty BROWSER= "$program" plot run loss -o l.png --open >out 2>err </dev/null || fail "without a viewer: exit code $?"
grep -q 'l.png is not opened: there is no .*open here, and BROWSER names no program' err || fail "no viewer: $(cat err)"
[ "$(cat out)" = l.png ] || fail "standard output: $(cat out)"
# Through a pipe, which ends when the program does.
printf '#!/bin/sh\nexec sleep 3\n' >bin/slow && chmod +x bin/slow
before=$(date +%s)
BROWSER=$work/bin/slow "$program" plot run loss -o l.png --open 2>&1 </dev/null | cat >out
[ $(($(date +%s) - before)) -lt 3 ] || fail 'it waited for the viewer'
run plot run loss -o - --open
grep -q 'standard output is not opened; name a file with -o' err || fail "-o - --open: $(cat err)"
unset BROWSER
t 2 "unknown option '--open'" eval run data --open

# ---- the terminal ----

script -qec true /dev/null >/dev/null 2>&1 </dev/null || finish
[ "$(LC_ALL=C.UTF-8 locale charmap 2>/dev/null)" = UTF-8 ] || finish
# screen COLUMNS ENVIRONMENT ARGS: what the program writes on a terminal, into `screen`.
screen() {
    columns=$1 environment=$2
    shift 2
    script -qec "stty cols $columns rows 50; env -u NO_COLOR -u COLORTERM LC_ALL=C.UTF-8 $environment '$program' $*" /dev/null \
        </dev/null >screen || fail "on a terminal: embudo $*: $(head -c 500 screen)"
    sed "s/$(printf '\r')*\$//" screen | tr '\r' '\n' | sed "s/$escape\\[[0-9;?]*[a-zA-Z]//g" >plain
}
drawn() { [ "$(wc -l <plain)" -ge "$1" ] || fail "not drawn ($(wc -l <plain) lines): $command"; }
# Widths in characters: bytes that go on with a letter do not count.
narrow() {
    LC_ALL=C sed "s/[$(printf '\200')-$(printf '\277')]//g" plain |
        LC_ALL=C awk -v most="$1" '!/test split|run\/|\.png|new images/ && length > most { exit 1 }' ||
        fail "wider than $1: $command"
}
true_colours='TERM=xterm-256color COLORTERM=truecolor'
while read -r command; do
    screen 80 "$true_colours" $command
    drawn 7
    narrow 79
    screen 80 "$true_colours" $command --no-preview
    [ "$(wc -l <plain)" -lt 14 ] && ! grep -q "$escape\\[[0-9;]*8;2;" screen || fail "drawn in spite of --no-preview: $command"
    screen 80 TERM=dumb $command
    grep -q "$escape" screen && fail "a dumb terminal gets escapes: $command"
    # Without a terminal, and with one of the two streams elsewhere, nothing is drawn.
    "$program" $command >out 2>err </dev/null || fail "$command: exit code $?"
    grep -q "$escape" out err && fail "escapes without a terminal: $command"
    script -qec "env $true_colours LC_ALL=C.UTF-8 '$program' $command | cat" /dev/null </dev/null >screen
    grep -q "$escape\\[[0-9;]*8;2;" screen && fail "drawn through a pipe: $command"
done <<END
plot run loss -o k.png
plot run film -o k.png
plot run film -o k.gif
plot run codes data -o k.png
plot run manifold data --grid 6 -o k.png
plot run walk data --images 3,7 -o k.svg
plot run walk data --images 3,7 -o k.gif
plot run samples data --count 9 -o k.pdf
plot run traversal data -o k.png
plot run prior data --grid 6 -o k.png
plot run errors data --count 4 -o k.png
plot run filters -o k.png
plot notebook network -o k.png
plot notebook transposed -o k.png
reconstruct run data -o k.png
decode run 0.5,-1 -0.5,1 -o k.png
sample run data -n 9 -o k.png
sample labels data -n 20 -o k.png
similar run 3 data
data preview data --augment shift=2 -o k.png
END
# Its texts are the terminal's letters.
screen 80 "$true_colours" plot run codes data -o k.png
for text in 'The codes of 200 test images of data' 'code\[0\]' 'code\[1\]' 'label'; do
    grep -q "$text" plain || fail "the plot in the terminal has no '$text': $(cat plain)"
done
# Narrow and wide, and other colours.
for columns in 24 40 200; do
    for command in 'plot run codes data -o k.png' 'reconstruct run data -o k.png' 'plot run loss -o k.png'; do
        screen $columns "$true_colours" $command
        drawn 5
        narrow $((columns - 1))
    done
done
command='plot run codes data -o k.png'
screen 12 "$true_colours" $command
[ "$(wc -l <plain)" -lt 5 ] || fail 'drawn at 12 columns'
screen 80 'TERM=xterm NO_COLOR=1' $command
drawn 10
grep -q "$escape\\[[0-9;]*m" screen && fail 'colours in spite of NO_COLOR'
screen 80 TERM=xterm-256color $command
drawn 10
screen 80 TERM=xterm $command
drawn 10
screen 80 "$true_colours" $command --quiet
grep -q "$escape\\[[0-9;]*8;2;" screen && fail 'drawn in spite of --quiet'
script -qec "env $true_colours LC_ALL=C.UTF-8 '$program' plot run loss -o - | cat >piped.png" /dev/null </dev/null >screen
grep -q "$escape\\[[0-9;]*8;2;" screen && fail 'drawn though the picture goes into a pipe'
exists piped.png
# The file is the same whether or not the picture was shown.
"$program" plot run codes data -o plain.png >/dev/null 2>&1
screen 80 "$true_colours" plot run codes data -o k.png
same k.png plain.png
# A page draws nothing.
screen 80 "$true_colours" train data --epochs 1 --no-preview --report -o quiet
grep -q "$escape\\[[0-9;]*8;2;" screen && fail 'a report draws in the terminal'
finish
