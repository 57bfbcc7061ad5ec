# Sets that come as an archive: fetched, checked, unpacked, removed: sh data_archives.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
. "$root/tests/cli/data/mirror.inc"

# CIFAR-10's files as small as they may be: 4 records each, of label 3 and 3 x 32 x 32 pixels.
mkdir -p "$work/tree/cifar-10-batches-bin" "$work/tree/cifar-10-batches-bin/deep"
record() { printf '\003' && head -c 3072 "$work/files/a.bin"; }
for name in data_batch_1 data_batch_2 data_batch_3 data_batch_4 data_batch_5 test_batch; do
    for i in 1 2 3 4; do record; done >"$work/tree/cifar-10-batches-bin/$name.bin"
done
printf '%s\n' airplane automobile bird cat deer dog frog horse ship truck \
    >"$work/tree/cifar-10-batches-bin/batches.meta.txt"
echo inner >"$work/tree/cifar-10-batches-bin/deep/inner.txt"
(cd "$work/tree" && tar -cf - cifar-10-batches-bin | gzip -9) >"$work/files/set.tar.gz"
head -c 1000 "$work/files/set.tar.gz" >"$work/files/torn.tar.gz"
sizes() { wc -c <"$work/files/$1" | tr -d ' '; }
archive() { # archive NAME: a list of one set of one archive
    printf 'set digits\narchive %s %s %s\nmirror %s/good/\n' "$1" "$(sizes "$1")" "$(sum "$work/files/$1")" \
        "$url" >list.txt
}

archive set.tar.gz
t 0 'set.tar.gz: unpacked, 7 files' data get digits --list list.txt
has err 'set.tar.gz: .* SHA-256 is right'
[ "$(cat out)" = "$set" ] || fail "printed $(cat out)"
gone "$set/set.tar.gz"
gone "$set/inner.txt"
same "$set/test_batch.bin" "$work/tree/cifar-10-batches-bin/test_batch.bin"
t 0 '' data --list list.txt
has out "digits .*$set"
t 0 'is there already' data get digits --list list.txt
t 0 '' data export "$set" --as pgm -o exported --limit 4 --part train
[ -d exported ] || fail 'no pictures'

# Killed between the download and the unpacking, or within it: the same command ends it.
rm -rf "$set" && mkdir -p "$set" && cp "$work/files/set.tar.gz" "$set/"
printf half >"$set/test_batch.bin.part"
: >"$work/server.log"
t 0 'unpacked, 7 files' data get digits --list list.txt
[ ! -s "$work/server.log" ] || fail 'asked for what is there'
same "$set/test_batch.bin" "$work/tree/cifar-10-batches-bin/test_batch.bin"
gone "$set/test_batch.bin.part"

# An archive that is another one by now is fetched again.
echo 0000 >"$set/set.tar.gz.unpacked"
t 0 'unpacked, 7 files' data get digits --list list.txt

# Right by its sum, and yet no archive, or a torn one: one line, and nothing is said to be there.
rm -rf "$set"
archive a.bin
t 1 'a.bin: is no tar or ZIP archive' data get digits --list list.txt
gone "$set/a.bin.unpacked"
rm -rf "$set"
archive torn.tar.gz
t 1 'torn.tar.gz' data get digits --list list.txt
gone "$set/torn.tar.gz.unpacked"

# The known ones say how to get them.
for name in cifar-10 cifar-100; do t 1 "'embudo data get $name' downloads it" train $name; done
for name in emnist emnist-letters; do t 1 "'embudo data get emnist' downloads it" train $name; done
printf 'set digits\narchive a.bin 5\n' >list.txt
t 1 'archive NAME SIZE SHA256' data get digits --list list.txt
finish
