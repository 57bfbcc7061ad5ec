# Every command of both guides, in their order: sh guide.sh PROGRAM REPOSITORY
#
# Both have the same commands, so one is run: the blocks marked sh, on a small data set instead of MNIST, training for
# one epoch (slow_guides.sh types them as they stand). `./run` and the line that sets PATH are left out: the one builds, the other names a build.
program=$1 root=$2
. "$root/tests/cli/common.inc"
mkdir data && small data/mnist
here=$(pwd)
export EMBUDO_DATA="$here/data"

# A few threes are not enough for the notebook's network to leave the mean image.
cat >flat.net <<'END'
input = 1, 28, 28
latent = 2
encoder = Sequential(Flatten(), Linear(784, latent))
decoder = Sequential(Linear(latent, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
END
mkdir bin
cat >bin/embudo <<END
#!/bin/sh
case "\$*" in
*--knn*) ;;
train*threes*) set -- "\$@" --model $here/flat.net --epochs 30 --lr 0.01 ;;
train*|classify*) set -- "\$@" --epochs 1 ;;
compare*--run*) set -- "\$@" --classifier-epochs 1 ;;
compare*) set -- "\$@" --epochs 1 --classifier-epochs 1 ;;
esac
exec "$program" "\$@"
END
chmod +x bin/embudo
export PATH="$here/bin:$PATH"

# commands GUIDE: what is in its blocks of sh.
commands() { awk '/^```sh$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/docs/$1" | grep -v -e '^\./run ' -e '^export PATH='; }

# run_guide GUIDE FOLDER: line by line, so that a failure names its command; a here-document as one.
run_guide() {
    mkdir "$2" && cd "$2" && ln -s "$root/examples" examples || exit 1
    embudo train -o runs/001 >log 2>&1 || fail 'the training that ./run starts'
    embudo decode runs/001 0,0 -o drawn/ >>log 2>&1 && cp drawn/00000.png three.png || fail 'three.png'
    commands "$1" >script
    text=
    while IFS= read -r line || [ -n "$line" ]; do
        text="$text$line
"
        case $text in *"<<'END'"*) [ "$line" = END ] || continue ;; esac
        sh -c "$text" >>log 2>&1 </dev/null || fail "docs/$1: $text: $(tail -n 2 log)"
        text=
    done <script
    cd "$here" || exit 1
}

for guide in guide guia; do
    # Each picture that it shows is there.
    sed -n 's/.*](\(images\/[^)]*\)).*/\1/p' "$root/docs/$guide.md" | while read -r picture; do
        [ -s "$root/docs/$picture" ] || echo "$picture"
    done >missing
    [ ! -s missing ] || fail "docs/$guide.md shows what is not there: $(cat missing)"
    # slow_guides.sh draws them again; the explorer's is a browser's.
    sed -n 's/.*](images\/\([^)]*\)\.png).*/\1/p' "$root/docs/$guide.md" | sed 's/-es$//' | sort >pictures
    { cut -f1 "$root/docs/figures.txt" && echo explorer; } | sort | cmp -s - pictures ||
        fail "docs/figures.txt has other pictures than docs/$guide.md: $(cut -f1 "$root/docs/figures.txt" | sort | diff - pictures)"
done
# Both say the same, each in its language.
commands guide.md >english
commands guia.md >spanish
cmp -s english spanish || fail "the guides' commands differ: $(diff english spanish | head -n 4)"
run_guide guia.md run-guia
[ "$(wc -l <english)" -gt 60 ] || fail 'hardly a command was found in the guides'
finish
