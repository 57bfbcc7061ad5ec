# Sizes that a file or an option asks for are checked before any work: sh bounds.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
# What asks for too much fails here, and not at the machine's limit. (Sanitizers want addresses of their own.)
grep -qa '__asan_init\|__tsan_init' "$program" || ulimit -v 4000000

printf 'input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 2))\ndecoder = %s\n' \
    'Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)))' >tiny.net
t 0 'trained 1 epoch' train data --model tiny.net --epochs 1 --batch-size 300 -o run

# Numbers on the command line: one line, exit code 2, nothing made.
while read -r words; do
    for value in 1e9 2147483648000 99999999999999999999 -1 nan inf 0x10 ''; do
        run $words "$value" -o made
        [ "$code" -eq 2 ] || fail "$words '$value': exit code $code: $(cat err)"
        [ "$(grep -c '^embudo: ' err)" -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] || fail "$words '$value': $(cat err)"
    done
done <<'END'
train data --epochs
train data --batch-size
train data --latent
train data --threads
train data --keep
train data --warmup
train data --max-steps
classify run --knn
classify run --epochs
classify run --batch-size
compare data --knn
compare data --classifier-epochs
plot run manifold --grid
plot run walk --steps
plot run errors --count
plot run codes --count
reconstruct run --count
END
gone made

# Products of numbers that are fine by themselves.
printf 'input = 1, 1024, 1024\nencoder = Sequential(Conv2d(1, 1, 64, stride=64), Flatten(), Linear(256, 2))\ndecoder = %s\n' \
    'Sequential(Linear(2, 256), Unflatten(1, (1, 16, 16)), ConvTranspose2d(1, 1, 64, stride=64))' >wide.net
printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (12, 1, 1024, 1024), }" >wide.npy
head -c 12582912 /dev/zero >>wide.npy
t 0 'trained 1 epoch' train wide.npy --model wide.net --epochs 1 --val-split 0 -o wide
t 1 '10,000 images of 1,048,576 numbers are more than one picture holds, at most 64 images' plot wide manifold wide.npy --grid 100
t 1 'a smaller --steps takes fewer' plot wide walk wide.npy --images 0,1 --steps 200
t 1 'a smaller --count takes fewer' plot wide errors wide.npy --count 1000
t 0 '' plot wide manifold wide.npy --grid 3

# A small network may have long codes, or large images.
cat >long.net <<'END'
input = 1, 28, 28
encoder = Sequential(ConvTranspose2d(1, 1, 1, stride=9), Flatten())
decoder = Sequential(Unflatten(1, (1, 244, 244)), Conv2d(1, 1, 1, stride=9))
END
t 0 'stopped after 1 step' train data --model long.net --max-steps 1 -o long
t 1 '70,000 codes of 59,536 numbers are more than are held at once, at most 4,508' encode long mnist --split all -o long.npy
t 1 '10,000 codes of 59,536 numbers are more' encode long mnist
t 1 '4,508 codes; a smaller --count takes fewer' plot long codes mnist
t 1 '10,000 codes of 59,536 numbers are more' plot long manifold --dims 0,1 --grid 100
t 1 '48,000 codes of 59,536 numbers are more' classify long mnist --knn 1 -o made
gone long.npy made
t 0 '' plot long codes --count 20
run report long
[ "$code" -eq 0 ] || fail "report long: $(cat err)"
! grep -q 'id="labels"' long/report.html || has long/report.html 'the nearest of 281 codes'
i=0
while [ $i -lt 300 ]; do echo "0.$i,1"; i=$((i + 1)); done >codes.csv
t 1 'at most 256 images; take smaller --batches' bench wide.net --batches 65536 --only forward
t 1 'at most 64 images; write them with -o images.npy' decode wide codes.csv -o wide.png
t 1 '300 images of 1,048,576 numbers are more than are written in one piece, at most 256 images' decode wide codes.csv -o wide.csv
# Written one after another, there may be any number, but no more than the disk holds: 20 TB are too much.
{ printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (5000000, 2), }"
  head -c 40000000 /dev/zero; } >many.npy
t 1 'decoded.npy: the disk has' decode wide many.npy -o decoded.npy
rm many.npy && gone decoded.npy
t 1 '60,000 codes of 4,900 numbers are more than are held at once' compare mnist --latent 8,4900 -o long-table

# A kernel that is written out in full for ONNX.
printf 'input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 1))\ndecoder = Sequential(%s)\n' \
    'Linear(1, 1), Unflatten(1, (1, 1, 1)), ConvTranspose2d(1, 1, 2, padding=8191, dilation=8192, output_padding=8191)' >gap.net
printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (8, 1, 2, 2), }" >gap.npy
printf '0123456789abcdef0123456789abcdef' >>gap.npy
t 0 'trained 1 epoch' train gap.npy --model gap.net --epochs 1 --val-split 0 -o gap
t 1 'its kernel written out would be 16384x16384' export gap --onnx gap.onnx
gone gap.onnx

# A checkpoint that names a longer history.csv than there is.
cp -r run broken && rm broken/model.safetensors
for file in broken/checkpoints/*; do
    LC_ALL=C sed 's/ history=\([0-9][0-9][0-9]\) best=\(0x1\.[0-9a-f]*\)[0-9a-f]\{6\}p/ history=999999999 best=\2p/
        s/ history=\([0-9][0-9]\) best=\(0x1\.[0-9a-f]*\)[0-9a-f]\{7\}p/ history=999999999 best=\2p/' "$file" >changed && mv changed "$file"
    has "$file" ' history=999999999 '
done
t 1 'history.csv: is shorter than when the checkpoint was written' train --resume broken
finish
