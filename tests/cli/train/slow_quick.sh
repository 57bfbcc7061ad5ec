# From the last step to the prompt, for networks of many kinds: sh slow_quick.sh PROGRAM REPOSITORY [KINDS]
# At most 2 s, or a tenth of the training. QUICK_TABLE=1 prints what each took.
program=$1 root=$2
. "$root/tests/cli/common.inc"

# noise NAME COUNT SHAPE BYTES: images that a few numbers cannot describe, the worst case for every search.
noise() {
    header="{'descr': '|u1', 'fortran_order': False, 'shape': ($2, $3), }"
    {
        printf '\223NUMPY\001\000\166\000%-117s\n' "$header"
        openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff -iv 0 -in /dev/zero 2>/dev/null |
            head -c $(($2 * $4))
    } >"$1.npy" 2>/dev/null
    # Ten classes, in turn, for what a report says of labels.
    header="{'descr': '|u1', 'fortran_order': False, 'shape': ($2,), }"
    {
        printf '\223NUMPY\001\000\166\000%-117s\n' "$header"
        yes 0123456789 | tr -d '\n' | head -c "$2" | tr 0123456789 '\000\001\002\003\004\005\006\007\010\011'
    } >"$1-labels.npy" 2>/dev/null
}

# mlp NAME SHAPE NUMBERS HIDDEN CODE
mlp() {
    cat >"$1.net" <<END
input = $2
encoder = Sequential(Flatten(), Linear($3, $4), Tanh(), Linear($4, $5))
decoder = Sequential(Linear($5, $4), Tanh(), Linear($4, $3), Sigmoid(), Unflatten(1, ($2)))
END
}

# conv NAME CHANNELS SIDE WIDTH CODE: two strides, and back
conv() {
    quarter=$(($3 / 4)) numbers=$((2 * $4 * $3 / 4 * $3 / 4))
    cat >"$1.net" <<END
input = $2, $3, $3
encoder = Sequential(
    Conv2d($2, $4, 3, stride=2, padding=1), ReLU(), Conv2d($4, $((2 * $4)), 3, stride=2, padding=1), ReLU(),
    Flatten(), Linear($numbers, $5))
decoder = Sequential(
    Linear($5, $numbers), ReLU(), Unflatten(1, ($((2 * $4)), $quarter, $quarter)),
    ConvTranspose2d($((2 * $4)), $4, 3, stride=2, padding=1, output_padding=1), ReLU(),
    ConvTranspose2d($4, $2, 3, stride=2, padding=1, output_padding=1), Sigmoid())
END
}

now() { date +%s.%N; }

# quick DATA NET ARGS: trains; the time from the last epoch's line to the end, and that of the training
quick() {
    data=$1 net=$2
    shift 2
    start=$(now)
    {
        "$program" train "$data.npy" --model "$net.net" --epochs 1 -o "run-$net-$data" "$@" 2>err </dev/null
        echo "exit $?"
    } | while read -r word rest; do printf '%s %s %s\n' "$(now)" "$word" "$rest"; done >times
    has times 'exit 0$'
    awk -v start="$start" -v what="$net on $data $*" -v table="${QUICK_TABLE:-0}" -v least="$least" '
        $2 == "Epoch" { last = $1 } $2 == "exit" { end = $1 }
        END {
            trained = last - start; took = end - last; most = trained / 10 > least ? trained / 10 : least
            if (table) printf "%-40s %7.2f s of training, %6.2f s after it\n", what, trained, took > "/dev/stderr"
            if (!last || took > most) { print what ": " took " s after " trained " s of training"; exit 1 }
        }' times >verdict || fail "$(cat verdict) $(cat err)"
    rm -rf "run-$net-$data"
}

kinds=${3:-all} least=2
[ "$kinds" = all ] || least=10
noise g8 6000 '1, 8, 8' 64
noise g28 5500 '1, 28, 28' 784
noise g32 4500 '1, 32, 32' 1024
[ "$kinds" = all ] || noise() { :; }
noise c32 2000 '3, 32, 32' 3072
noise g64 700 '1, 64, 64' 4096
noise c64 300 '3, 64, 64' 12288
noise c128 150 '3, 128, 128' 49152
noise g256 60 '1, 256, 256' 65536
for code in 2 16 64 256; do
    mlp m28-$code '1, 28, 28' 784 128 $code
    mlp m32-$code '1, 32, 32' 1024 128 $code
    mlp m32c-$code '3, 32, 32' 3072 64 $code
    quick g28 m28-$code --batch-size 128
    quick g32 m32-$code --batch-size 256
    [ "$kinds" = all ] || continue
    quick c32 m32c-$code --batch-size 64
    conv k28-$code 1 28 8 $code
    conv k32c-$code 3 32 8 $code
    quick g28 k28-$code --batch-size 256
    quick c32 k32c-$code --batch-size 128
done
quick g28 m28-64 --batch-size 128 --report
if [ "$kinds" = all ]; then
    for code in 2 16 256; do
        quick g28 m28-$code --report
        quick c32 k32c-$code --report
        quick g32 m32-$code --report --tensorboard
    done
    for code in 8 32 60; do
        mlp m8-$code '1, 8, 8' 64 32 $code
        quick g8 m8-$code --batch-size 64
    done
    for code in 4 128 512 1024; do
        mlp m64-$code '1, 64, 64' 4096 64 $code
        quick g64 m64-$code
        conv k64c-$code 3 64 8 $code
        quick c64 k64c-$code
    done
    for code in 2 32 512; do
        conv k128-$code 3 128 4 $code
        quick c128 k128-$code
        mlp m256-$code '1, 256, 256' 65536 16 $code
        quick g256 m256-$code
    done
    conv heavy 3 128 48 16
    quick c128 heavy
    quick g28 m28-256 --val-split 0
    quick g32 m32-256 --val-split 0.9 --batch-size 1024
    quick g28 m28-16 --tensorboard
    quick c128 k128-2 --val-split 0
fi
finish
