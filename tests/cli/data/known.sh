# What will fail is known before the training: sh known.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

# before TEXT ARGS: exit code 1 with the text, and no epoch before it.
before() {
    text=$1
    shift
    t 1 "$text" "$@"
    ! grep -q 'Epoch' out || fail "embudo $*: trains first"
}

t 0 'trained 1 epoch' train data --epochs 1 --batch-size 200 -o run
cp -r data labels
{ head -c 207 data/t10k-labels-idx1-ubyte && printf '\310'; } >labels/t10k-labels-idx1-ubyte
for words in 'classify run labels' 'classify run labels --knn 3' 'classify --images labels' 'compare labels'; do
    before 'labels: the test images have label 200, but the training images have 10 classes' $words
done
cp -r data shapes
{ printf '\000\000\010\003\000\000\000\310\000\000\000\034\000\000\000\016' && tail -c +17 data/t10k-images-idx3-ubyte; } |
    head -c $((16 + 200 * 28 * 14)) >shapes/t10k-images-idx3-ubyte
before 'shapes: its test images: notebook expects images of 1x28x28, gets 1x28x14' train shapes --epochs 1 -o made
before '1x28x14' train shapes --epochs 1 --report -o made
before '1x28x14' info --data shapes
before '1x28x14' classify --images shapes
before '1x28x14' compare shapes
cp -r data unlabelled && rm unlabelled/t10k-labels-idx1-ubyte
for words in 'classify run unlabelled' 'classify --images unlabelled' 'compare unlabelled'; do
    before 'unlabelled: its test images have no labels' $words
done

before '--val-split 1e-09: of 600 images none would be kept' train data --val-split 1e-9 -o made
before 'cannot make the folder' train data -o /proc/made
before 'none/log.csv: cannot write' train data --epochs 1 --step-log none/log.csv -o made
before 'Not a directory' train data -o data/train-images-idx3-ubyte/made
gone made
mkdir -p taken/confusion.png taken/confusion.csv table/compare.csv page/report.html board/tensorboard/codes.tsv
before 'taken/confusion.' classify run --epochs 1 -o taken
before 'taken/confusion.' classify run --knn 1 -o taken
before 'table/compare.csv: cannot write: is a folder' compare data -o table
before 'page/report.html: is a link or not a regular file' train data --epochs 1 --report -o page
before 'board/tensorboard/codes.tsv: is a link or not a regular file' train data --epochs 1 --tensorboard -o board
before 'none/x.html: cannot write: its folder does not exist' report run -o none/x.html
mkdir folder.png
before 'folder.png: cannot write: is a folder' plot run codes -o folder.png
mkdir -p blocked/checkpoints/000000030.safetensors
before 'blocked/checkpoints/000000030.safetensors: is a link or not a regular file' train data --epochs 1 -o blocked
t 0 'trained 1 epoch' train data --epochs 1 --checkpoint-every 20 -o blocked

# One image alone: there is none to validate, and none to hold out.
printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 28, 28), }" >one.npy
tail -c 784 data/t10k-images-idx3-ubyte >>one.npy
t 0 'trained 1 epoch' train one.npy --epochs 1 -o one
run eval one
[ "$code" -eq 0 ] && has out '^1 training image of .*one.npy$' || fail "eval one: $(cat out err)"

# A disk that cannot hold a checkpoint, if a file system can be made to try it.
cat >full.sh <<END
mount -t tmpfs -o size=1m none "$work/disk" && cd "$work" && "$program" train data --epochs 1 -o disk/run
END
# A disk that holds one checkpoint, but not a second one.
cat >second.sh <<END
mount -t tmpfs -o size=2300k none "$work/disk" && cd "$work" && "$program" train data --epochs 2 -o disk/run &&
    exit 99
"$program" train data --epochs 1 -o disk/run
END
mkdir disk
if unshare -rm true 2>/dev/null && unshare -rm sh -c "mount -t tmpfs none '$work/disk'" 2>/dev/null; then
    unshare -rm sh full.sh >out 2>err
    code=$?
    [ $code -eq 1 ] && has err "disk/run: the disk has .* left, but this run's files take"
    ! grep -q Epoch out || fail "trains on a full disk"
    unshare -rm sh second.sh >out 2>err
    code=$?
    [ $code -eq 0 ] && has err 'disk/run: the disk has .* left, but this run.s files take' ||
        fail "a disk for one checkpoint: exit code $code: $(cat err)"
fi

# An ONNX model that is not narrower anywhere is not silently taken for an encoder.
printf 'input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 6))\ndecoder = Sequential(Linear(6, 4), Unflatten(1, (1, 2, 2)))\n' >over.net
printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (8, 1, 2, 2), }" >four.npy
printf '0123456789abcdef0123456789abcdef' >>four.npy
t 0 'trained 1 epoch' train four.npy --model over.net --epochs 1 --val-split 0 -o over
if "$program" export over --onnx -o over-onnx >out 2>err; then
    whole=$(find over over-onnx* -name '*autoencoder*.onnx' -o -name 'over*.onnx' | head -n 1)
    LC_ALL=C sed 's/embudo[.]part/embuda.part/; s/code/cade/g' "$whole" >foreign.onnx
    t 0 'foreign.onnx: taken for an encoder alone' import foreign.onnx
    t 0 '' import foreign.onnx --part encoder -o part.safetensors
    t 0 '' import foreign.onnx --code cade -o cut.safetensors
    has out '^decoder = Sequential'
fi
finish
