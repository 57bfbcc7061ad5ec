# A picture of what training sees: sh data_preview.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

t 0 '' data preview data --augment shift=2,flip --denoise gaussian=0.3 -o both.png
has out '^the picture is in both.png$'
exists both.png
t 0 '' data preview data --denoise salt=0.1 --count 2 --epochs 1 -o one.svg
t 0 '' data preview data --denoise salt=0.1 --count 2 --epochs 1 --seed 42 -o same.svg
same one.svg same.svg
t 0 '' data preview data --denoise salt=0.1 --count 2 --epochs 1 --seed 43 -o other.svg
! cmp -s one.svg other.svg || fail 'another seed draws the same'
t 0 'nothing changes the images' data preview data
exists preview.png

# A run's own changes, seed and images; or others on its images.
t 0 'stopped after 3 steps' train data --max-steps 3 --denoise salt=0.1 --seed 43 -o run
t 0 '' data preview run --count 2 --epochs 1 -o run.svg
same run.svg other.svg
t 0 '' data preview run --denoise mask=0.5 -o masked.png

# A set that is one array: what its training holds out is not shown, nor counted.
python3 - <<'PY' || exit 1
header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (30, 8, 8), }"
with open('one.npy', 'wb') as f:
    f.write(b'\x93NUMPY\x01\x00' + (len(header) + 1).to_bytes(2, 'little') + header + b'\n')
    f.write(bytes((i * 7 + k) % 256 for i in range(30) for k in range(64)))
PY
t 0 'one.npy has no test images: 5 of its 30 images are held out' data preview one.npy --augment flip -o set.svg
t 0 'stopped after 1 step' train one.npy --augment flip --max-steps 1 -o onerun
t 0 '' data preview onerun -o onerun.svg
same set.svg onerun.svg

t 2 'expected gaussian=X, salt=X or mask=X' data preview data --denoise blur=1
t 1 'shift=28 moves images of 28x28 out of sight' data preview data --augment shift=28 -o no.png
t 1 'nothere' data preview nothere -o no.png
t 1 'no.bmp' data preview data --augment flip -o no.bmp
t 2 'SET|RUN is missing' data preview
t 2 '--count: expected' data preview data --count 65
gone no.png no.bmp
finish
