# What `embudo info` says that a training takes, against what it takes: never less, and at most 15 %
# more. sh slow_memory.sh PROGRAM REPOSITORY. A sanitizer's memory is its own: no EMBUDO_TEST_PEAK then.
program=$1 root=$2
. "$root/tests/cli/common.inc"
[ -n "${EMBUDO_TEST_PEAK:-}" ] || exit 77

# array NAME COUNT CHANNELS SIDE: an NPY file of bytes that are MNIST's.
array() {
    shape="($2, $3, $4, $4)"
    {
        printf '\223NUMPY\001\000v\000%-117s\n' \
            "{'descr': '|u1', 'fortran_order': False, 'shape': $shape, }"
        gzip -dc "$root/data/mnist/train-images-idx3-ubyte.gz" | tail -c +1000017 |
            head -c $(($2 * $3 * $4 * $4))
    } >"$1" 2>/dev/null
}

# check DATA NETWORK OPTIONS: with each number of threads.
counts='1 2 4'
check() {
    data=$1 net=$2
    shift 2
    for threads in $counts; do
        rm -rf r
        "$program" info "$net" --data "$data" --threads $threads "$@" >said 2>err ||
            fail "info $net: $(cat err)"
        "$EMBUDO_TEST_PEAK" "$program" train "$data" --model "$net" --epochs 1 -o r \
            --threads $threads "$@" >out 2>err || fail "train $net: $(cat err)"
        tail -n 1 out >took
        awk -v name="$net, $threads threads" '
            FNR == NR { took = $1; next }
            /^memory/ {
                says = $2 * ($3 == "GB" ? 1e9 : $3 == "MB" ? 1e6 : 1e3)
                printf "%s: says %.1f MB, takes %.1f MB: %+.1f %%\n", name, says / 1e6, took / 1e6,
                    100 * (says / took - 1)
                bad = says < took || says > 1.15 * took
                seen = 1
            }
            END { exit bad || !seen }' took said >>report || fail "$(tail -n 1 report) $(cat said)"
    done
}

small set
cat >mlp.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 64), Tanh(), Linear(64, 2))
decoder = Sequential(Linear(2, 64), Tanh(), Linear(64, 784), Unflatten(1, (1, 28, 28)))
END
cat >large.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 2000), ReLU(), Linear(2000, 500), ReLU(), Linear(500, 32))
decoder = Sequential(Linear(32, 500), ReLU(), Linear(500, 2000), ReLU(), Linear(2000, 784),
    Unflatten(1, (1, 28, 28)))
END
cat >wide.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 128))
decoder = Sequential(Linear(128, 784), Unflatten(1, (1, 28, 28)))
END
cat >conv.net <<'END'
input = 3, 32, 32
encoder = Sequential(Conv2d(3, 32, 3, stride=2, padding=1), ReLU(), Flatten(), Linear(8192, 16))
decoder = Sequential(Linear(16, 8192), ReLU(), Unflatten(1, (32, 16, 16)),
    ConvTranspose2d(32, 3, 3, stride=2, padding=1, output_padding=1), Sigmoid())
END
cat >deep.net <<'END'
input = 1, 64, 64
encoder = Sequential(Conv2d(1, 16, 3, stride=2, padding=1), ReLU(),
    Conv2d(16, 32, 3, stride=2, padding=1), ReLU(), Flatten(), Linear(8192, 8))
decoder = Sequential(Linear(8, 8192), ReLU(), Unflatten(1, (32, 16, 16)),
    ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1), ReLU(),
    ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1), Sigmoid())
END
cat >signal.net <<'END'
input = 256
encoder = Sequential(Linear(256, 32), Tanh(), Linear(32, 3))
decoder = Sequential(Linear(3, 32), Tanh(), Linear(32, 256))
END
array rgb.npy 1200 3 32
array sixteen.npy 3000 1 16
sed 's/(3000, 1, 16, 16)/(3000, 256)      /' sixteen.npy >signal.npy
mkdir own
array own/x_train.npy 2000 1 28
array own/x_val.npy 6000 1 28
array own/x_test.npy 1000 1 28
array grey.npy 6000 1 64
check set notebook
check mnist mlp.net --batch-size 100 --val-split 0.95
check set large.net --batch-size 64
check set wide.net --batch-size 512 --val-split 0.05
check rgb.npy conv.net --batch-size 128 --val-split 0
check grey.npy deep.net --batch-size 64 --val-split 0.97
# Fewer images than would keep four threads busy.
cat >few.net <<'END'
input = 1, 128, 128
encoder = Sequential(Conv2d(1, 16, 7, stride=4, padding=3), Tanh(), Flatten(), Linear(16384, 16))
decoder = Sequential(Linear(16, 16384), Unflatten(1, (16, 32, 32)), ConvTranspose2d(16, 1, 4, stride=4))
END
array few.npy 60 1 128
counts='1 4'
check few.npy few.net
counts=2
check signal.npy signal.net --batch-size 32
check own notebook --batch-size 64 --val-split 0
# The memory of the end is found by trying it.
check own mlp.net --report
check signal.npy signal.net --tensorboard
check grey.npy deep.net --batch-size 64 --report --tensorboard
# A network that does not read MNIST has no data set until one is named.
t 0 '' info conv.net
has out 'without the data set (name it with --data)'
t 1 'conv.net expects images of' info conv.net --data mnist
[ -z "${EMBUDO_TEST_SHOW:-}" ] || cat report
finish
