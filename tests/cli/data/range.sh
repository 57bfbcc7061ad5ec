# Which numbers a network reads: what a training records of its images, and that pictures and data
# sets are read by it, or refused: sh range.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
say() { grep -q -- "$2" "$1" || fail "$3: $1 has no '$2': $(cat "$1")"; }
saynot() { ! grep -q -- "$2" "$1" || fail "$3: $1 has '$2'"; }

# array NAME TYPE SCALE OFFSET: 60 images of 4x4 whose pixels are the bytes i * 37 mod 256, times
# SCALE and OFFSET more.
array() {
    awk -v type="$2" -v scale="$3" -v offset="$4" 'BEGIN {
        head = "{\x27descr\x27: \x27" type "\x27, \x27fortran_order\x27: False, \x27shape\x27: (60, 4, 4), }"
        while (length(head) < 117) head = head " "
        print head
        for (i = 0; i < 960; i++) print (i * 37 % 256) * scale + offset
    }' >"$1.txt"
    perl -e 'my ($type, @n) = ($ARGV[0]); open F, $ARGV[1]; my $head = <F>; chomp $head; @n = <F>;
        binmode STDOUT; print "\x93NUMPY\x01\x00", pack("v", length($head) + 1), $head, "\n";
        print pack($type eq "|u1" ? "C*" : "f<*", @n);' "$2" "$1.txt" >"$1.npy"
}
# The first image as a picture.
{ printf 'P2\n4 4\n255\n'; i=0; while [ $i -lt 16 ]; do echo $((i * 37 % 256)); i=$((i + 1)); done; } >one.pgm
command -v perl >/dev/null 2>&1 || { echo 'skipped: perl'; exit 77; }
array bytes '|u1' 1 0
array dark '|u1' 0.0625 0
array unit '<f4' 0.00392156862745098 0
array whole '<f4' 1 0
array sixteen '<f4' 0.0625 0
array signed '<f4' 0.00784313725490196 -1
array tiny '<f4' 1e-20 0
cat >end.net <<'END'
input = 1, 4, 4
encoder = Sequential(Flatten(), Linear(16, 2))
decoder = Sequential(Linear(2, 16), Unflatten(1, (1, 4, 4)))
END
sed 's/Linear(2, 16)/Linear(2, 16), Sigmoid()/' end.net >sigmoid.net
sed 's/Linear(2, 16)/Linear(2, 16), Tanh()/' end.net >tanh.net

learn() { # learn RUN ARGS: one epoch, into err what was said
    folder=$1
    shift
    run train "$@" --epochs 1 -o "$folder"
    [ "$code" -eq 0 ] || fail "train $*: $(cat err)"
}
pre() { say "$1/model.safetensors" "embudo.preprocessing\":\"$2\"" "$1"; }

learn b bytes.npy --model sigmoid.net && pre b 'pixel=uint8 divide=255 layout=CHW'
saynot err "numbers lie" bytes
learn u unit.npy --model sigmoid.net && pre u 'pixel=float32 low=0 high=1 layout=CHW'
learn s sixteen.npy --model end.net && pre s 'pixel=float32 low=0 high=15.9375 layout=CHW'
say s/run.json '"high": 15.9375' s
learn p sixteen.npy --model end.net --pixel-range 0..15.9375
pre p 'pixel=float32 low=0 high=15.9375 black=0 white=15.9375 layout=CHW'
learn m signed.npy --model tanh.net --pixel-range -1..1
saynot err "numbers lie" "-1..1 with Tanh"

# The same picture has the code of its floats, or none.
run encode p one.pgm
picture=$(sed -n 2p out | cut -d, -f2-3)
run encode p sixteen.npy --split all
grep -qF -e "$picture" out || fail "a picture's code, $picture, is not one of its floats' codes: $(cat out)"
t 0 '' encode u one.pgm
run encode s one.pgm
[ "$code" -eq 1 ] || fail "a picture for floats 0..16 without black and white: $code"
say err 'trained on floats from 0 to 15.9375' "a picture for floats"
say err 'pixel-range' "a picture for floats"
for words in 'eval s bytes.npy' 'reconstruct s bytes.npy -o x.png' 'export s --onnx --uint8 -o onnx' \
    'export s bytes.npy --c c --int8' 'plot s errors bytes.npy -o x.png' 'report s bytes.npy -o x.html'; do
    # shellcheck disable=SC2086
    run $words
    [ "$code" -eq 1 ] && say err 'nothing says which of them are' "$words" || fail "$words: $code"
done

# A PSNR needs a black and a white.
run eval u unit.npy && say out '^test PSNR' 'floats 0..1'
run eval p sixteen.npy && say out '^test PSNR' 'a pixel range'
run eval p bytes.npy && say out '^PSNR' 'bytes by a pixel range'
run eval s sixteen.npy && saynot out 'PSNR' 'floats 0..16'
run report s sixteen.npy -o page.html && saynot page.html 'PSNR' 'a page of floats 0..16'
run eval b whole.npy
say err "from 0 to 255, and the network was trained on pixels from 0 to 1" "floats 0..255 for bytes"
saynot out PSNR 'floats 0..255 for bytes'
run eval p unit.npy && say err 'numbers lie from 0 to 1' 'floats 0..1 for 0..16'
run eval u unit.npy && saynot err 'numbers lie' 'floats 0..1 for the same'

# Bytes without white.
learn d dark.npy --model sigmoid.net
say err "the images' bytes only reach 15 of 255" 'bytes 0..15'
run eval d dark.npy && saynot out PSNR 'bytes 0..15'
# Before and after training, a note says what the last layer cannot give.
learn w whole.npy --model sigmoid.net
[ "$(grep -c 'only gives 0 to 1 and cannot reach the rest. Divide them by 255' err)" -ge 1 ] ||
    fail "floats 0..255 with a Sigmoid: $(cat err)"
saynot err 'more --epochs' 'floats 0..255 with a Sigmoid'
learn n signed.npy --model sigmoid.net && say err 'Scale them to 0..1' '-1..1 with a Sigmoid'
learn t tiny.npy --model end.net && say err 'weights for numbers of about 1' 'tiny numbers'
run eval t tiny.npy && saynot out 'nan\|0\.000000$' 'tiny numbers'

# Whole numbers if the error is 0: no share can be given.
printf 'input = 1, 4, 4\nencoder = Sequential(Flatten())\ndecoder = Sequential(Unflatten(1, (1, 4, 4)))\n' >same.net
learn i bytes.npy --model same.net
run export i bytes.npy --c c --int8
say out '^test MSE 0.000000 in float, 0.000000 in whole numbers, on 10 test images of .*bytes.npy$' 'an error of 0'
run eval i bytes.npy && saynot out 'nan\|inf' 'an error of 0'

t 2 'expected two different numbers' train sixteen.npy --pixel-range 3
t 2 'expected two different numbers' train sixteen.npy --pixel-range 1..1
t 2 'expected two different numbers' train sixteen.npy --pixel-range 0..1e39
t 2 'expected two different numbers' train sixteen.npy --pixel-range a..b
t 1 'pixel-range is for arrays of floats' train bytes.npy --model end.net --pixel-range 0..16
t 2 'pixel-range is for --images' classify p sixteen.npy --pixel-range 0..16
t 2 'expected two different numbers' classify --images sixteen.npy --pixel-range 2
t 2 'pixel-range cannot change' train --resume p --pixel-range 0..16
finish
