# A folder of pictures is all it takes: sh picture_folders.sh PROGRAM REPOSITORY
#
# Which files are which images: tests/data/test_picture_set.c. Here is what a person types.
program=$1 root=$2
. "$root/tests/cli/common.inc"
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
command -v python3 >/dev/null 2>&1 || { echo 'needs python3'; exit 77; }

# Two classes of drawings, 20 x 12: bars that stand and bars that lie; some colour in the last ones.
python3 - <<'PY' || exit 1
import os
def put(name, colour, pixel, width=20, height=12):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    body = bytes(v for y in range(height) for x in range(width) for v in pixel(x, y))
    with open(name, 'wb') as f: f.write(b'P%d %d %d 255\n' % (6 if colour else 5, width, height) + body)
for i in range(30):
    put('bars/stand/%02d.pgm' % i, False, lambda x, y: [255 if x // 3 == i % 7 else i])
    put('bars/lie/%02d.pgm' % i, False, lambda x, y: [255 if y // 3 == i % 4 else i])
    put('colour/%02d.ppm' % i, True, lambda x, y: [255 if x // 3 == i % 7 else 0, 2 * y, i], 40, 90)
    part = 'test' if i % 5 == 0 else 'train'
    put('parted/%s/good/%02d.pgm' % (part, i), False, lambda x, y: [8 * x + i])
for i in range(2): put('bad/%d.pgm' % i, False, lambda x, y: [x])
with open('bad/2.pgm', 'wb') as f: f.write(b'P5 20 12 255\nshort')
PY

ok() { run "$@"; [ "$code" -eq 0 ] || fail "embudo $*: $(cat err)"; }

# What was typed and does not hold of a data set is refused, and what holds is not.
for wish in '--size 32x32' '--fit pad' '--colour' '--background white' '--bad skip'; do
    t 1 "embudo: mnist: ${wish%% *} is for pictures" train mnist $wish --max-steps 1 -o none
done
t 0 "the run is in plain" train mnist --size 28x28 --grey --max-steps 1 -o plain

# Nothing but the folder: what is decided is said.
t 0 'bars: 2 folders are the classes: lie, stand' train bars --epochs 2 -o run
has err 'bars: images of 20x12, as the pictures are; --size WxH takes another'
has err 'bars: in grey, as the pictures are'
has err 'this one is made for images of 1x12x20; embudo new bars prints it'
t 0 'for images of 3x12x16; embudo new bars --size 16x12 --colour prints it' train bars --size 16x12 --colour --no-cache --max-steps 1 -o wished
t 0 'this one is made' train bars --epochs 2 -o again
[ "$(result run)" = "$(result again)" ] || fail 'the second start gives another run'
t 0 'this one is made' train bars --epochs 2 -o uncached --no-cache
same run/model.safetensors uncached/model.safetensors
t 0 'this one is made' train bars --epochs 2 -o streamed --memory 1
same run/model.safetensors streamed/model.safetensors
one_cache() {
    [ "$(find cache/embudo/pictures -name '*.pictures' | wc -l)" -eq 1 ] || fail "not one cache after $*"
    run data cache
    [ "$(wc -l <out)" -eq 1 ] || fail "data cache: $(cat out)"
}
one_cache train

# The model knows how pictures became its images; every command goes by it.
has run/model.safetensors 'pixel=uint8 divide=255 fit=crop background=000000 layout=CHW'
ok eval run
has out '^test MSE '
ok encode run bars --split all -o all.npy
ok encode run bars --split all -o all.csv
[ "$(head -n 2 all.csv | cut -d, -f1,2 | sed 's/,-*[0-9.e-]*$//')" = "$(printf 'file,code_0\nlie/00.pgm')" ] ||
    fail "the codes of a folder: $(head -n 2 all.csv)"
[ "$(cut -d, -f1 all.csv | sed 1d)" = "$(cd bars && find lie stand -type f | LC_ALL=C sort)" ] || fail 'names of a folder'
ok decode run all.npy -o from-npy.npy
ok decode run all.csv -o from-csv.npy
same from-npy.npy from-csv.npy

# An archive, and any other file that is a data set, is no picture.
XDG_CACHE_HOME=$work/cache-of-archives
(cd bars && tar -cf ../bars.tar .) && gzip -k bars.tar
python3 -c "import shutil; shutil.make_archive('bars', 'zip', 'bars')"
for set in bars.tar bars.tar.gz bars.zip; do
    ok encode run $set --split all -o of-archive.csv
    same all.csv of-archive.csv
    ok score run $set --split all -o of-archive.csv
    [ "$(wc -l <of-archive.csv)" -eq 61 ] || fail "scores of $set: $(wc -l <of-archive.csv) lines"
done
head -c 3000 bars.zip >cut.zip
t 1 'cut.zip: ' encode run cut.zip
t 1 'cut.zip: ' score run cut.zip
grep -q 'is not a picture' err && fail 'an archive was taken for a picture'
XDG_CACHE_HOME=$work/cache
one_cache eval
ok encode run bars/lie/00.pgm -o one.npy
[ "$(tail -c 64 one.npy | od -An -tx1)" = "$(head -c $(($(stat -c %s all.npy) - 59 * 64)) all.npy | tail -c 64 | od -An -tx1)" ] ||
    fail 'a file has other codes than the same picture in its folder'
ok train --resume run --epochs 3
run classify run --epochs 2 -o classes
[ "$code" -eq 0 ] || fail "classify: $(cat err)"
has out '^[01] stand '

# What is typed wins; a named network gives the size.
t 0 'this one is made for images of 1x16x24' train bars --size 24x16 --fit pad --background white --epochs 1 -o padded
has padded/model.safetensors 'fit=pad background=ffffff'
t 0 'bars has no test images' train bars --model notebook --epochs 1 -o notebook
has notebook/model.safetensors 'fit=crop'
t 0 'in colour; --grey takes grey' train colour --epochs 1 -o colour-run
has err 'colour: images of 32x32: pictures have larger sizes'
t 0 'has no test images' train colour --grey --size 28x28 --fit stretch --background 102030 --epochs 1 -o grey
has grey/model.safetensors 'fit=stretch background=102030'
t 0 'embudo new' train parted --epochs 1 -o parted-run
has err 'parted: the folders are the parts: 24 pictures to train, 6 to test, 0 to validate'
ok eval parted-run
has out '^6 test images of '
run new bars
has out '^input = 1, 12, 20 '

# Another state of the folder is another cache; a run notices that its data are others.
printf 'P5 20 12 255\n%240s' '' >bars/lie/new.pgm
t 1 'holds other data than when' eval run
rm bars/lie/new.pgm
ok eval run

# Refusals.
t 1 'run: is a run of embudo, not a data set; to go on with it: embudo train --resume run' train run --epochs 1 -o no
[ "$(wc -l <err)" -eq 1 ] || fail "train RUN says more: $(cat err)"
t 1 'bad: 1 of 3 pictures cannot be read: 2.pgm: announces' train bad --epochs 1 -o no
t 0 'bad: 1 picture cannot be read and is left out:' train bad --bad skip --epochs 1 -o skipped
t 1 '--bad skip' train bad --bad stop --epochs 1 -o no

# What was trained on some can be used on them: bad ones are left out with a warning, unless they must not.
cp -r bars spoilt
for i in 1 2 3 4; do printf 'P5 20 12 255\nshort' >spoilt/lie/x$i.pgm; done
t 0 'spoilt: 4 pictures cannot be read' train spoilt --bad skip --epochs 1 -o odd
for line in 'eval odd' 'encode odd' 'encode odd spoilt --bad skip' 'score odd spoilt --bad skip' 'similar odd 0' \
    'duplicates odd' 'cluster odd -k 2' 'reconstruct odd -o r.png' 'plot odd codes -o p.png' 'report odd' \
    'data preview odd -o d.png' 'classify odd --epochs 1 -o judge' 'train --resume odd --epochs 2'; do
    # shellcheck disable=SC2086
    t 0 'spoilt: 4 pictures cannot be read and are left out:' $line
done
# shellcheck disable=SC2086
for line in 'eval odd' 'encode odd' 'score odd'; do t 1 'lie/x4.pgm: announces' $line spoilt --bad stop; done
mkdir -p worse/train worse/test && cp bad/0.pgm bad/1.pgm worse/train && cp bad/1.pgm worse/test
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do printf 'P5 20 12 255\nshort' >worse/test/x$i.pgm; done
t 0 'worse: 12 pictures cannot be read and are left out:' eval odd worse
t 1 'worse: 12 of 15 pictures cannot be read: test/x1.pgm: ' train worse --epochs 1 -o no
has err '; test/x11.pgm: .*; and [1-9][0-9]* more; remove them, or leave them out with --bad skip$'
t 2 "--size: expected WxH" train bars --size 28
t 2 'two whole numbers from 1 to 65536 such as 64x48' train bars --size 100000x100000
t 2 '--grey and --colour' train bars --grey --colour
t 2 '--background: expected black' train bars --background blurple
mkdir empty && touch empty/notes.txt
t 1 'empty' train empty --epochs 1
gone no

# A colour profile is ignored, and that is said, also when the cache has the pictures. A TIFF's orientation
# that is none is no fault.
gzip -dc "$root/tests/parity/pictures.tar.gz" | tar -xf - profile.png turn1.tif
mkdir profiles && for i in 1 2 3 4 5 6 7 8; do cp profile.png profiles/$i.png; done
for i in 11 12 13 14; do cp bars/lie/$i.pgm profiles; done
for i in 1 2; do
    t 0 "profiles: 8 pictures have a colour profile other than sRGB's, which is ignored: colours may" \
        data export profiles -o profiles$i
done
t 0 "profile.png has a colour profile other than sRGB's, which is ignored" encode run profile.png -o -
python3 - <<'PY' || exit 1
data = bytearray(open('turn1.tif', 'rb').read())
order = 'little' if data[:2] == b'II' else 'big'
number = lambda at, size: int.from_bytes(data[at:at + size], order)
at = number(4, 4)
for i in range(number(at, 2)):
    if number(at + 2 + 12 * i, 2) == 274: data[at + 10 + 12 * i:at + 12 + 12 * i] = (9).to_bytes(2, order)
open('turn9.tif', 'wb').write(data)
PY
ok encode run turn1.tif -o one.csv
ok encode run turn9.tif -o nine.csv
[ "$(tail -1 one.csv | cut -d, -f2-)" = "$(tail -1 nine.csv | cut -d, -f2-)" ] || fail 'an orientation of 9 turns a picture'

# Stopped while decoding: one line, and nothing stays.
python3 - <<'PY' || exit 1
import os
os.makedirs('many')
with open('many/0.ppm', 'wb') as f: f.write(b'P6 1200 1200 255\n' + os.urandom(3 * 1200 * 1200))
for i in range(1, 3000): os.link('many/0.ppm', 'many/%d.ppm' % i)
PY
for signal in INT:130 TERM:143; do
    "$program" train many --epochs 1 -o no >out 2>err &
    tries=0
    until ls cache/embudo/pictures/*.pictures.tmp.* >/dev/null 2>&1 || [ $tries -ge 400 ]; do sleep 0.05 && tries=$((tries + 1)); done
    kill -${signal%:*} $!
    wait $!
    code=$?
    [ $code -eq ${signal#*:} ] || fail "SIG${signal%:*} while decoding: exit code $code: $(cat err)"
    [ "$(sed 's/ \[E[0-9]*\]$//' err)" = 'embudo: many: was interrupted while its pictures were decoded; nothing of them is kept' ] ||
        fail "SIG${signal%:*} while decoding says: $(cat err)"
    ! ls cache/embudo/pictures/*.tmp.* >/dev/null 2>&1 || fail "SIG${signal%:*} leaves $(ls cache/embudo/pictures)"
done
gone no
finish
