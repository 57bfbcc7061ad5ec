# A run that is moved finds its data, says where it has looked, and takes no others: sh runs_moved.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
cat >tiny.net <<'NET'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 2))
decoder = Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)))
NET
mkdir -p project/sets project/desk && small project/sets/digits
(cd project/desk && "$program" train ../sets/digits --model "$work/tiny.net" --epochs 2 >"$work/out" 2>"$work/err") || fail "train: $(cat err)"
run=project/desk/runs/001
has $run/run.json "\"set\": \"$work/project/sets/digits\""
has $run/run.json '"set_from_run": "../../../sets/digits"'
run eval $run
cp out said

# Moved with its data: every command finds them, by a full path that says where they are now.
mv project elsewhere
run=elsewhere/desk/runs/001
run eval $run
[ "$code" -eq 0 ] || fail "eval of a moved run: $(cat err)"
has out "^200 test images of $work/elsewhere/sets/digits$"
sed '$d' out >got && sed '$d' said >wanted && same got wanted
has $run/run.json '"part": "test"'
t 0 '' reconstruct $run -o moved.png
t 0 '' encode $run --split val -o val.npy
t 0 'trained 3 epochs' train --resume $run --epochs 3
has $run/run.json "\"set\": \"$work/elsewhere/sets/digits\""
run classify $run --epochs 1 -o elsewhere/desk/runs/digits
[ "$code" -eq 0 ] || fail "classify of a moved run: $(cat err)"
has elsewhere/desk/runs/digits/run.json '"encoder_from_run": "../001"'

# Moved alone: it says where it has looked.
mkdir -p far/away && cp -r $run far/away/run
mv elsewhere other
t 1 "$work/elsewhere/sets/digits: " eval far/away/run
has err "the name is from far/away/run/run.json, and nothing is at $work/sets/digits, either: if the data set is elsewhere, name it on the command line"
t 1 'si el conjunto de datos está en otro sitio, hay que nombrarlo en la orden' eval far/away/run --language es
run eval far/away/run other/sets/digits
[ "$code" -eq 0 ] || fail "eval with the place named: $(cat err)"
t 1 "nothing is at $work/sets/digits" train --resume far/away/run --epochs 4

# Other data under the same name, at either place, are refused.
mkdir -p elsewhere/sets && cp -r other/sets/digits elsewhere/sets/digits
printf '\001' | dd of=elsewhere/sets/digits/t10k-images-idx3-ubyte bs=1 seek=900 conv=notrunc 2>/dev/null
t 1 'holds other data than when far/away/run/run.json named it: test images' eval far/away/run
rm -r elsewhere
cp -r other again
printf '\001' | dd of=again/sets/digits/train-images-idx3-ubyte bs=1 seek=900 conv=notrunc 2>/dev/null
t 1 'holds other data than when again/desk/runs/001/run.json named it: training images' encode again/desk/runs/001 --split val
t 1 'was trained on other images' train --resume again/desk/runs/001 --epochs 4

# A renamed autoencoder: the classifiers of its codes know it.
t 0 'other/desk/runs/digits classifies its codes, and knows its new name' runs rename other/desk/runs/001 ae
has other/desk/runs/digits/run.json '"encoder_from_run": "../ae"'
has other/desk/runs/digits/run.json "\"encoder_path\": \"$work/other/desk/runs/ae\""
run classify --resume other/desk/runs/digits --epochs 2
[ "$code" -eq 0 ] || fail "classify --resume after renaming: $(cat err)"
finish
