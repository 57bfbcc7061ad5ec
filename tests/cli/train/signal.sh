# Ctrl-C and the like: sh signal.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# stop NAME CODE: the signal in mid-epoch, once the step log shows that there were steps. Before the first
# one a signal ends the program at once.
stop() {
    "$program" train mnist --epochs 1000 --threads 1 -o "$1" --step-log "$1.csv" >out 2>err &
    tries=0
    while [ "$(cat "$1".csv.tmp.* 2>/dev/null | wc -l)" -lt 2 ] && [ $tries -lt 600 ]; do
        sleep 0.1 && tries=$((tries + 1))
    done
    kill "-$1" $!
    wait $!
    code=$?
    [ "$code" -eq "$2" ] || fail "SIG$1: exit code $code: $(cat err)"
    has err "^interrupted after [0-9,]* steps*; to continue: embudo train --resume $1\$"
    exists "$1/model.safetensors" "$1.csv"
    gone "$1".csv.tmp.*
    has "$1/run.json" '"outcome": "interrupted"'
    steps=$(sed -n 's/.*"steps_done": \([0-9]*\).*/\1/p' "$1/run.json")
    [ $((steps % 3000)) -ne 0 ] || fail "SIG$1: the epoch was finished first"
    has "$1/model.safetensors" "\"embudo.steps\": \\{0,1\\}\"$steps\""
    [ "$(($(wc -l <"$1.csv") - 1))" -eq "$steps" ] || fail "SIG$1: the step log ends elsewhere"
    run eval "$1" # the doctor may have a word on so young a model
    [ "$code" -eq 0 ] || fail "eval $1: $(cat err)"
    has out '^10,000 test images of mnist$'
}

stop INT 130
stop TERM 143
stop HUP 129

# At any moment of an epoch's end: its line, its picture and its checkpoint do not make it fail.
small data
printf 'input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 2))\ndecoder = %s\n' \
    'Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)))' >tiny.net
for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    rm -rf often
    "$program" train data --model tiny.net --batch-size 600 --epochs 100000 -o often >out 2>err &
    sleep 0.2$try
    kill -INT $!
    wait $!
    code=$?
    [ "$code" -eq 130 ] || fail "an epoch's end: exit code $code: $(cat err)"
    has err '^interrupted after [0-9,]* steps*; to continue: embudo train --resume often$'
done
finish
