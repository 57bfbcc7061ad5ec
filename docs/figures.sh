#!/bin/sh
# Makes every picture of the guides and of the README: sh docs/figures.sh PROGRAM OUT WORK
# PROGRAM is embudo, OUT is the pictures' folder (docs/images), and WORK is a folder for the trainings,
# which is emptied first. MNIST, seed 42 and the runs' own options decide every byte, so a second run
# gives the same files; another version of cairo or of the fonts may draw letters differently.
set -eu
[ $# -eq 3 ] || { echo 'usage: sh docs/figures.sh PROGRAM OUT WORK' >&2; exit 2; }
[ -x "$1" ] || { echo "figures.sh: $1 is not a program" >&2; exit 1; }
here=$(cd "$(dirname "$0")/.." && pwd)
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "$2" "$3"
out=$(cd "$2" && pwd)
rm -rf "$3/runs" "$3/many" "$3/scans" "$3/clusters" "$3/drawn"
cd "$3"

embudo() { "$program" "$@" >>log 2>&1 || { tail -n 3 log >&2; exit 1; }; }
# both NAME COMMAND...: NAME.png in English and NAME-es.png in Spanish.
both() {
    name=$1
    shift
    embudo "$@" -o "$out/$name.png"
    embudo "$@" --language es -o "$out/$name-es.png"
}

: >log
echo 'training: the notebook, 8 numbers, the best recipe' >&2
embudo train -o runs/001
embudo train --latent 8 -o runs/eight
embudo train --recipe best -o runs/best
echo 'training: other autoencoders' >&2
other() { # other NAME ARGS
    name=$1
    shift
    embudo train --model "$@" --batch-size 128 --shuffle --epochs 2 -o "runs/$name"
}
for name in variational conditional; do other $name $name --loss bce; done
for name in sparse wasserstein vq; do other $name $name; done
other denoising denoising --denoise gaussian=0.3
echo 'training: threes alone, from pictures' >&2
embudo data export mnist --limit 20000 -o many
embudo train many/train/3 --latent 8 --epochs 20 --seed 2 -o runs/threes
echo 'training: classifiers' >&2
for language in en es; do
    (
        embudo classify runs/eight --language $language --threads 1 -o runs/classify-$language
        embudo compare --run runs/eight --language $language --threads 1 -o runs/compare-$language
    ) &
    eval "$language=$!"
done
wait "$en"
wait "$es"

echo "drawing, into $out" >&2
both reconstruct reconstruct runs/001
both reconstruct-8 reconstruct runs/eight
both network plot notebook network
both transposed plot notebook transposed
both output-padding plot notebook transposed --layer decoder.7
both layers plot runs/001 filters --images 0
both loss plot runs/001 loss
both codes plot runs/001 codes --count 2000
both manifold plot runs/001 manifold --grid 8
both walk plot runs/001 walk --images 3,0 --steps 10
both errors plot runs/001 errors --count 8
both codes-best plot runs/best codes --count 1000
both sparse plot runs/sparse traversal --dims 21,33,40,49,53 --steps 7
both prior-variational plot runs/variational prior --grid 12
both prior-notebook plot runs/001 prior --grid 12
both traversal-variational plot runs/variational traversal
both samples-conditional plot runs/conditional samples --count 40
both samples-wasserstein plot runs/wasserstein samples --count 36
both reconstruct-vq reconstruct runs/vq
both reconstruct-denoising reconstruct runs/denoising --denoise gaussian=0.3
echo 'reading drawn digits' >&2
python3 "$here/tests/makers/drawn_digits.py" drawn 5
embudo classify --images -o runs/cnn
set -- drawn/[0-9]-[0-9]-pencil.png drawn/[0-9]-[0-9]-board.png drawn/[0-9]-[0-9]-squared.png
both own-digits predict runs/cnn "$@"
odd() { embudo score runs/threes many/test --normal 3 --count 8 "$@"; }
odd -o "$out/oddest.png" --curves "$out/odd-curves.png"
odd -o "$out/oddest-es.png" --curves "$out/odd-curves-es.png" --language es
echo 'drawing what is alike' >&2
mkdir scans
embudo data export mnist --part test --limit 200 -o scans/png
embudo data export mnist --part test --limit 20 --as jpeg --quality 40 -o scans/jpeg
cp scans/png/test/7/00000.png scans/png/test/7/copy.png
both similar similar runs/eight many/test/7/00000.png many --count 11
both twice duplicates runs/eight scans
for language in en es; do
    embudo cluster runs/eight many/test -k 10 --language $language -o clusters
    [ $language = en ] && suffix= || suffix=-es
    cp clusters/06.png "$out/cluster$suffix.png"
done
for kind in classify/confusion compare/compare; do
    cp "runs/${kind%/*}-en/${kind#*/}.png" "$out/${kind#*/}.png"
    cp "runs/${kind%/*}-es/${kind#*/}.png" "$out/${kind#*/}-es.png"
done
