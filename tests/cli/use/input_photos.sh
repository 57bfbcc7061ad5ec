# Picture files as a model's input, and what is wrong with them: sh input_photos.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
run train data --epochs 1 -o run

# Test image 0 and 1 of MNIST, as PGM.
image() { tail -c +$((17 + $1 * 784)) data/t10k-images-idx3-ubyte | head -c 784; }
for i in 0 1; do { printf 'P5\n28 28\n255\n' && image $i; } >$i.pgm; done
t 0 '' encode run data -o test.csv

# The same codes as from the data set; one word that is a file is a picture, too.
t 0 '' encode run 1.pgm 0.pgm
[ "$(head -n 1 out)" = file,code_0,code_1 ] || fail "names: $(head -n 1 out)"
[ "$(sed -n 3p out)" = "0.pgm,$(sed -n '2s/,[0-9]*$//p' test.csv)" ] || fail "row of 0.pgm: $(cat out)"
[ "$(sed -n 2p out)" = "1.pgm,$(sed -n '3s/,[0-9]*$//p' test.csv)" ] || fail "row of 1.pgm: $(cat out)"
mv out two.csv
cp 0.pgm 'a, "b".png'
t 0 '' encode run 'a, "b".png' -o one.csv
has one.csv '^"a, ""b"".png",'

# decode ignores the names.
for codes in two.csv one.csv; do t 0 '' decode run $codes -o $codes.npy; done
t 0 '' encode run 1.pgm 0.pgm -o two.npy
t 0 '' decode run two.npy -o from-npy.npy
same from-npy.npy two.csv.npy

# reconstruct takes pictures, too: a page of all of them, or their numbers.
t 0 '' reconstruct run 1.pgm 0.pgm -o page.svg
has out '^page.svg: 2 pictures$'
t 0 '' reconstruct run 1.pgm 0.pgm -o mine.npy
same mine.npy from-npy.npy
t 2 "--split is for a data set; '0.pgm' is a file" reconstruct run 0.pgm --split all
t 2 "--invert is for picture files; 'data' is a data set" reconstruct run data --invert
t 1 'no.pgm: no such file or folder' reconstruct run no.pgm

# --invert: the code of the inverted picture.
{ printf 'P5\n28 28\n255\n' && image 0 | LC_ALL=C tr "$(printf '\\%03o' 0)-$(printf '\\%03o' 255)" \
    "$(i=255; while [ $i -ge 0 ]; do printf '\\%03o' $i; i=$((i - 1)); done)"; } >dark.pgm
t 0 '' encode run dark.pgm --invert
[ "$(sed -n '2s/[^,]*//p' out)" = "$(sed -n '3s/[^,]*//p' two.csv)" ] || fail "inverted: $(cat out)"

# What changes much is said, five times at most.
{ printf 'P6 56 28 255\n' && image 0 && image 1 && image 0 && image 1 && image 0 && image 1; } >wide.ppm
t 0 "wide.ppm: 56 x 28 becomes 28 x 28: its colour is lost, its aspect ratio changes by 100 %" encode run wide.ppm --no-like-mnist
# What is cropped or padded keeps its ratio: it is said what is cut off, and how both sides are scaled.
mkdir fitted && i=0 && while [ $i -lt 12 ]; do
    { printf 'P5 16 16 255\n' && image $i | head -c 256; } >fitted/$i.pgm
    i=$((i + 1))
done
{ printf 'P5 80 60 255\n' && i=0 && while [ $i -lt 7 ]; do image $i; i=$((i + 1)); done | head -c 4800; } >fits.pgm
for fit in crop pad stretch; do
    run new fitted --fit $fit --size 40x24 --width 1 -o fit-$fit.net
    run train fitted --model fit-$fit.net --fit $fit --size 40x24 --max-steps 1 -o fit-$fit
    run encode fit-$fit fits.pgm
    grep -v '^doctor: ' err >notes-$fit
done
[ "$(cat notes-crop)" = 'fits.pgm: 80 x 60 becomes 40 x 24: 20 % of it is cut off' ] || fail "crop: $(cat notes-crop)"
[ ! -s notes-pad ] || fail "pad: $(cat notes-pad)"
[ "$(cat notes-stretch)" = 'fits.pgm: 80 x 60 becomes 40 x 24: its aspect ratio changes by 25 %' ] || fail "stretch: $(cat notes-stretch)"
printf 'P2 2 2 255\n0 255 255 0\n' >tiny.pgm
t 0 'tiny.pgm: 2 x 2 becomes 28 x 28: it is enlarged 14 times' encode run tiny.pgm --no-like-mnist
{ printf 'P5 140 140 255\n' && head -c 19600 /dev/zero; } >large.pgm
t 0 'large.pgm: 140 x 140 becomes 28 x 28: it is shrunk 5 times' encode run large.pgm --no-like-mnist
{ printf 'P5 30 28 255\n' && head -c 840 /dev/zero; } >near.pgm
t 0 '' encode run near.pgm 0.pgm --no-like-mnist
t 0 'and 2 more files that change much' encode run tiny.pgm tiny.pgm near.pgm tiny.pgm large.pgm tiny.pgm wide.ppm tiny.pgm --no-like-mnist
[ "$(wc -l <err)" -eq 6 ] || fail "notes: $(cat err)"

