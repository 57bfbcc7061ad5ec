# Options that every command takes: --quiet, --strict, --no-doctor, --config: sh general.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
printf 'input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 4))\ndecoder = Sequential(Linear(4, 784), %s\n' \
    'Unflatten(1, (1, 28, 28)))' >net.net

# ---- --quiet, --strict, --no-doctor, before the command and behind it ------------------------------------------------

t 0 'the run is in few' train data --epochs 1 -o few
has err '^doctor: after epoch 1 the reconstructions are no better than the mean image'
has err '^device: '
has out '^Epoch \[1/1\]'
t 0 'doctor: after epoch 1' --quiet train data --epochs 1 -o quiet
[ "$(wc -l <err)" -eq 1 ] || fail "--quiet: $(cat err)"
[ ! -s out ] || fail "--quiet: $(cat out)"
t 0 '' train data --epochs 1 -o silent --no-doctor --quiet
[ ! -s out ] || fail "--no-doctor --quiet: $(cat out)"
for run in quiet silent; do same few/model.safetensors $run/model.safetensors; done
t 4 'doctor: after epoch 1' train data --epochs 1 -o strict --strict --quiet
same few/model.safetensors strict/model.safetensors
t 0 '' --strict train data --model net.net --epochs 25 --batch-size 8 --lr 0.006 -o good --quiet
t 4 'doctor: on every other one of these images' eval few data --strict
has out '^test MSE'
t 0 '' eval few data --strict --no-doctor
has out '^test MSE'
cp out result
t 0 '' eval few data --no-doctor --quiet
same out result
t 1 'nothing: no such file' eval nothing --quiet
t 2 "--quiet takes no value, got '3'" eval few --quiet=3
t 2 "did you mean '--strict'?" eval few --strct

# What a command only notes is silent, what it measures is not.
t 0 '' export few --onnx -o onnx --quiet
[ ! -s out ] || fail "export --quiet: $(cat out)"
exists onnx/encoder.onnx
t 0 '' export good data --c code --int8 --quiet
has out '^test MSE .* in float'

# A signal is answered all the same: what was kept is said.
"$program" train data --model net.net --epochs 100000 --quiet --no-doctor -o stopped >out 2>err </dev/null &
while kill -0 $! 2>/dev/null && [ ! -s stopped/history.csv ]; do sleep 0.1; done
kill -TERM $!
wait $!
[ $? -eq 143 ] || fail "--quiet and SIGTERM: exit code $?"
has err '^interrupted after .*; to continue: embudo train --resume stopped$'
[ ! -s out ] || fail "--quiet and SIGTERM: $(cat out)"

# ---- --config ------------------------------------------------------------------------------------------------------

cat >options.txt <<'C'
# how we train
dataset = data
model = "net.net"   # our own
epochs = 3
  batch-size=8      # twice as many steps
