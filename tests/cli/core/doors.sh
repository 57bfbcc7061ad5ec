# Hostile folders: links, hard links, FIFOs, devices, long names, modes, pairs, what changes while it
# is read. Nothing outside of what was named is read or written, nothing hangs, and the reason is the
# true one: sh doors.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
cat >tiny.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 2))
decoder = Sequential(Linear(2, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
END
tiny='train data --model tiny.net --threads 1'
timed=
command -v timeout >/dev/null && timed='timeout 20'

# What must never change: its bytes, and that nothing is beside it.
victim() {
    rm -rf away && mkdir -p away/folder && printf kept >away/victim && printf kept >away/folder/inside
}
untouched() {
    [ "$(cat away/victim away/folder/inside)" = keptkept ] || fail "$*: the victim was written"
    [ "$(find away | wc -l)" -eq 4 ] || fail "$*: made beside the victim: $(find away)"
}
# quick CODE TEXT ARGS: t, which must not hang.
quick() {
    want=$1 text=$2
    shift 2
    $timed "$program" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq "$want" ] || fail "embudo $*: exit code $code, expected $want: $(cat err)"
    [ -z "$text" ] || grep -qF -e "$text" err || fail "embudo $*: expected '$text', got: $(cat err)"
}

t 0 '' --version
quick 0 'the run is in' $tiny --epochs 1 -o base
quick 0 'the run is in' $tiny --epochs 3 --max-steps 12 --tensorboard -o part

# ---- links where a run writes: refused before anything is done, by whatever they lead to ----------
for name in .lock checkpoints tensorboard model.safetensors best.safetensors history.csv run.json epoch-01.png; do
    for target in ../away/victim ../away/folder nowhere "$name"; do
        victim
        rm -rf new && mkdir new && ln -s "$target" "new/$name"
        quick 1 "new/$name" $tiny --epochs 1 --tensorboard -o new
        untouched "new/$name -> $target"
        [ -h "new/$name" ] || fail "new/$name: the link was replaced"
        [ "$(ls new)" = "$(ls -d "new/$name" 2>/dev/null | sed 's/^new.//;/^[.]/d')" ] || [ -h "new/$name" ] || fail "new/$name -> $target: $(ls -a new)"
    done
done
for name in confusion.csv confusion.png model.safetensors; do
    victim
    rm -rf new && mkdir new && ln -s ../away/victim "new/$name"
    quick 1 "new/$name: is a link or " classify base data --epochs 1 --threads 1 -o new
    untouched "new/$name"
    grep -q '^training' err && fail "new/$name: found out after the training"
done
# The same if a training is resumed, and with a folder in place of a file and the reverse.
for name in .lock checkpoints tensorboard model.safetensors history.csv run.json; do
    victim
    rm -rf again && cp -r part again && rm -rf "again/$name" && ln -s ../away/folder "again/$name"
    quick 1 "again" train --resume again
    untouched "again/$name"
done
# Another run's checkpoints are not this one's.
rm -rf again && cp -r part again && rm -rf again/checkpoints && ln -s ../part/checkpoints again/checkpoints
before=$(ls part/checkpoints)
quick 1 'again/checkpoints: is a link or a file, but should be a folder' train --resume again
[ "$(ls part/checkpoints)" = "$before" ] || fail "another run's checkpoints went: $(ls part/checkpoints)"
# A hard link is a second name of another file: never written through.
for name in .lock model.safetensors history.csv run.json; do
    victim
    rm -rf new && mkdir new && ln away/victim "new/$name" && quick "$(case $name in .lock | model*) echo 1 ;; *) echo 0 ;; esac)" 'new' $tiny --epochs 1 -o new
    untouched "hard link new/$name"
done
rm -rf again && cp -r base again && ln again/history.csv other && quick 1 'second name' plot again loss
rm -f other
# FIFOs, sockets and folders in their place.
for name in .lock model.safetensors history.csv run.json checkpoints; do
    rm -rf new && mkdir new && mkfifo "new/$name" && quick 1 "new/$name" $tiny --epochs 1 -o new
done
# The folder itself may not be a link; it says so.
ln -s base latest
quick 1 'latest: is a link; name the folder itself' $tiny --epochs 1 -o latest
quick 1 'latest: is a link' train --resume latest/
quick 1 'latest: is a link' report latest data
quick 0 '' info latest/.

# ---- what a command itself leaves in a run's folder -----------------------------------------------
while read -r name args; do
    victim
    rm -rf "base/$name" && ln -s ../away/victim "base/$name"
    quick 1 "base/$name: cannot write" $args
    untouched "base/$name"
    rm -f "base/$name"
done <<'END'
report.html report base data
decode.png decode base 0.5,-1
reconstruct.png reconstruct base data
loss.png plot base loss
codes.png plot base codes data
encoder.onnx export base --onnx
END

# The same for files that the program names in a user's folder, which may be a link itself.
mkdir to && ln -s to through
while read -r name args; do
    victim
    rm -rf "to/$name" && ln -s ../away/victim "to/$name"
    quick 1 "through/$name: cannot write" $args
    untouched "to/$name"
    rm -f "to/$name"
done <<'END'
00000.png decode base 0.5,-1 -o through/
decoder.onnx export base --onnx -o through
embudo_model.h export base --c through
compare.csv compare data --latent 2 --epochs 1 --threads 1 -o through
END
quick 0 '' export base --c through && exists to/embudo_model.c to/embudo_model.h

# ---- outputs that the user names: a link stays, and its target is replaced -----------------------
codes='encode base data -o'
for kind in csv npy npz; do
    rm -rf real && mkdir real && printf old >"real/f.$kind" && chmod 600 "real/f.$kind"
    ln -sf "real/f.$kind" "one.$kind" && ln -sf "$PWD/one.$kind" "two.$kind"
    quick 0 '' $codes "two.$kind"
    [ -h "two.$kind" ] && [ -h "one.$kind" ] || fail "two.$kind: the link was replaced"
    [ "$(head -c 3 "real/f.$kind")" != old ] || fail "two.$kind: what it leads to is as it was"
    [ "$(stat -c %a "real/f.$kind")" = 600 ] || fail "two.$kind: mode $(stat -c %a "real/f.$kind")"
    [ -z "$(find real -name '*.tmp.*')" ] || fail "left: $(ls real)"
done
ln -s real/new.csv dangling.csv
quick 0 '' $codes dangling.csv
[ -h dangling.csv ] && exists real/new.csv
for mode in 600 640 444 666; do
    printf old >mode.csv && chmod $mode mode.csv
    (umask 077 && "$program" $codes mode.csv >/dev/null) || fail "mode $mode"
    [ "$(stat -c %a mode.csv)" = $mode ] || fail "mode $mode became $(stat -c %a mode.csv)"
    rm -f mode.csv
done
(umask 027 && "$program" $codes mode.csv >/dev/null)
[ "$(stat -c %a mode.csv)" = 640 ] || fail "a new file follows the mask: $(stat -c %a mode.csv)"
long=$(printf '%0251d' 0)
quick 0 '' $codes "$long.csv" && exists "$long.csv"
quick 1 'the name is too long' $codes "x$long.csv"
long=$(printf '\303\261%.0s' $(seq 125))
quick 0 '' $codes "$long.csv" && exists "$long.csv"
quick 0 'the run is in' $tiny --max-steps 2 -o logged --step-log "s$long.csv" && exists "s$long.csv"
quick 0 '' $codes .npy && exists .npy -labels.npy
rm -rf "$long.csv" "s$long.csv" .npy ./-labels.npy
# Folders below folders: a path of 900 bytes works like any other.
deep=$(printf '%0220d' 0)
deep=$deep/$deep/$deep/$deep && mkdir -p "$deep"
for args in "export base --c $deep/c" "export base --onnx -o $deep/o" "$codes $deep/f.npy" "report base data -o $deep/f.html" \
    "decode base 0,1 -o $deep/images/" "$tiny --epochs 1 --tensorboard -o $deep/run --step-log $deep/steps.csv" "eval $deep/run" "info $deep/o/encoder.onnx"; do
    run $args
    [ "$code" -eq 0 ] || grep -q 'build is without' err || fail "embudo $args: $(cat err)"
done
exists "$deep/c/embudo_model.c" "$deep/c/embudo_model.h" "$deep/steps.csv"
while [ ${#deep} -lt 4000 ]; do deep=$deep/$(printf '%0220d' 0); done
for args in "export base --c $deep/c" "$codes $deep/$deep.npy" "$tiny -o $deep/$deep"; do
    quick 1 '' $args
    grep -q ': .*\(too long\|does not exist\|ong\)' err || fail "embudo $args: $(tail -c 300 err)"
done
rm -rf 0000*
victim
ln -s ../away/victim real/steps.csv.part
quick 0 'the run is in' $tiny --max-steps 2 -o logged2 --step-log real/steps.csv && exists real/steps.csv
untouched 'steps.csv.part'
[ -z "$(find . -name '*.tmp.*')" ] || fail "left: $(find . -name '*.tmp.*')"

# ---- links that lead in a circle, folders that cannot be: the true reason -------------------------
ln -s loop loop
ln -s nowhere dangling
while IFS='|' read -r text args; do
    quick 1 "$text" $args
    grep -qi 'no such file' err && fail "embudo $args: $(cat err)"
done <<'END'
links that lead in a circle|encode base data -o loop/x.csv
links that lead in a circle|encode base loop
links that lead in a circle|info loop
links that lead in a circle|decode base loop
links that lead in a circle|train data --model loop
links that lead in a circle|train data --model tiny.net -o x --step-log loop
links that lead in a circle|data --list loop
ymbolic links|train data --model tiny.net -o loop
is a link to what does not exist|train data --model tiny.net -o dangling
not a regular file, or cannot be examined|train --resume loop
ot a directory|train data --model tiny.net -o tiny.net/run
is not a folder|encode base data -o tiny.net/x.csv
END
quick 1 'its folder does not exist' $codes nowhere/x.csv
rm -rf runless && mkdir runless && cp base/model.safetensors runless
quick 1 'runless: has no history.csv: no epoch of it is complete' plot runless loss
quick 1 'mnst: no such file, folder or data set; did you mean '"'mnist'?" train mnst
# For a user to whom no folder is closed (root), one is closed by other means.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    mkdir shut && chmod 755 shut && chmod 711 .
    for args in "$codes shut/x.csv" "$tiny -o shut/run" "export base --c shut/c" "export base --c shut"; do
        setpriv --reuid 65534 --regid 65534 --clear-groups $timed "$program" $args >out 2>err </dev/null
        [ $? -eq 1 ] && grep -qi 'permission denied' err || fail "embudo $args: $(cat err)"
        grep -qi 'no such' err && fail "embudo $args: $(cat err)"
    done
elif [ "$(id -u)" -ne 0 ]; then
    mkdir shut && chmod 555 shut
    quick 1 'ermission denied' $codes shut/x.csv
    quick 1 'ermission denied' $tiny -o shut/run
fi

# ---- FIFOs, devices and endless input where a file is meant ---------------------------------------
mkfifo fifo fifo.png fifo.npy fifo.npz fifo.onnx fifo.safetensors fifo.csv
for args in "info fifo" "info fifo.onnx" "info fifo.safetensors" "train fifo.npy" "train fifo.npz" \
    "train data --model fifo" "encode base fifo.png" "encode base fifo" "decode base fifo.csv -o x.png" \
    "decode base fifo -o x.png" "data --list fifo" "data --list /dev/zero" "import fifo.safetensors -o x.safetensors" "import fifo.onnx -o x.safetensors" \
    "train --resume fifo" "info /dev/zero" "decode base /dev/zero -o x.png" "train data --model /dev/zero" \
    "encode base /dev/zero" "train data --model tiny.net -o x --step-log fifo"; do
    quick 1 '' $args
    grep -qi 'no such file' err && fail "embudo $args: $(cat err)"
    [ "$(grep -c '^embudo: ' err)" -eq 1 ] || fail "embudo $args: not one line: $(cat err)"
done
for name in history.csv run.json model.safetensors; do
    rm -rf new && cp -r base new && rm "new/$name" && mkfifo "new/$name"
    [ $name != history.csv ] || quick 1 "new/$name" plot new loss
    quick 1 "new/$name" report new data
    rm "new/$name" && ln -s /dev/zero "new/$name"
    quick 1 "new/$name" report new data
done
# What has a name that is looked for beside the data, but is not a file, is named and not ignored.
array() { # FILE: six images, all of them zero
    { printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 28, 28), }"
      head -c 4704 /dev/zero; } >"$1"
}
for what in fifo /dev/zero nowhere; do
    while read -r name set; do
        rm -rf beside && mkdir -p beside/idx && cp data/* beside/idx && array beside/x_train.npy && array beside/one.npy
        rm -f "beside/$name" && case $what in fifo) mkfifo "beside/$name" ;; *) ln -s $what "beside/$name" ;; esac
        quick 1 "/${name#idx/}: is " train "beside/$set" --model tiny.net --max-steps 1 -o x
        gone x
    done <<'END'
one-labels.npy one.npy
one_labels.npy one.npy
x_train.npy .
y_train.npy .
x_test.npy .
x_val.npy .
idx/train-images-idx3-ubyte idx
idx/train-labels-idx1-ubyte idx
idx/t10k-images-idx3-ubyte idx
END
done
for name in dangling.net dangling.safetensors dangling.onnx; do
    ln -s nowhere $name
    quick 1 "$name: is a link to what does not exist" info $name
    quick 1 "$name: is a link to what does not exist" train data --model $name -o x
done
# A step log under the name of another file of the run: one of the two would be lost.
for name in model.safetensors run.json ./../x/history.csv .lock; do
    quick 1 "--step-log x/$name: the run writes a file of that name itself" $tiny --max-steps 1 -o x --step-log x/$name
    gone x
done
$timed "$program" decode base - -o x.png >out 2>err </dev/zero
[ $? -eq 1 ] && grep -q 'standard input' err || fail "endless input: $(cat err)"
gone x x.png

# ---- pairs: both or neither ----------------------------------------------------------------------
quick 0 '' $codes pair.npy && cp pair.npy was.npy && cp pair-labels.npy was-labels.npy
rm pair-labels.npy && mkdir pair-labels.npy
quick 1 'pair-labels.npy' encode part data -o pair.npy
same pair.npy was.npy
quick 0 '' export base --c c && cp -r c was && rm c/embudo_model.h && mkdir c/embudo_model.h
quick 1 'c/embudo_model.h' export part --c c
same c/embudo_model.c was/embudo_model.c
rm -rf c && mkdir -p c/embudo_model.c
quick 1 'c/embudo_model.c' export part --c c
gone c/embudo_model.h
# Three files that belong together, and a table with its picture.
quick 0 '' export base --onnx -o o && cp -r o was.onnx && rm o/autoencoder.onnx && mkdir o/autoencoder.onnx
quick 1 'o/autoencoder.onnx' export part --onnx -o o
for name in encoder decoder; do same o/$name.onnx was.onnx/$name.onnx; done
compare='compare data --classifier-epochs 1 --threads 1 -o compared --run'
quick 0 '' $compare base && if [ -e compared/compare.png ]; then
    cp compared/compare.csv was.csv && rm compared/compare.png && mkdir compared/compare.png
    quick 1 'compared/compare.png' $compare part
    same compared/compare.csv was.csv
fi
if [ -n "${EMBUDO_PRELOAD:-}" ]; then
    # The second rename fails, and the first is taken back.
    rm -rf pair-labels.npy c && cp was-labels.npy pair-labels.npy && cp -r was c
    rm -r compared o/autoencoder.onnx && cp was.onnx/autoencoder.onnx o && "$program" $compare base >out 2>err
    cp compared/compare.csv was.csv
    for args in "encode part data -o pair.npy" "export part --c c" "export part --onnx -o o" "$compare part"; do
        [ "$args" != "$compare part" ] || [ -e compared/compare.png ] || continue
        EMBUDO_FAULT=rename:28:2:1 LD_PRELOAD=$EMBUDO_PRELOAD "$program" $args >out 2>err </dev/null
        [ $? -eq 1 ] && grep -q 'no space left' err || fail "embudo $args: $(cat err)"
    done
    same pair.npy was.npy
    same pair-labels.npy was-labels.npy
    same c/embudo_model.c was/embudo_model.c
    same c/embudo_model.h was/embudo_model.h
    for name in encoder decoder autoencoder; do same o/$name.onnx was.onnx/$name.onnx; done
    [ ! -e compared/compare.png ] || same compared/compare.csv was.csv
    [ -z "$(find . -name '*.tmp.*')" ] || fail "left: $(find . -name '*.tmp.*')"
fi
finish
