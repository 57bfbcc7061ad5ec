# Codes and images as files: sh encode.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
run train data --epochs 1 -o run
run train data --max-steps 1 --latent 5 -o five

# CSV: on standard output, or in a file.
t 0 '' encode run data
[ "$(wc -l <out)" -eq 201 ] || fail "lines of the test split: $(wc -l <out)"
[ "$(head -n 1 out)" = code_0,code_1,label ] || fail "names: $(head -n 1 out)"
[ "$(grep -c '^-\{0,1\}[0-9.e-]*,-\{0,1\}[0-9.e-]*,[0-9]$' out)" -eq 200 ] || fail "rows: $(head -n 3 out)"
mv out test.csv
tail -n +2 test.csv | cut -d, -f3 | tr -d '\n' >labels
tail -c 200 data/t10k-labels-idx1-ubyte | od -An -v -tu1 | tr -d ' \n' >expected
same labels expected
t 0 '' encode run data -o -
same out test.csv
t 0 '' encode run data -o copy.csv --threads 1
has out '^copy.csv: 200 codes of 2 numbers, the test split of .*data$'
same copy.csv test.csv
t 0 '' encode five data -o - --threads 3
[ "$(head -n 1 out)" = code_0,code_1,code_2,code_3,code_4,label ] || fail 'names of five'

# A round trip is a reconstruction, bit for bit, whatever the threads.
for model in run five; do
    for split in train val test all; do
        t 0 '' encode $model data --split $split -o c.npy --threads 2
        t 0 '' encode $model data --split $split -o c.csv --threads 1
        t 0 '' decode $model c.npy -o from-npy.npy --threads 1
        t 0 '' decode $model c.csv -o from-csv.npy --threads 3
        t 0 '' reconstruct $model data --split $split -o whole.npy
        same from-npy.npy whole.npy
        same from-csv.npy whole.npy
    done
    [ "$(wc -c <c.npy)" -eq $((128 + 800 * 4 * $([ $model = run ] && echo 2 || echo 5))) ] ||
        fail "size of c.npy: $(wc -c <c.npy)"
done
[ "$(wc -c <whole.npy)" -eq $((128 + 800 * 784 * 4)) ] || fail 'size of whole.npy'
has out '^whole.npy: 800 images of the all split of .*data$'
t 0 '' reconstruct run data --count 3 -o three.npy
has out '^three.npy: 3 images of the test split of .*data$'
[ "$(wc -c <three.npy)" -eq $((128 + 3 * 784 * 4)) ] || fail 'size of three.npy'

# --split all is the training images in file order, then the test images.
t 0 '' encode run data --split all -o all.csv
[ "$(wc -l <all.csv)" -eq 801 ] || fail 'lines of all'
tail -n 200 all.csv >end
tail -n 200 test.csv >expected
same end expected

# More than are in memory at a time.
t 0 '' encode run mnist -o c.npy
t 0 '' decode run c.npy -o from-npy.npy
t 0 '' reconstruct run mnist -o whole.npy
same from-npy.npy whole.npy
[ "$(wc -c <whole.npy)" -eq $((128 + 10000 * 784 * 4)) ] || fail 'size of whole.npy for MNIST'
"$program" encode run mnist | tail -n 100 | cut -d, -f1,2 >last.csv
t 0 '' decode run last.csv -o last.npy
tail -c $((100 * 784 * 4)) whole.npy >expected
tail -c $((100 * 784 * 4)) last.npy | cmp -s - expected || fail 'the last images of MNIST'
rm from-npy.npy whole.npy

# numpy reads what is written, and writes what is read.
if python3 -c 'import numpy' 2>/dev/null; then
    t 0 '' encode run data -o c.npy
    python3 - <<'PY' || fail 'numpy reads something else'
import numpy as np
codes, table = np.load("c.npy"), np.loadtxt("test.csv", delimiter=",", skiprows=1)
assert codes.shape == (200, 2) and codes.dtype == np.float32
assert (table[:, :2].astype(np.float32) == codes).all()
images = np.load("three.npy")
assert images.shape == (3, 1, 28, 28) and images.dtype == np.float32
np.save("turned.npy", np.asfortranarray(codes[:3].astype(">f8")))
np.savetxt("plain.csv", codes[:3], delimiter=",", fmt="%.9g")
np.save("one.npy", codes[0])
PY
    for codes in turned.npy plain.csv; do
        t 0 '' decode run $codes -o back.npy
        same back.npy three.npy
    done
    t 0 '' decode run one.npy -o back.npy
else
    echo 'skipped: numpy is not here'
fi

# Codes on the command line, from standard input, from several words.
t 0 '' decode run -0.5,1.2 -o minus.npy
has out '^minus.npy: 1 image$'
printf -- '-0.5,1.2\n' >code.csv
t 0 '' decode run code.csv -o file.npy
same minus.npy file.npy
"$program" decode run - -o input.npy <code.csv >out 2>err || fail "standard input: $(cat err)"
same minus.npy input.npy
t 0 '' decode run -o two.npy -.5,+1.2e0 code.csv
has out '^two.npy: 2 images$'
t 0 '' decode run -o two.npy -- code.csv -0.5,1.2

# A page, one picture each: in builds that have the libraries.
run decode run 0.5,-1.2
if ! grep -q 'pictures need cairo' err; then
    t 0 '' decode run 0.5,-1.2
    has out '^run/decode.png: 1 image$'
    t 0 '' decode run/model.safetensors 0.5,-1.2 -0.5,1
    has out '^decode.png: 2 images$'
    exists run/decode.png decode.png
    { cat all.csv && tail -n 200 all.csv; } >many.csv
    t 0 '' decode run many.csv -o many.png
    rm many.png
    echo 1,2,3 >>many.csv
    t 1 '1,001 codes are too many for one picture, which shows at most 1,000; write them with -o images.npy, or one PNG each with -o DIR/' \
        decode run many.csv -o many.png
    gone many.png
fi
run decode run 0.5,-1.2 -o single/
if ! grep -q 'needs libpng' err; then
    t 0 '' decode run test.csv -o deep/er/
    has out '^deep/er/: 200 images$'
    exists deep/er/00000.png deep/er/00199.png
    gone deep/er/00200.png
    t 0 '' decode run 0.5,-1.2 -o deep
    exists deep/00000.png
    # 28 x 28, 8 bit, grey
    [ "$(head -c 26 deep/00000.png | tail -c 10 | od -An -v -tx1 | tr -d ' \n')" = 0000001c0000001c0800 ] ||
        fail 'the head of a PNG'
fi
finish
