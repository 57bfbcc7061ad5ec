#!/bin/sh
# Measures every number in the README's and the guides' sentences that depends on a training:
# sh docs/numbers.sh PROGRAM WORK >docs/numbers.txt
# WORK is a folder in which docs/typed.sh typed a guide. A line is a name and a value; docs/claims.txt has the
# sentences in which the values stand, and tests/cli/core/claims.sh looks for them. A value whose runs are not in WORK
# is left out.
set -u
[ $# -eq 2 ] || { echo 'usage: sh docs/numbers.sh PROGRAM WORK' >&2; exit 2; }
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$2" || exit 1
export LC_ALL=C

say() { [ -z "$2" ] || printf '%s %s\n' "$1" "$2"; }
# column RUN NAME ROW DIGITS: one value of a run's curves, rounded; ROW counts from 1, or is last.
column() {
    [ -f "runs/$1/history.csv" ] || return
    awk -F, -v name="$2" -v row="$3" -v digits="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { value = $at; if (row != "last" && NR == row + 1) exit } END { printf "%.*f", digits, value }' "runs/$1/history.csv"
}
# told NAME: what eval says of a run.
told() {
    [ -f "runs/$1/model.safetensors" ] || return
    [ -f "typed/$1.eval" ] || "$program" eval "runs/$1" --ssim >"typed/$1.eval" 2>&1
    cat "typed/$1.eval"
}
# part NAME WORDS DIGITS: the number behind these words, rounded.
part() { told "$1" | sed -n "s/^\(.* \)*$2 *\([0-9.]*\).*/\2/p" | awk -v digits="$3" '{ printf "%.*f", digits, $1 }'; }
# printed NAME EXPRESSION: from what the command printed that made the run; decimal commas become points.
printed() { [ ! -f "typed/$1.log" ] || sed -n "$2" "typed/$1.log" | tail -n 1 | sed 's/,/./'; }

for side in first last; do
    [ $side = last ] && row=last || row=1
    say curve.$side.train "$(column 001 train_loss $row 4)"
    say curve.$side.val "$(column 001 validation_loss $row 4)"
done
say curve.about "$(column 001 validation_loss last 3)"
# The first epoch from which training lies below validation to the end.
say curve.below "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "train_loss") t = i; if ($i == "validation_loss") v = i } next }
    $t < $v { if (!from) from = $1; next } { from = 0 } END { print from }' runs/001/history.csv)"
say eval.mse "$(part 001 MSE 6)"
say eval.psnr "$(part 001 PSNR 2)"
"$program" encode runs/001 2>/dev/null >typed/codes.csv
say code.1.x "$(awk -F, 'NR == 2 { printf "%.2f", $1 }' typed/codes.csv)"
say code.1.y "$(awk -F, 'NR == 2 { printf "%.2f", $2 }' typed/codes.csv)"
# The eight images of which the errors are largest, in the picture of them.
"$program" score runs/001 mnist --by reconstruction --count 0 -o typed/errors.csv >/dev/null 2>&1
for row in 1 8; do
    say errors.$row "$(cut -d, -f4 typed/errors.csv | sort -gr | awk -v row=$row 'NR == row { printf "%.2f", $1 }')"
done
say mean.mse "$(printed stuck 's/^doctor: .*(MSE [0-9.,]*, [^0-9]*\(0[.,][0-9]*\)).*/\1/p' | awk '{ printf "%.3f", $1 }')"
for name in 001 eight best best8 stuck warm slow luck seed7 shuffled large mine class practica sparse wasserstein vq ssim; do
    say "mse.$name" "$(part $name MSE 4)"
done
for name in 001 ssim; do say "ssim.$name" "$(part $name SSIM 3)"; done
say kind.elbo "$(part variational 'ELBO -' 2)"
say kind.conditional "$(part conditional 'ELBO -' 2)"
say kind.sparse.active "$(part sparse 'active numbers of the code:' 0)"
say kind.mmd "$(part wasserstein MMD 3)"
say kind.perplexity "$(part vq perplexity 1)"
say kind.unused "$(part vq unused 0)"
for name in 001 best; do say "val.$name" "$(column $name validation_loss last 4)"; done
say high.first "$(column high validation_loss 1 4)"
say high.last "$(column high validation_loss last 4)"
say few.train "$(column few train_loss last 4)"
say few.val "$(column few validation_loss last 4)"
for name in digits best-digits digits2 linear nearest; do
    say "accuracy.$name" "$(printed $name 's/^\(test accuracy\|exactitud de prueba:\) \([0-9.,]*\) %.*/\2/p')"
done
say accuracy.train "$(printed digits 's/^[^ ]* \[15.*: \([0-9.,]*\) %.*: [0-9.,]* %$/\1/p' | awk '{ printf "%.1f", $1 }')"
say accuracy.val "$(printed digits 's/^[^ ]* \[15.*: \([0-9.,]*\) %$/\1/p' | awk '{ printf "%.1f", $1 }')"

# table RUN INPUT MODEL [LATENT]: an accuracy; the first columns identify a row.
table() {
    [ ! -f "runs/$1/compare.csv" ] || awk -F, -v input="$2" -v model="$3" -v latent="${4-}" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["input"] == input && $at["model"] == model && (latent == "" || $at["latent"] == latent) {
            print $at["test_accuracy"]; exit }' "runs/$1/compare.csv"
}
for input in codes pca; do
    for model in linear mlp knn; do say "compare.$input.$model" "$(table compare $input $model)"; done
    for latent in 2 8 16 32; do say "lengths.$input.$latent" "$(table lengths $input mlp $latent)"; done
done
for model in mlp cnn; do say "compare.images.$model" "$(table compare images $model)"; done
[ ! -f runs/compare/compare.csv ] ||
    say compare.lost "$(awk -v a="$(table compare images cnn)" -v b="$(table compare codes mlp)" 'BEGIN { printf "%.1f", a - b }')"
say lengths.images.cnn "$(table lengths images cnn)"
# confused RUN TRUE PREDICTED: how many; right RUN TRUE: the share.
confused() { [ ! -f "runs/$1/confusion.csv" ] || awk -F, -v row="$2" -v column="$3" '$1 == row { print $(column + 2) }' "runs/$1/confusion.csv"; }
right() { [ ! -f "runs/$1/confusion.csv" ] || awk -F, -v row="$2" '$1 == row { for (i = 2; i <= 11; i++) all += $i; printf "%.1f", 100 * $(row + 2) / all }' "runs/$1/confusion.csv"; }
for pair in 7.9 3.8 4.9 9.7 9.4 3.5; do say "digits.$pair" "$(confused digits "${pair%.*}" "${pair#*.}")"; done
for digit in 1 0; do say "digits.right.$digit" "$(right digits $digit)"; done
for pair in 4.9 5.3; do say "digits2.$pair" "$(confused digits2 "${pair%.*}" "${pair#*.}")"; done
for digit in 4 5; do say "digits2.right.$digit" "$(right digits2 $digit)"; done
# The four digits whose mean code moved farthest from the middle of all, from one run to the other.
means() {
    awk -F, 'NR > 1 { n[$3]++; x[$3] += $1; y[$3] += $2; N++; X += $1; Y += $2 }
        END { for (k = 0; k < 10; k++) print k, sqrt((x[k] / n[k] - X / N) ^ 2 + (y[k] / n[k] - Y / N) ^ 2) }'
}
if [ -f runs/best/model.safetensors ]; then
    means <typed/codes.csv >typed/means
    "$program" encode runs/best 2>/dev/null | means | awk 'NR == FNR { was[$1] = $2; next } { print $2 - was[$1], $1 }' typed/means - |
        sort -rn | head -n 4 | awk '{ print $2 }' | sort >typed/outwards
    for i in 1 2 3 4; do say "outwards.$i" "$(sed -n "${i}p" typed/outwards)"; done
fi
if [ -d runs/threes ]; then
    "$program" score runs/threes many/test --normal 3 --count 0 >typed/score 2>/dev/null
    for kind in score pixels; do say "odd.$kind" "$(sed -n "s/^by $kind *ROC AUC \([0-9.]*\) .*/\1/p" typed/score)"; done
fi
if [ -d scans ]; then
    "$program" duplicates runs/eight scans 2>&1 >/dev/null |
        sed -n 's/.* of \([0-9]*\) images \([0-9]*\) is a copy of another and \([0-9]*\) are.*/twice.all \1\ntwice.copies \2\ntwice.others \3/p'
    say cluster.purity "$("$program" cluster runs/eight many/test -k 10 --quiet -o typed/clusters 2>&1 | sed -n 's/^purity //p' | awk '{ printf "%.1f", 100 * $1 }')"
    say cluster.auto "$("$program" cluster runs/eight many/test -k auto -o typed/groups.csv 2>&1 | sed -n 's/.*[^0-9]\([0-9]*\) clusters: of 2 to 20.*/\1/p; s/^\([0-9]*\) clusters: of 2 to 20.*/\1/p')"
fi