# PNG, written by decode, in builds with libpng.
run decode run two.csv -o png/
if grep -q 'needs libpng' err; then
    t 1 'png.png: reading PNG needs libpng' encode run "$(printf '\211PNG\r\n\032\n' >png.png; echo png.png)"
else
    t 0 '' encode run png/00000.png png/00001.png --no-like-mnist
    [ "$(wc -l <out)" -eq 3 ] || fail "PNG: $(cat out)"
    cp png/00000.png no-name
    t 0 '' encode run no-name --no-like-mnist
    for bytes in 8 40 100 $(($(wc -c <no-name) - 1)); do
        head -c $bytes no-name >cut.png
        t 1 'cut.png: PNG: ends too early' encode run 0.pgm cut.png
    done
    { head -c 16 no-name && printf '\000\001\000\000\000\001\000\000' && tail -c +25 no-name; } >huge.png
    t 1 'huge.png: ' encode run huge.png
fi

# What is not a picture, or is not a complete one.
: >empty.png
t 1 'empty.png: is empty' encode run empty.png
t 1 'test.csv: is not a picture: expected PNG, JPEG, WebP, TIFF, BMP, GIF, PGM or PPM' encode run test.csv
head -c 700 0.pgm >cut.pgm
t 1 'cut.pgm: announces 28 x 28 pixels, more than its 700 bytes can hold' encode run cut.pgm
printf 'P5 60000 60000 255\nx' >huge.pgm
t 1 'huge.pgm: announces 60000 x 60000 pixels, expected at most 134217728' encode run huge.pgm
# In formats where pixels hardly take a byte, few bytes are not believed to hold many: that is what is said of them.
printf 'GIF89a\370\052\370\052\200\0\0\0\0\0\377\377\377,\0\0\0\0\370\052\370\052\0\002\002\114\001\0;' >blank.gif
run encode run blank.gif
grep -q 'needs giflib' err || t 1 'blank.gif: announces 11000 x 11000 pixels in 35 bytes; in so few, at most 16813056 are' \
    encode run blank.gif
printf '\377\330\377\340' >cut.jpg
run encode run cut.jpg
grep -q 'needs libjpeg' err || t 1 'cut.jpg: JPEG: ends too early' encode run cut.jpg
t 1 'nowhere.png: no such file or folder; expected pictures, or a data set' encode run nowhere.png
t 1 'nowhere.png: cannot open: no such file or folder' encode run 0.pgm nowhere.png
t 1 'data: is a folder; expected a file' encode run 0.pgm data
mkdir empty
t 1 'empty: holds no t10k-images' encode run empty
t 1 'nowhere: no such file or folder; expected a folder of pictures' encode run nowhere

# By default the ink is laid out as MNIST's: of a picture that lies askew on paper of another size, too. What has none
# says so; --no-like-mnist, or --invert, reads the picture as a whole. (predict.sh has more.)
t 1 'large.pgm: there is no ink that stands out from its paper' encode run large.pgm
t 0 '' encode run dark.pgm -o found.csv
t 0 '' encode run 0.pgm --like-mnist -o same.csv
[ "$(sed -n '2s/[^,]*//p' same.csv)" = "$(sed -n '3s/[^,]*//p' two.csv)" ] || fail "like MNIST: $(cat same.csv)"

# What does not go together.
t 2 '--like-mnist and --no-like-mnist: expected one of them' encode run 0.pgm --like-mnist --no-like-mnist
t 2 '--like-mnist and --invert: expected one of them' encode run 0.pgm --like-mnist --invert
t 1 'data: --like-mnist is for pictures, and these images are no picture files' encode run data --like-mnist
t 2 "--split is for a data set; '0.pgm' is a file" encode run 0.pgm --split all
t 2 "--invert is for picture files; 'data' is a data set" encode run data --invert
t 2 "--output: expected a name that ends in .npy, .npz or .csv, or -, got 'codes.txt'" encode run data -o codes.txt
t 1 'cannot write: its folder does not exist' encode run data -o nowhere/codes.npy
t 1 'cannot write: its folder does not exist' encode run data -o nowhere/codes.csv
gone codes.txt nowhere
ls -a | grep -e '\.tmp' && fail 'temporary files were left'
finish
