# Wrong usage, help and version: sh usage.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# code | text on standard error | arguments
t 2 "no command given; start with 'embudo train' (see embudo --help)"
t 2 "there is no command 'trian'; did you mean 'train'?" trian
t 2 "there is no command 'xyzzy' (see embudo --help)" xyzzy
t 2 "expected a command first, as in 'embudo train', got '--epochs'" --epochs 3 train
t 2 "no command or topic is called 'evla'; did you mean 'eval'?" help evla
t 2 "unknown option '--epoch'; did you mean '--epochs'? (see embudo train --help)" train --epoch 3
t 2 "unknown option '--batchsize=3'; did you mean '--batch-size'?" train --batchsize=3
t 2 "unknown option '--qqqqqq' (see embudo train --help)" train --qqqqqq
t 2 "unknown option '-x'" train -x
t 2 "unknown option '--count'" train --count 3
t 2 "--epochs: expected a whole number from 1 to 1000000, got 'x'" train --epochs x
t 2 "--epochs: expected a whole number from 1 to 1000000, got '0'" train --epochs 0
t 2 "--epochs: expected a whole number from 1 to 1000000, got '1000001'" train --epochs=1000001
t 2 "got '3 '" train --epochs '3 '
t 2 "got ' 3'" train --epochs ' 3'
t 2 "got '3.0'" train --epochs 3.0
t 2 "got '0x3'" train --epochs 0x3
t 2 "got '1e1'" train --epochs 1e1
t 2 "got ''" train --epochs=
t 2 "got '-'" train --epochs -
t 2 "got '99999999999999999999'" train --latent 99999999999999999999
t 2 "--batch-size: expected a whole number from 1 to 65536, got '65537'" train --batch-size 65537
seeds='a whole number from -9223372036854775808 to 18446744073709551615'
for seed in 18446744073709551616 -9223372036854775809 99999999999999999999999 x 0x3 1.5 1e3 - + '' ' 1' '1 '; do
    t 2 "--seed: expected $seeds, got '$seed'" train --seed "$seed"
done
t 2 '--seed: expected up to 16 whole numbers from -9223372036854775808 to 18446744073709551615' \
    compare --seed 1,18446744073709551616
t 2 '--seed: 4294967298 is given twice' compare --seed 2,4294967298
t 2 "--seed needs a value: --seed LIST" compare --seed --latent 2
t 2 "--lr: expected a number above 0, got '0'" train --lr 0
t 2 "--lr: expected a number above 0, got '-0.1'" train --lr -0.1
t 2 "--lr: expected a number above 0, got 'nan'" train --lr nan
t 2 "got 'inf'" train --lr inf
t 2 "got '1e999'" train --lr 1e999
t 2 "got '0x1p3'" train --lr 0x1p3
t 2 "got '0.1.2'" train --lr 0.1.2
t 2 "got '1,5'" train --lr 1,5
t 2 "--val-split: expected a number from 0 to below 1, got '1'" train --val-split 1
t 2 "--val-split: expected a number from 0 to below 1, got '-0.1'" train --val-split=-0.1
t 2 "--pct-start: expected a number above 0 to below 1, got '0'" train --pct-start 0
t 0 '' help train
has out '(above 0 to below 1; default 0.3)'
t 2 "--device: expected one of auto|cpu, got 'gpu'; did you mean 'cpu'?" train --device gpu
t 2 "--device: expected one of auto|cpu, got 'mars' (see" train --device=mars
t 2 "--split: expected one of train|val|test|all, got 'tset'; did you mean 'test'?" reconstruct m --split tset
t 2 "--threads: expected a whole number from 0 to 256, got '257'" eval m --threads 257
t 2 "--count: expected a whole number from 1 to 1000, got '0'" reconstruct m --count 0
t 2 "--shuffle takes no value, got 'maybe'" train --shuffle=maybe
t 2 "--model needs a value: --model FILE|NAME" train --model
t 2 "--model needs a value: --model FILE|NAME" train --model --latent 3
t 2 "--model: expected FILE|NAME, got ''" train --model ''
t 2 "--output needs a value: --output DIR" train -o
t 2 "--output: expected DIR, got ''" train -o ''
t 2 "unexpected argument 'b' (see embudo train --help)" train a b
t 2 "unexpected argument '--epochs'" train -- a --epochs
t 2 "DATASET: expected a name, got ''" train ''
t 2 "RUN|MODEL is missing" eval
t 2 "RUN|MODEL is missing" reconstruct --count 3
t 2 "unexpected argument 'c'" eval a b c
t 2 "unexpected argument '-3'" eval a b -3
# Many words, and words that begin like a number.
t 2 "CODES is missing" decode m
t 2 "CODES: expected a name, got ''" decode m 1,2 ''
t 2 "unknown option '-x'" decode m 1,2 -x
t 1 "m: no such" decode m -0.5,1 -.5,2 -o x.npy
t 1 "m: no such" encode m a b c
# A control character reaches the terminal as a question mark.
t 2 "no command 'a\x1b[31mb\nc'" "$(printf 'a\033[31mb\nc')"

# Correct usage gets past the command line.
t 1 "nothere: no such" train nothere --epochs=1 --lr 1e-3 --val-split .5 --seed 0
t 1 "nothere: no such" train --epochs 1 -oabc -- nothere
t 1 "nothere: no such" eval -- nothere
gone abc

# Help comes from the same table: every command has its usage, its options and an example.
t 0 '' --help
has out '^  3  *score --check: '
mv out all
t 0 '' help
same out all
t 0 '' -h
same out all
has all '^usage: embudo COMMAND'
commands=$(sed -n '/^commands$/,/^$/s/^  \([a-z]*\) .*/\1/p' all)
for command in train eval reconstruct encode decode info help; do
    case " $(echo $commands) " in *" $command "*) ;; *) fail "$command is not in the help" ;; esac
done
for command in $commands; do
    t 0 '' "$command" --help
    mv out first
    t 0 '' help "$command"
    same out first
    t 0 '' "$command" --nonsense -h
    same out first
    has first "^usage: embudo $command"
    has first "^  embudo $command"
    awk 'length > 88 { exit 1 }' first || fail "the help of $command is wider than 88 columns"
done
# So has each action of a command.
for action in list get export cache preview; do
    t 0 '' data "$action" --help
    mv out first
    t 0 '' help data "$action"
    same out first
    has first "^usage: embudo data $action"
    has first "^  embudo .*data $action"
    awk 'length > 88 { exit 1 }' first || fail "the help of data $action is wider than 88 columns"
done
run train --help
for option in --model --latent --epochs --batch-size --lr --seed --val-split --shuffle --threads \
    --device --output --max-steps --step-log --help; do
    has out "^  \(-[a-z], \)\{0,1\}$option"
done
has out '(1 to 65536; default 16)'
has out '(above 0; default 1e-8)'

run encode --help
has out '^usage: embudo encode \[OPTIONS\] RUN|MODEL \[DATASET|FILES...\]$'
run decode --help
has out '^usage: embudo decode \[OPTIONS\] RUN|MODEL CODES...$'

t 0 '' --version
has out '^embudo [0-9]*\.[0-9]*\.[0-9]*$'
[ "$(wc -l <out)" = 1 ] || has out '^with \(lib\|cairo\|giflib\)'

# A result that goes to a full device does not count as success.
if [ -w /dev/full ]; then
    "$program" info >/dev/full 2>err && fail 'info on a full device: exit code 0'
    has err '^embudo: cannot write to standard output'
fi

# Standard input is never read.
printf 'x\n' | { "$program" info >/dev/null; cat; } >out
has out '^x$'
finish