shuffle
lr = 0.002
quiet = yes
no-doctor
C
t 0 '' train --config options.txt -o first
t 0 '' train data --model net.net --epochs 3 --batch-size 8 --shuffle --lr 0.002 --quiet --no-doctor -o typed
result first >one && result typed >two
same one two
# The run's own file repeats it, with the same bits, and writes the same file again.
t 0 '' train --config first/config.txt -o again --quiet --no-doctor
result again >two
same one two
tail -n +2 first/config.txt >one && tail -n +2 again/config.txt >two
same one two
has first/config.txt '^dataset = data$'
has first/config.txt '^shuffle = yes$'
! grep -q 'output\|quiet' first/config.txt || fail "in config.txt: $(cat first/config.txt)"
has first/run.json '"--batch-size=8"'
# What its lines do not say: the folder in which files are named so. An error says whose the name is.
has first/config.txt "^# Names of files are as in the folder .*/$(basename "$work")\$"
! grep -q 'other bits' first/config.txt || fail 'config.txt of a run that was planned once'
mkdir elsewhere
(cd elsewhere && "$program" train --config ../first/config.txt --model notebook >../out 2>../err </dev/null) && fail 'data from elsewhere'
has err '^the name data is from ../first/config.txt, and is looked for from the folder you are in$'
# A data set whose name looks like an option.
cp -R data ./-data
t 0 '' train --model net.net --max-steps 2 -o dashed --quiet --no-doctor -- -data
t 0 '' train --config dashed/config.txt -o dashed2 --quiet --no-doctor
cmp -s dashed/model.safetensors dashed2/model.safetensors || fail 'a data set called -data is not repeated'
# Also after more epochs of it.
t 0 '' train data --model net.net --epochs 1 --lr 0.002 -o more --quiet --no-doctor
t 0 '' train --resume more --epochs 2 --quiet --no-doctor
t 0 '' train --config more/config.txt -o more-again --quiet --no-doctor
result more >one && result more-again >two
same one two
# Where the rates would be others, the file says so, then and later; the run began when it began.
t 0 '' train data --model net.net --epochs 1 --schedule cosine -o rates --quiet --no-doctor
sed 's/"started": "[^"]*"/"started": "2020-01-02T03:04:05Z"/' rates/run.json >one && cp one rates/run.json
t 0 '' train --resume rates --epochs 2 --quiet --no-doctor
has rates/config.txt '^# other learning rates, and other bits.$'
t 0 '' train --resume rates --epochs 3 --quiet --no-doctor
has rates/config.txt '^# other learning rates, and other bits.$'
has rates/run.json '"started": "2020-01-02T03:04:05Z"'
# The command line wins: an option, a flag, an argument.
cp -R data other
t 0 '' train other --config first/config.txt --epochs 1 --shuffle=no -o won --quiet --no-doctor
has won/config.txt '^epochs = 1$'
has won/run.json '"shuffle": false'
has won/run.json '/other"'
[ "$(grep -c epochs won/config.txt)" -eq 1 ] || fail "twice in config.txt: $(cat won/config.txt)"
printf 'quiet\n' >>won/config.txt
t 0 'the run is in loud' train --config=won/config.txt --quiet=no --max-steps 2 -o loud
# The language of messages, unless the line has another.
printf 'language = es\nrun = nothing\n' >es.txt
t 1 'nothing: no existe ese archivo' eval --config es.txt
t 1 'nothing: no such file' --language en eval --config es.txt
# ... of all messages: also of one about a line before it. A mark that begins the file is no letter.
printf '\357\273\277run = nothing\nnosuch = 1\nlanguage = es\n' >es.txt
t 2 "es.txt:2: opción desconocida 'nosuch'" eval --config es.txt
t 2 "es.txt:2: unknown option 'nosuch'" --language en eval --config es.txt
printf 'help = \n' >bad.txt
t 2 "bad.txt:1: unknown option 'help' (see" eval --config bad.txt
printf 'run = first\nssim\nssim = no\n' >twice.txt
t 0 'twice.txt:3: ssim stands in this file twice; this line counts' eval --config twice.txt --no-doctor
! grep -q SSIM out || fail 'the first of two lines counts'
# Other commands, their arguments, several pictures, values with blanks; classify keeps one, too.
printf 'run = first\ndata set = x\n' >bad.txt
t 2 "bad.txt:2: unknown option 'data set'" eval --config bad.txt
printf 'run = first\nDATASET = data\njson = yes\nno-doctor\n' >eval.txt
t 0 '' eval --config eval.txt
has out '"part": "test"'
t 0 '' classify first data --knn 3 -o votes --quiet
printf 'knn = 3\nrun = first\ndataset = data\n' >want
tail -n +3 votes/config.txt | sort >got && sort want >wanted
same got wanted
t 0 '' classify --config votes/config.txt -o votes2 --quiet
same votes/confusion.csv votes2/confusion.csv
mkdir 'a # b'
cp net.net 'a # b/my "net".net'
t 0 '' train data --model 'a # b/my "net".net' --max-steps 2 -o odd --quiet
t 0 '' train --config odd/config.txt -o odd2 --quiet
same odd/model.safetensors odd2/model.safetensors

# refused LINE TEXT
refused() {
    printf '\n%s\n' "$1" >bad.txt
    t 2 "$2" train --config bad.txt
    grep -q 'bad.txt:2: ' err || fail "no line in: $(cat err)"
}
refused 'epoch = 3' "unknown option 'epoch'; did you mean 'epochs'?"
refused '--epochs 3' "unknown option '--epochs 3'"
refused 'epochs = 0' "epochs: expected a whole number from 1 to 1000000, got '0'"
refused 'epochs' "epochs: expected a whole number from 1 to 1000000, got ''"
refused 'shuffle = maybe' "shuffle: expected yes or no, got 'maybe'"
refused 'device = gpu' "device: expected one of auto|cpu, got 'gpu'; did you mean 'cpu'?"
refused 'model = "net' 'the quotes do not end, or more follows them'
refused 'model = "net" x' 'the quotes do not end, or more follows them'
refused 'model = ' 'model: expected FILE|NAME, got'
refused 'language = fr' "language: expected another value, got 'fr'"
refused 'config = options.txt' "config: expected another value, got 'options.txt'"
refused 'dataset =' "dataset: expected a name, got ''"
t 1 '--config: nothing: cannot open' train --config nothing
t 2 '--config needs a value: --config FILE' train --config
printf 'a\0b' >zero.txt
t 1 'zero.txt is not text' train --config zero.txt
head -c 70000 /dev/zero | tr '\0' '#' >long.txt
t 1 'long.txt' train --config long.txt
t 0 '' train --help --config nothing
finish
