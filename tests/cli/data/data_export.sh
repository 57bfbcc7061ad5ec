# A data set as pictures, and the cache of pictures: sh data_export.sh PROGRAM REPOSITORY
#
# Names and pixels: tests/data/test_picture_export.c. Here is what a person types.
program=$1 root=$2
. "$root/tests/cli/common.inc"
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME

t 0 'the cache holds no pictures' data cache
t 0 '' data export mnist --limit 300 -o first
has out '^600 pictures are in first$'
exists first/train/5/00000.png first/test/7/00000.png
[ "$(find first -type f | wc -l)" -eq 600 ] || fail 'not 600 files'
t 1 'first: is not empty' data export mnist -o first

# Read back and written again, in whatever format keeps pixels, it is the same.
t 0 '10 folders are the classes' data export first --as pgm -o second
exists second/train/0/00000.pgm
t 0 '10 folders are the classes' data export second -o third
t 0 '10 folders are the classes' data export third -o fourth --threads 1
diff -r third fourth >/dev/null || fail 'not the same pictures'
t 0 '10 folders' data export second --as jpeg --quality 50 -o fifth
exists fifth/test/0/00000.jpg

# A part; the usual name; a picture's size.
t 0 '' data export mnist --part test --limit 7
has out '^7 pictures are in mnist-png$'
[ "$(ls mnist-png)" = test ] || fail "mnist-png has $(ls mnist-png)"
t 0 'in grey' data export mnist-png --size 8x6 -o small
t 0 '10 folders' data export fifth/ --part train --as pgm --no-cache --limit 1
has out "^1 picture is in fifth-pgm$"
exists fifth-pgm/train/0/00000.pgm

# Ctrl-C leaves nothing.
if [ "$(uname)" = Linux ]; then
    "$program" data export mnist -o stopped >out 2>err &
    pid=$!
    while [ ! -d stopped/train ] && kill -0 $pid 2>/dev/null; do sleep 0.05; done
    kill -TERM $pid
    wait $pid
    code=$?
    [ $code -eq 143 ] || [ $code -eq 0 ] || fail "SIGTERM: exit code $code"
    [ $code -eq 0 ] || { has err 'stopped; what was written to stopped is removed' && gone stopped; }
fi

t 2 'DATASET is missing' data export
t 1 'nothere: no such' data export nothere
t 2 '--quality is for --as jpeg' data export mnist --quality 5
t 2 '--as: expected one of png|jpeg|pgm' data export mnist --as bmp
t 2 '--limit: expected a whole number from 1' data export mnist --limit 0
# What no picture can be is said of the data set.
{ printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 5, 6, 6), }" && head -c 180 /dev/zero; } >five.npy
t 1 'five.npy: images of 5x6x6: pictures have 1 or 3 channels' data export five.npy -o five
{ printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 1), }" && printf '\0\0\200\277\0\0\0\0'; } >minus.npy
t 1 'minus.npy: image 0 has the number -1: pixels of pictures are 0 to 1' data export minus.npy -o minus
t 1 'no/where: cannot make the folder' data export mnist --limit 1 -o no/where

t 0 '' data cache
has out "  600 images of 1x28x28 .*$work/first\$"
touch cache/embudo/pictures/mine
t 0 '' data cache clear
has out '^removed [0-9]* files, '
[ "$(ls cache/embudo/pictures)" = mine ] || fail "the cache has $(ls cache/embudo/pictures)"
t 0 'the cache holds no pictures' data cache
t 2 "expected clear, got 'claer'; did you mean 'clear'?" data cache claer
finish
