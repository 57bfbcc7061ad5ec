# Digits drawn by program, as people photograph them: sh slow_predict.sh PROGRAM REPOSITORY
# At least 36 of 40 are read right, of each of two series, by a CNN that learned from MNIST.
program=$1 root=$2
. "$root/tests/cli/common.inc"
run classify mnist --images --epochs 4 -o judge
[ "$code" -eq 0 ] || fail "classify: $(cat err)"
for seed in 1 8; do
    python3 "$root/tests/makers/drawn_digits.py" drawn$seed $seed || fail "drawing $seed"
    t 0 '' predict judge drawn$seed/*.png -o answers$seed.csv
    right=$(tail -n +2 answers$seed.csv | sed 's/.*\///' | awk -F, '{ right += substr($1, 1, 1) == $2 } END { print right }')
    [ "$right" -ge 36 ] || fail "seed $seed: $right of 40 are right: $(cut -d, -f1-4 answers$seed.csv)"
done

# The same pictures, read as they are, are lost on it: this is what the ink's search is for.
run predict judge drawn1/*.png --no-like-mnist -o whole.csv
right=$(tail -n +2 whole.csv | sed 's/.*\///' | awk -F, '{ right += substr($1, 1, 1) == $2 } END { print right + 0 }')
[ "$right" -lt 20 ] || fail "as they are, $right of 40 are right"

# Whatever opens pictures for a network that is there lays them out: a comparison and a classifier of its codes, too.
mkdir classes
for digit in 0 1 2 3; do mkdir classes/$digit && cp drawn1/$digit*.png classes/$digit; done
run train mnist --epochs 1 --val-split 0.9 -o own
for fit in '' '--fit crop'; do
    # shellcheck disable=SC2086
    t 0 'held-out MSE' compare classes --run own --classifier-epochs 1 --knn 1 $fit -o compared
    sed -n 's/.*held-out MSE //p' err >>errors
done
awk 'NR == 1 { laid = $1 } END { exit !(NR == 2 && laid < 0.5 * $1) }' errors || fail "MSE of pictures laid out, and as they are: $(cat errors)"
finish
