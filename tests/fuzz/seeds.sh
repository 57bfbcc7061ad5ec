#!/bin/sh
# seeds.sh PROGRAM REPOSITORY FOLDER: for each reader the corpus unpacked and a few files that embudo makes.
set -eu
program=$1 root=$2 folder=$3
rm -rf "$folder"
for reader in $(sh "$root/tests/fuzz/corpus.sh" readers); do
    mkdir -p "$folder/$reader"
    [ ! -e "$root/tests/fuzz/corpus/$reader.tar.gz" ] || # a new reader's
        sh "$root/tests/fuzz/corpus.sh" unpack "$reader" "$folder/$reader"
done
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
printf '\000\000\010\003\000\000\000\002\000\000\000\002\000\000\000\002abcdefgh' >"$folder/idx_images/plain"
gzip -c <"$folder/idx_images/plain" >"$folder/idx_images/gzip"
printf '\000\000\010\001\000\000\000\002\001\002' >"$folder/idx_labels/plain"
gzip -c <"$folder/idx_labels/plain" >"$folder/idx_labels/gzip"
cp "$root"/models/*.net "$folder/notation"
# One that misses its input's size, so that what would fit is sought.
sed '/^input/s/28, 28/29, 29/' "$root/models/notebook.net" >"$folder/notation/missed"
{ printf 'input = 1, 28, 28\nencoder = Sequential('; yes 'Conv2d(1, 1, 3, padding=1),' | head -900
  printf 'Flatten(), Linear(784, 4))\ndecoder = Sequential(Linear(4, 841), Unflatten(1, (1, 29, 29)))\n'; } >"$folder/notation/long"
cp "$root"/examples/*.py "$root"/tests/parity/classes/*.py "$folder/python"
cp "$root"/examples/*.ipynb "$root"/tests/parity/classes/*.ipynb "$folder/notebook"
seed() { cat >"$folder/request/$1"; } # NAME: a request
for target in / /api/1/ /api/1/run /api/1/codes '/api/1/decode?code=0.5,-1&as=png' '/api/1/neighbours?code=1,2&most=3' /api/1/images/3 \
    '/api/1/images/3/layer?layer=1' /api/1/images/3/error.png '/api/1/clusters?k=2' '/api/1/film.gif?code=0,0&delay=40' /api/1/unusual; do
    printf 'GET %s HTTP/1.1\nHost: 127.0.0.1:8080\n\n' "$target" | seed "get$(echo "$target" | tr -c 'a-z0-9\n' _)"
done
for path in decode return encode images neighbours film.gif; do
    { printf 'POST /api/1/%s HTTP/1.1\nHost: 127.0.0.1:8080\nContent-Length: 16\nContent-Type: application/octet-stream\n\n' $path
      head -c 16 /dev/zero; } | seed post_$path
done
printf 'POST /api/1/decode HTTP/1.1\nHost: localhost:8080\nOrigin: http://127.0.0.1:8080\nContent-Length: 8\nContent-Type: text/csv\n\n0,0\n1,1\n' | seed csv
{ printf 'POST /api/1/encode HTTP/1.1\nHost: 127.0.0.1:8080\nContent-Length: 15\nContent-Type: image/x-pgm\n\n'
  printf 'P5 2 2 255\nabcd'; } | seed pgm
printf 'POST /api/1/training/stop HTTP/1.1\nHost: 127.0.0.1:8080\nAuthorization: Bearer 0123456789abcdef0123456789abcdef\nContent-Length: 0\n\n' | seed change
cat >tiny.net <<'END'
input = 1, 2, 2
encoder = Sequential(Flatten(), Linear(4, 1))
decoder = Sequential(Linear(1, 4), Unflatten(1, (1, 2, 2)))
END
cat >conv.net <<'END'
input = 1, 6, 6
encoder = Sequential(Conv2d(1, 2, 3, stride=2, padding=1), Tanh(), Flatten(), Linear(18, 2))
decoder = Sequential(Linear(2, 8), ReLU(), Unflatten(1, (2, 2, 2)), ConvTranspose2d(2, 1, 3, stride=3, padding=0, output_padding=0), Sigmoid())
END
cp tiny.net conv.net "$folder/notation"
{ printf '\000\000\010\003\000\000\000\012\000\000\000\002\000\000\000\002'; head -c 40 /dev/zero | tr '\000' '\100'; } >train-images-idx3-ubyte
{ printf '\000\000\010\001\000\000\000\012'; head -c 10 /dev/zero; } >train-labels-idx1-ubyte
cp train-images-idx3-ubyte t10k-images-idx3-ubyte && cp train-labels-idx1-ubyte t10k-labels-idx1-ubyte
"$program" train . --model tiny.net --max-steps 1 --batch-size 4 -o run >/dev/null 2>&1
cp run/model.safetensors "$folder/model/model" && cp run/checkpoints/* "$folder/checkpoint/"
cp run/checkpoints/* "$folder/model/checkpoint"
"$program" export run --onnx -o onnx >/dev/null && cp onnx/*.onnx "$folder/onnx"
"$program" encode run . -o codes.npy >/dev/null && cp codes.npy "$folder/npy/codes" && cp codes-labels.npy "$folder/npy/labels"
"$program" encode run . -o codes.npz >/dev/null && cp codes.npz "$folder/npz/stored"
printf 'code_0,code_1,label\n1,2,3\n-0.5,1e3,4\n' >"$folder/codes/named"
printf '1,2\n3,4\n' >"$folder/codes/plain"
"$program" decode run 0.5 -o pictures/ >/dev/null && cp pictures/*.png "$folder/picture"
printf 'P5 2 2 255\nabcd' >"$folder/picture/grey.pgm"
mkdir drawn
for i in 1 2; do
    awk -v i=$i 'BEGIN { print "P3 40 33 255"; for (k = 0; k < 3960; k++) print int(k * k * i / 97 + k) % 256 }' >drawn/$i.ppm
done
"$program" data export drawn --as jpeg --size 40x33 --part train -o photos >/dev/null 2>&1
find photos -name "*.jpg" -exec cp {} "$folder/picture" \;
printf 'P3 1 1 255\n1 2 3\n' >"$folder/picture/colour.ppm"
tar --format=ustar -cf "$folder/archive/ustar" tiny.net conv.net && tar --format=pax -cf "$folder/archive/pax" tiny.net
gzip -c <"$folder/archive/pax" >"$folder/archive/gzip" && cp codes.npz "$folder/archive/zip"
{ printf '\001\002'; head -c 3072 /dev/zero; } >"$folder/cifar/one"
mkdir -p photos/train/cat photos/train/dog photos/test/dog
printf 'P5 2 2 255\nabcd' >photos/train/cat/1.pgm
printf 'P5 3 2 255\nabcdef' >photos/train/dog/2.pgm
printf 'P6 1 2 255\nabcdef' >photos/test/dog/3.ppm
printf 'P5 2 2 255\nab' >photos/test/dog/cut.pgm
for wishes in '--grey' '--colour --fit pad --size 4x3'; do
    XDG_CACHE_HOME=$work/cache "$program" data export photos $wishes --bad skip -o "export$wishes" >/dev/null 2>&1
done
cp cache/embudo/pictures/*.pictures "$folder/picture_cache/"
