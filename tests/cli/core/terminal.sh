# What a terminal shows: sh terminal.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
# util-linux's script(1) is the terminal.
script -qec true /dev/null >/dev/null 2>&1 </dev/null || exit 77
small data
# 30,000 training images: an epoch long enough for a bar, on a fast processor too.
cp -r data long
first train-images long 16 784 30000 '\000\000\010\003\000\000\165\060\000\000\000\034\000\000\000\034'
first train-labels long 8 1 30000 '\000\000\010\001\000\000\165\060'
long='train long --epochs 1 --threads 1 --val-split 0.01'
escape=$(printf '\033')

# screen COLUMNS ENVIRONMENT ARGS: what the program writes on a terminal, into `screen`.
screen() {
    columns=$1 environment=$2
    shift 2
    script -qec "stty cols $columns rows 50; env -u NO_COLOR -u COLORTERM LC_ALL=C $environment '$program' $*" /dev/null \
        </dev/null >screen || fail "on a terminal: embudo $*"
}

# The bar is drawn in place and never reaches the last column.
for columns in 20 40 80 200; do
    screen $columns TERM=xterm $long -o bar$columns
    tr '\r' '\n' <screen | sed "s/$escape\\[[0-9;]*[a-zA-Z]//g" | grep '[0-9]%' >bars || true
    [ -s bars ] || fail "$columns columns: no bar"
    awk -v most=$((columns - 1)) 'length > most { exit 1 }' bars ||
        fail "a bar is wider than $((columns - 1)): $(head -n 1 bars)"
done
grep -q '^epoch 1/1 #*-* *[0-9]*%  [0-9,]* images/s  [0-9:]* left$' bars ||
    fail "the wide bar: $(head -n 1 bars)"

# Colours only if they are wanted.
screen 80 'TERM=xterm NO_COLOR=1' $long -o grey
grep -q "$escape\\[[0-9;]*m" screen && fail 'colours in spite of NO_COLOR'
screen 80 TERM=dumb $long -o dumb
grep -q "$escape" screen && fail 'a dumb terminal gets escapes'

# An epoch's line is on its own: after what erased the bar, before the end of the line.
screen 80 TERM=xterm $long -o lines
tr -d '\n' <screen | tr '\r' '\n' | sed "s/.*$escape\\[K//" >lines.txt
[ "$(grep -c '^Epoch \[1/1\], Loss: 0\.[0-9]* Validation Loss: 0\.[0-9]*$' lines.txt)" -eq 1 ] ||
    fail "epoch lines on a terminal: $(cat lines.txt)"

# The picture: in a UTF-8 terminal, within its width; not in one that cannot show it.
grep -q 'Original Image' screen && fail 'a picture without UTF-8'
screen 80 'TERM=xterm-256color LC_ALL=C.UTF-8' train data --epochs 1 -o picture
if [ "$(LC_ALL=C.UTF-8 locale charmap 2>/dev/null)" = UTF-8 ]; then
    grep -q 'Original Image' screen || fail "no picture: $(cat screen)"
    screen 80 'TERM=xterm-256color LC_ALL=C.UTF-8' train data --epochs 1 --denoise gaussian=0.3 -o noisy
    grep -q 'Image with Noise' screen || fail "the picture of a denoiser: $(cat screen)"
    if "$program" --language es --help >/dev/null 2>&1; then # the practice's own titles
        screen 80 'TERM=xterm-256color LC_ALL=C.UTF-8' train data --epochs 1 --language es -o spanish
        grep -q 'Imagen Original *Predicci' screen || fail "no titles in Spanish: $(cat screen)"
    fi
    screen 30 'TERM=xterm-256color LC_ALL=C.UTF-8' train data --epochs 1 -o narrow
    [ "$(wc -l <screen)" -gt 6 ] || fail 'no picture at 30 columns'
    tr '\r' '\n' <screen |
        LC_ALL=C sed "s/$escape\\[[0-9;]*[a-zA-Z]//g; s/[$(printf '\200')-$(printf '\277')]//g" |
        LC_ALL=C awk '!/^(device|training|trained|doctor|Epoch|no epoch)/ && length > 30 { exit 1 }' ||
        fail 'the picture is wider than 30 columns'
fi

# No terminal, no bar: train.sh sees to that. Standard output elsewhere: only the lines, no picture.
script -qec "env LC_ALL=C.UTF-8 TERM=xterm '$program' train data --epochs 1 -o pipe | cat >lines.txt" /dev/null \
    </dev/null >screen
grep -q 'Image' screen && fail 'a picture though standard output is no terminal'
[ "$(wc -l <lines.txt)" -eq 1 ] || fail "through a pipe: $(cat lines.txt)"
finish
