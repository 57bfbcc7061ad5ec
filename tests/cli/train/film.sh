# film.npy, one validation image after each epoch: sh film.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
quiet() { "$program" "$@" >/dev/null 2>err || fail "embudo $*: exit code $?: $(cat err)"; }
# An NPY of float32 has 128 bytes before its numbers here: 1 + epochs images of 784 numbers.
frames() { # frames RUN COUNT
    [ "$(wc -c <"$1/film.npy")" -eq $((128 + $2 * 784 * 4)) ] || fail "$1/film.npy has $(wc -c <"$1/film.npy") bytes, expected $2 images"
}
quiet train data --epochs 4 -o straight
frames straight 5

# Whatever way a training takes, the film is the same: resumed, with more epochs, with one thread.
quiet train data --epochs 2 -o longer
frames longer 3
quiet train --resume longer --epochs 4
same straight/film.npy longer/film.npy
quiet train data --epochs 4 --max-steps 70 -o stopped
quiet train --resume stopped --max-steps 0
same straight/film.npy stopped/film.npy
quiet train data --epochs 4 --threads 1 -o alone
same straight/film.npy alone/film.npy

# A film that lacks epochs is not continued: it would tell of others.
rm longer/film.npy
quiet train --resume longer --epochs 5
gone longer/film.npy
head -c 3000 stopped/film.npy >cut && mv cut stopped/film.npy
quiet train --resume stopped --epochs 5
gone stopped/film.npy

# None without validation images or without a decoder.
quiet train data --epochs 1 --val-split 0 -o none
quiet classify --images data --epochs 1 -o judge
gone none/film.npy judge/film.npy
t 1 'none: has no film.npy' plot none film

# A wrong file is refused by name.
cp straight/film.npy kept
printf 'x' >straight/film.npy
t 1 'straight/film.npy' plot straight film -o f.png
gone f.png
cp kept straight/film.npy
if "$program" plot straight film -o f.svg >/dev/null 2>err; then
    for word in 'Original Image' 'epoch 1' 'epoch 4'; do has f.svg ">$word</text>"; done
    t 0 '' plot straight film -o f.svg --language es
    has f.svg '>Imagen Original</text>'
    has f.svg 'poca 4</text>'
else
    grep -q 'pictures need cairo' err || fail "plot film: $(cat err)"
fi
finish
