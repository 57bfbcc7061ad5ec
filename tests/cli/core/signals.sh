# Networks for data that are not pictures: signals are drawn as lines, other channels side by side. What each
# drawing looks like: tests/draw/test_view.c: sh signals.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# array NAME SHAPE COUNT: uint8 numbers that look like nothing, and labels 0 and 1 beside them.
array() {
    head="{'descr': '|u1', 'fortran_order': False, 'shape': ($2), }"
    { printf '\223NUMPY\001\000\166\000%-117s\n' "$head"
      gzip -dc "$root/data/mnist/t10k-images-idx3-ubyte.gz" | tail -c +3001 | head -c "$3"; } >"$1.npy" 2>/dev/null
    head="{'descr': '|u1', 'fortran_order': False, 'shape': (60,), }"
    { printf '\223NUMPY\001\000\166\000%-117s\n' "$head"
      i=0; while [ $i -lt 30 ]; do printf '\000\001'; i=$((i + 1)); done; } >"$1-labels.npy"
}

# network NAME INPUT NUMBERS UNFLATTEN
network() {
    printf 'latent = 2\ninput = %s\nencoder = Sequential(Flatten(), Linear(%s, latent))\ndecoder = Sequential(Linear(latent, %s), Sigmoid()%s)\n' \
        "$2" "$3" "$3" "$4" >"$1.net"
}

array signal '60, 50' 3000
network signal 50 50 ''
array stereo '60, 2, 1, 50' 6000
network stereo '2, 1, 50' 100 ', Unflatten(1, (2, 1, 50))'
array two '60, 2, 6, 5' 3600
network two '2, 6, 5' 60 ', Unflatten(1, (2, 6, 5))'
array four '60, 4, 6, 5' 7200
network four '4, 6, 5' 120 ', Unflatten(1, (4, 6, 5))'

pictures=yes
for name in signal stereo two four; do
    t 0 "the run is in $name" train $name.npy --model $name.net --epochs 2 -o $name --report
    grep -q 'libcairo2-dev' err && pictures=no
    grep -q 'no report' err && [ $pictures = yes ] && fail "$name: $(cat err)"
    t 0 '' encode $name $name.npy --split train -o $name.csv
    [ $pictures = yes ] || continue
    exists $name/epoch-01.png $name/epoch-02.png $name/report.html
    grep -q 'id="reconstructions"' $name/report.html || fail "$name: the report shows no images"
    for kind in codes errors manifold walk samples traversal prior filters network; do
        run plot $name $kind -o $name-$kind.svg
        [ "$code" -eq 0 ] || fail "$name $kind: $(cat err)"
        exists $name-$kind.svg
    done
    run plot $name filters --images 3 -o $name-image.png
    run plot $name walk -o $name.apng
    run reconstruct $name -o $name-page.png
    run decode $name 0,1 1,0 -o $name-decoded.png
    run decode $name 0,1 1,0 -o $name-folder/
    exists $name-image.png $name.apng $name-page.png $name-decoded.png $name-folder/00001.png
done
if [ $pictures = yes ]; then
    # Lines are paths in an SVG, not pixels.
    grep -q '<path' signal-walk.svg || grep -q '<polyline' signal-walk.svg || fail 'no lines'
    grep -q '<image' signal-walk.svg && fail 'a signal as pixels'
    grep -q '<image' two-walk.svg || fail 'channels are no pixels'
fi

# TensorBoard's sheet, and its sprite.
run train two.npy --model two.net --epochs 1 --tensorboard -o board
if [ "$code" -eq 0 ] && ! grep -q 'protobuf' err; then exists board/tensorboard/codes-sprite.png; fi
finish
