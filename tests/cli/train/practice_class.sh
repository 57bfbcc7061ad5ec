# The practice's class from a notebook and from a module trains as the built-in network does, byte for byte; and
# what the notebook says of training: sh practice_class.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

# numbers RUN: the tensors of its model, without the header, which has their names.
numbers() {
    length=$(od -An -N8 -tu8 "$1/model.safetensors") && tail -c +$((length + 9)) "$1/model.safetensors"
}

run train data --max-steps 12 -o built-in
numbers built-in >expected
[ "$(wc -c <expected)" -eq $((78179 * 4)) ] || fail 'the numbers of the built-in network were not found'
for file in practica.ipynb practica.py; do
    # It says nothing that is not usual here: its loader does not shuffle, and a batch is 16 where it is made.
    run train data --model "$root/examples/$file" --as-written --max-steps 12 -o "$file.run"
    [ "$code" -eq 0 ] || fail "$file: $(cat err)"
    ! grep "$file has\|uses" err || fail "$file says what is usual: $(cat err)"
    numbers "$file.run" | cmp -s - expected || fail "$file: its numbers are not those of the built-in network"
done
has practica.py.run/model.safetensors '"lineal1.weight"'

sed 's/^    "batch_size = 16/    "batch_size = 32/; s/lr=0.001/lr=0.002/; s/num_epochs = 10/num_epochs = 2/
    s/batch_size=batch_size)/batch_size=batch_size, shuffle=True)/; s/manual_seed(42)/manual_seed(7)/' \
    "$root/examples/practica.ipynb" >other.ipynb
grep -q 'shuffle=True' other.ipynb || fail 'the notebook was not changed'
t 0 'other.ipynb uses batch_size=32, lr=0.002, epochs=2, seed=7, shuffle: add --batch-size 32 --lr 0.002 --epochs 2 --seed 7 --shuffle, or --as-written' \
    train data --model other.ipynb --max-steps 2 -o told
t 0 'as other.ipynb has it: --batch-size 32 --lr 0.002 --seed 7 --shuffle' \
    train data --model other.ipynb --epochs 1 --as-written -o taken
grep -q 'seed=7 epochs=1 batch_size=32 lr=0.002 .*shuffle=1' taken/model.safetensors || fail 'what was written was not taken'
finish
