#!/bin/sh
# Makes every picture and every number of the guides and of the README: sh docs/figures.sh PROGRAM WORK
# PROGRAM is embudo, and WORK is a folder for the trainings, which is emptied first. Both guides are typed as they stand
# (docs/typed.sh). docs/figures.txt says which file that they leave is which picture of docs/images, and
# docs/numbers.sh measures what docs/numbers.txt has. MNIST and the seeds decide every byte, so a second run gives
# the same files; another version of cairo or of the fonts may draw letters differently.
set -eu
[ $# -eq 2 ] || { echo 'usage: sh docs/figures.sh PROGRAM WORK' >&2; exit 2; }
[ -x "$1" ] || { echo "figures.sh: $1 is not a program" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$2"
echo 'typing the Spanish guide: some fifteen minutes' >&2
sh "$here/typed.sh" "$1" "$here/guia.md" "$2/es"
echo 'typing the English guide' >&2
sh "$here/typed.sh" "$1" "$here/guide.md" "$2/en" '' "$2/es"
while IFS='	' read -r name file; do
    cp "$2/es/$file" "$here/images/$name-es.png"
    cp "$2/en/$file" "$here/images/$name.png"
done <"$here/figures.txt"
sh "$here/numbers.sh" "$1" "$2/es" >"$2/numbers.txt"
cp "$2/numbers.txt" "$here/numbers.txt"
