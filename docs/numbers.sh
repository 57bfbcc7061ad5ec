#!/bin/sh
# Makes docs/numbers.txt, every number in the README and the guides that depends on a training:
# sh docs/numbers.sh PROGRAM OUT WORK
# WORK is a folder for the trainings, emptied first. A line is a name and a value; docs/claims.txt has
# the sentences in which the values stand, and tests/cli/core/claims.sh looks for them. MNIST and the seeds
# decide every value.
set -eu
[ $# -eq 3 ] || { echo 'usage: sh docs/numbers.sh PROGRAM OUT WORK' >&2; exit 2; }
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
rm -rf "$3/runs"
mkdir -p "$3/runs"
touch "$2"
out=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
cd "$3"
export LC_ALL=C

# train NAME ARGS: trains once, and keeps what it prints.
train() { name=$1; shift; once train "$name" "$@"; }
once() { # once VERB NAME ARGS
    verb=$1 name=$2
    shift 2
    [ -f "runs/$name.log" ] && return
    "$program" "$verb" "$@" -o "runs/$name" >"runs/$name.part" 2>&1 || { tail -n 3 "runs/$name.part" >&2; exit 1; }
    mv "runs/$name.part" "runs/$name.log"
}
say() { printf '%s %s\n' "$1" "$2" >>"$out.new"; }
# column FILE NAME ROW: one value of a CSV with a line of names; ROW counts from 1, or is last.
column() {
    awk -F, -v name="$2" -v row="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { value = $at; if (row != "last" && NR == row + 1) exit } END { print value }' "$1"
}
rounded() { awk -v x="$2" -v d="$1" 'BEGIN { printf "%.*f", d, x }'; }
mse() { "$program" eval "runs/$1" 2>/dev/null | sed -n 's/^test MSE //p'; }
accuracy() { sed -n 's/^test accuracy \([0-9.]*\) %.*/\1/p' "runs/$1.log"; }
# epochs NAME EPOCH: the line of that epoch as the training printed it.
epochs() { sed -n "s/^Epoch \[$2\/.*\], //p" "runs/$1.log"; }
# spanish: such lines as the program prints them in Spanish; tests/cli/core/claims.sh compares with it.
spanish() {
    sed 's/^Loss: /pérdida: /; s/ Validation Loss: /, pérdida de validación: /; s/ Training Accuracy: /, exactitud de entrenamiento: /
        s/ Validation Accuracy: /, exactitud de validación: /; s/\([0-9]\)\.\([0-9]\)/\1,\2/g'
}

rm -f "$out.new"
train 001
train eight --latent 8
train best --recipe best
train best8 --recipe best --latent 8
train stuck --latent 8 --shuffle --batch-size 32 --lr 2.5e-3 --epochs 2
# The doctor's line is wanted in Spanish, too: the first epoch again.
train stuck-es --language es --latent 8 --shuffle --batch-size 32 --lr 2.5e-3 --epochs 2 --max-steps 1600
train warm --latent 8 --shuffle --batch-size 32 --lr 2.5e-3 --epochs 2 --warmup 1500
train slow --latent 8 --shuffle --batch-size 32 --lr 1e-3 --epochs 2
train luck --latent 8 --shuffle --batch-size 32 --lr 2.5e-3 --epochs 2 --seed 10
train seed7 --seed 7
train shuffled --shuffle
train large --batch-size 128
train high --lr 0.01
train few --val-split 0.99 --epochs 60
for name in variational conditional; do train $name --model $name --loss bce --batch-size 128 --shuffle --epochs 2; done
for name in sparse wasserstein vq; do train $name --model $name --batch-size 128 --shuffle --epochs 2; done
train denoising --model denoising --denoise gaussian=0.3 --batch-size 128 --shuffle --epochs 2
sed 's/Variational()/Variational(beta=30)/' "$(dirname "$out")/../models/variational.net" >beta30.net
train collapsed --model beta30.net --latent 10 --loss bce --batch-size 128 --shuffle --epochs 1
train collapsed-es --language es --model beta30.net --latent 10 --loss bce --batch-size 128 --shuffle --epochs 1
once classify digits runs/eight
once classify best-digits runs/best8
once classify digits2 runs/001
once classify linear runs/eight --head linear
once classify nearest runs/eight --knn 5
once compare compare --run runs/eight
once compare lengths --latent 2,8,16,32 --seed 1
awk "/^cat >mine.net/ { on = 1; next } /^END\$/ { on = 0 } on" "$(dirname "$out")/guide.md" >mine.net
train mine --model mine.net

for i in 1 2 10; do say "epoch.$i" "$(epochs 001 $i)" && say "epoch.$i.es" "$(epochs 001 $i | spanish)"; done
history=runs/001/history.csv
say curve.first.train "$(rounded 4 "$(column $history train_loss 1)")"
say curve.first.val "$(rounded 4 "$(column $history validation_loss 1)")"
say curve.last.train "$(rounded 4 "$(column $history train_loss last)")"
say curve.last.val "$(rounded 4 "$(column $history validation_loss last)")"
# The first epoch from which training lies below validation to the end.
say curve.below "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "train_loss") t = i; if ($i == "validation_loss") v = i } next }
    $t < $v { if (!from) from = $1; next } { from = 0 } END { print from }' $history)"
say eval.mse "$(mse 001)"
say eval.psnr "$("$program" eval runs/001 2>/dev/null | sed -n 's/^test PSNR \(.*\) dB.*/\1/p')"
"$program" encode runs/001 2>/dev/null | head -n 4 >codes.part
for i in 2 3 4; do say "code.$((i - 1))" "$(sed -n "${i}p" codes.part)"; done
for name in 001 eight best best8 stuck warm slow luck seed7 shuffled large mine; do
    say "mse.$name" "$(rounded 4 "$(mse $name)")"
done
for name in sparse wasserstein vq; do say "mse.$name" "$(rounded 4 "$(mse $name)")"; done
# told NAME: what eval prints, in one line.
told() { "$program" eval "runs/$1" 2>/dev/null | tr '\n' ' ' | sed 's/ $//'; }
told_es() { "$program" eval "runs/$1" --language es 2>/dev/null | tr '\n' ' ' | sed 's/ $//'; }
# part NAME WORD: the number behind a word of it.
part() { told "$1" | sed -n "s/.* $2 \([0-9.]*\).*/\1/p"; }
say kind.variational "$(told variational)" && say kind.variational.es "$(told_es variational)"
say kind.elbo "$(part variational 'ELBO -')"
say kind.conditional "$(part conditional 'ELBO -')"
say kind.denoising "$(told denoising)" && say kind.denoising.es "$(told_es denoising)"
say kind.sparse.active "$(part sparse 'active numbers of the code:')"
say kind.mmd "$(rounded 3 "$(part wasserstein MMD)")"
say kind.perplexity "$(rounded 1 "$(part vq perplexity)")"
say kind.unused "$(part vq unused)"
say kind.collapsed "$(sed -n 's/^doctor: after epoch 1 //p' runs/collapsed.log)"
say kind.collapsed.es "$(sed -n 's/^doctor: tras la época 1 //p' runs/collapsed-es.log)"
for name in 001 best; do say "val.$name" "$(rounded 4 "$(column runs/$name/history.csv validation_loss last)")"; done
for i in 1 2; do say "stuck.$i" "$(epochs stuck $i)" && say "stuck.$i.es" "$(epochs stuck $i | spanish)"; done
say stuck.doctor "$(sed -n 's/^doctor: after epoch 1 //p' runs/stuck.log | head -n 1)"
say stuck.doctor.es "$(sed -n 's/^doctor: tras la época 1 //p' runs/stuck-es.log | head -n 1)"
say high.first "$(rounded 4 "$(column runs/high/history.csv validation_loss 1)")"
say high.last "$(rounded 4 "$(column runs/high/history.csv validation_loss last)")"
say high.pca "$(sed -n 's/^doctor: .*PCA has \(0\.[0-9]*\)).*/\1/p' runs/high.log | tail -n 1)"
say few.train "$(rounded 4 "$(column runs/few/history.csv train_loss last)")"
say few.val "$(rounded 4 "$(column runs/few/history.csv validation_loss last)")"
for name in digits best-digits digits2 linear nearest; do say "accuracy.$name" "$(accuracy $name)"; done
for i in 1 15; do say "digits.$i" "$(epochs digits $i)" && say "digits.$i.es" "$(epochs digits $i | spanish)"; done

# The first columns identify a table's row.
table() { # table RUN INPUT MODEL [LATENT]
    awk -F, -v input="$2" -v model="$3" -v latent="${4-}" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["input"] == input && $at["model"] == model && (latent == "" || $at["latent"] == latent) {
            print $at["test_accuracy"]; exit }' "runs/$1/compare.csv"
}
for input in codes pca; do
    for model in linear mlp knn; do say "compare.$input.$model" "$(table compare $input $model)"; done
    for latent in 2 8 16 32; do say "lengths.$input.$latent" "$(table lengths $input mlp $latent)"; done
done
for model in mlp cnn; do say "compare.images.$model" "$(table compare images $model)"; done
say compare.lost "$(awk -v a="$(table compare images cnn)" -v b="$(table compare codes mlp)" 'BEGIN { printf "%.1f", a - b }')"
say lengths.images.cnn "$(table lengths images cnn)"
# confused RUN TRUE PREDICTED: how many; right RUN TRUE: the share.
confused() { awk -F, -v row="$2" -v column="$3" '$1 == row { print $(column + 2) }' "runs/$1/confusion.csv"; }
right() { awk -F, -v row="$2" '$1 == row { for (i = 2; i <= 11; i++) all += $i; printf "%.1f", 100 * $(row + 2) / all }' "runs/$1/confusion.csv"; }
for pair in 7.9 3.8 4.9 9.7 9.4 3.5; do say "digits.$pair" "$(confused digits "${pair%.*}" "${pair#*.}")"; done
for digit in 1 0; do say "digits.right.$digit" "$(right digits $digit)"; done
for pair in 4.9 5.3; do say "digits2.$pair" "$(confused digits2 "${pair%.*}" "${pair#*.}")"; done
for digit in 4 5; do say "digits2.right.$digit" "$(right digits2 $digit)"; done
# The four digits whose mean code moved farthest from the middle of all, from one run to the other.
means() {
    "$program" encode "runs/$1" 2>/dev/null | awk -F, 'NR > 1 { n[$3]++; x[$3] += $1; y[$3] += $2; N++; X += $1; Y += $2 }
        END { for (k = 0; k < 10; k++) print k, sqrt((x[k] / n[k] - X / N) ^ 2 + (y[k] / n[k] - Y / N) ^ 2) }'
}
means 001 >means.001
means best | awk 'NR == FNR { was[$1] = $2; next } { print $2 - was[$1], $1 }' means.001 - |
    sort -rn | head -n 4 | awk '{ print $2 }' | sort >outwards
for i in 1 2 3 4; do say "outwards.$i" "$(sed -n "${i}p" outwards)"; done
"$program" export runs/001 --c firmware --part encoder --int8 --language es >int8.es 2>/dev/null
say int8.es "$(sed -n 's/^MSE de prueba: //p' int8.es)" && say int8.size.es "$(sed -n 's/^constantes: //p' int8.es)"
say int8 "$("$program" export runs/001 --c firmware --part encoder --int8 2>/dev/null | sed -n 's/^test MSE //p')"
say int8.size "$("$program" export runs/001 --c firmware --part encoder --int8 2>/dev/null | sed -n 's/^constants //p')"
rm -rf many
"$program" data export mnist --limit 20000 -o many >export.log
train threes many/train/3 --latent 8 --epochs 20 --seed 2
"$program" score runs/threes many/test --normal 3 --count 0 >score.log 2>/dev/null
for kind in score pixels; do say "odd.$kind" "$(sed -n "s/^by $kind *ROC AUC \([0-9.]*\) .*/\1/p" score.log)"; done
rm -rf scans clusters && mkdir scans
"$program" data export mnist --part test --limit 200 -o scans/png >export.log
"$program" data export mnist --part test --limit 20 --as jpeg --quality 40 -o scans/jpeg >export.log
cp scans/png/test/7/00000.png scans/png/test/7/copy.png
"$program" duplicates runs/eight scans 2>&1 >/dev/null | sed -n 's/.* of \([0-9]*\) images \([0-9]*\) is a copy of another and \([0-9]*\) are.*/\1 \2 \3/p' >twice.log
read -r all copies others <twice.log
say twice.all "$all" && say twice.copies "$copies" && say twice.others "$others"
"$program" cluster runs/eight many/test -k 10 -o clusters 2>/dev/null >cluster.log
say cluster.purity "$(sed -n 's/^purity //p' cluster.log | awk '{ printf "%.1f", 100 * $1 }')"
say cluster.auto "$("$program" cluster runs/eight many/test -k auto -o groups.csv 2>&1 | sed -n 's/.*[^0-9]\([0-9]*\) clusters: of 2 to 20.*/\1/p; s/^\([0-9]*\) clusters: of 2 to 20.*/\1/p')"
mv "$out.new" "$out"
