# The practice's class from a notebook and from a module trains as the built-in network does, byte for byte:
# sh practice_class.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

# numbers RUN: the tensors of its model, without the header, which has their names.
numbers() {
    length=$(od -An -N8 -tu8 "$1/model.safetensors") && tail -c +$((length + 9)) "$1/model.safetensors"
}

run train data --max-steps 12 --seed 3 -o built-in
numbers built-in >expected
[ "$(wc -c <expected)" -eq $((78179 * 4)) ] || fail 'the numbers of the built-in network were not found'
for file in practica.ipynb practica.py; do
    run train data --model "$root/examples/$file" --max-steps 12 --seed 3 -o "$file.run"
    [ "$code" -eq 0 ] || fail "$file: $(cat err)"
    numbers "$file.run" | cmp -s - expected || fail "$file: its numbers are not those of the built-in network"
done
finish
