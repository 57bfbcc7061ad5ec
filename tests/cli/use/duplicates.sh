# Pictures that are there more than once: sh duplicates.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
command -v python3 >/dev/null 2>&1 || { echo 'needs python3'; exit 77; }

# 60 drawings of 40 x 40; three again as they are, one twice; two darker, one shifted.
python3 - <<'PY' || exit 1
import math, os, random
os.makedirs('drawings')
def draw(seed, gain=1, shift=0):
    r = random.Random(seed)
    blobs = [(r.uniform(5, 35), r.uniform(5, 35), r.uniform(3, 8), r.uniform(-.4, .6)) for _ in range(6)]
    return bytes(int(255 * min(1, max(0, gain * (.4 + sum(a * math.exp(-((x + shift - u) ** 2 + (y - v) ** 2) / s ** 2)
                 for u, v, s, a in blobs))))) for y in range(40) for x in range(40))
def put(name, body):
    with open('drawings/' + name, 'wb') as f: f.write(b'P5 40 40 255\n' + body)
for i in range(60): put('%02d.pgm' % i, draw(i))
for i, name in ((3, 'copy-03'), (4, 'copy-04'), (4, 'copy-04-again')): put(name + '.pgm', draw(i))
put('dark-07.pgm', draw(7, .7)); put('dark-08.pgm', draw(8, .8)); put('shifted-09.pgm', draw(9, 1, 2))
PY
run train drawings --epochs 1 -o run
[ "$code" -eq 0 ] || fail "train: $(cat err)"

# Copies first; counts are pictures.
t 0 'drawings: of 66 images 3 are a copy of another and 3 are nearly so, in 5 groups' duplicates run drawings
cat >expected <<'END'
group,file,label,kind,likeness
0,03.pgm,,first,1.0000
0,copy-03.pgm,,copy,1.0000
1,04.pgm,,first,1.0000
1,copy-04-again.pgm,,copy,1.0000
1,copy-04.pgm,,copy,1.0000
2,07.pgm,,first
2,dark-07.pgm,,alike
3,08.pgm,,first
3,dark-08.pgm,,alike
4,09.pgm,,first
4,shifted-09.pgm,,alike
END
head -n 6 out >got
tail -n +7 out | cut -d, -f1-4 >>got
same got expected
mv out twice.csv
t 0 'in 5 groups' duplicates run -o again.csv --threads 3
same twice.csv again.csv
t 0 'of 66 images 3 are a copy of another and 0 are nearly so, in 2 groups' duplicates run --likeness 1
# A copy of a picture that is only like the first of its group is a copy all the same.
mkdir twice && cp drawings/0[0-7].pgm drawings/dark-07.pgm twice
for i in a b; do cp drawings/07.pgm twice/07$i.pgm; done
cp drawings/dark-07.pgm twice/dark-07-again.pgm
t 0 'twice: of 12 images 3 are a copy of another and 1 is nearly so, in 1 group' duplicates run twice
[ "$(cut -d, -f2,4 out | tr '\n' ' ')" = 'file,kind 07.pgm,first 07a.pgm,copy 07b.pgm,copy dark-07-again.pgm,alike dark-07.pgm,copy ' ] ||
    fail "kinds: $(cat out)"
t 0 'of 12 images 3 are a copy of another and 0 are nearly so, in 2 groups' duplicates run twice --likeness 1
# What shows nothing is no copy.
mkdir paper && cp drawings/0*.pgm paper
for i in a b c; do { printf 'P5 40 40 255\n' && head -c 1600 /dev/zero | tr '\000' '\377'; } >paper/$i.pgm; done
t 0 'paper: of 13 images 0 are a copy of another and 0 are nearly so, in 0 groups' duplicates run paper
has err '3 images are of one colour, and not compared'
run duplicates run -o sheet.png
if ! grep -q 'pictures need cairo' err; then
    exists sheet.png
    same out twice.csv
fi
t 0 'no none.png: there is nothing to show' duplicates run --split val --likeness 1 -o none.png
gone none.png

# The help's examples.
"$program" train mnist --max-steps 50 -o runs/001 >out 2>err || fail "train: $(cat err)"
: >err
"$program" help duplicates | sed -n 's/^ *embudo \(duplicates runs.*\)$/\1/p' | sed 's/   .*//' >examples
[ -s examples ] || fail 'no examples'
cp -r drawings photos
while read -r line; do
    # shellcheck disable=SC2086
    "$program" $line >out 2>>err </dev/null || grep -q 'pictures need cairo' err || fail "$line: $(cat err)"
done <examples
exists twice.csv
has err 'neighbours of pixels come from an index that finds [0-9.]* % of them'

# What cannot be done is said in a line.
t 2 "--output: expected a name that ends in .csv, .png, .svg or .pdf, or -, got 'x.txt'" duplicates run -o x.txt
t 2 '--likeness' duplicates run --likeness 2
t 1 'nowhere' duplicates nowhere
finish
