# Topics of help, and the manual pages: sh manual.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# names TITLE: what a part of the program's help lists.
names() { sed -n "/^$1\$/,/^\$/s/^  \([a-z]*\)  .*/\1/p" all; }
t 0 '' help
mv out all
commands=$(names commands) topics=$(names 'topics of embudo help')
for topic in notation datasets formats layers networks results scripts environment; do
    case " $(echo $topics) " in *" $topic "*) ;; *) fail "the topic $topic is not in the help" ;; esac
done
for topic in $topics; do
    t 0 '' help "$topic"
    has out "^$topic: "
    # A line that is typed is as long as it is.
    awk 'length > 88 && !/^  [A-Z]/ { exit 1 }' out || fail "help $topic is wider than 88 columns"
done
# One name is one thing.
[ -z "$(printf '%s\n' $commands $topics | sort | uniq -d)" ] || fail "a topic has a command's name"
t 2 "no command or topic is called 'notaton'; did you mean 'notation'?" help notaton
t 2 "no command or topic is called 'xyzzy' (see" help xyzzy
t 2 "unexpected argument 'x'" help notation x
t 2 "unexpected argument 'x'" help train x

# What the topics say is so: the network is one, each name is known, each layer is one.
run help notation
sed -n '/^  latent = 2$/,/^$/p' out | sed 's/^  //' | sed '/^$/d' >shown.net
t 0 '' info shown.net
run help networks
mv out networks
for network in $(sed -n '/built in:$/,$s/^  //p' networks); do t 0 '' info "$network"; done
[ "$(sed -n '/built in:$/,$s/^  //p' networks | wc -l)" -eq "$(ls "$root"/models/*.net | wc -l)" ] || fail 'not all networks'
run help datasets
sed -n '/knows:$/,$s/^  //p' out >sets
run data list
sed 's/ .*//' out | cmp -s - sets || fail "the sets are not those of data list: $(cat sets)"
run help layers
mv out layers
for layer in Conv2d ConvTranspose2d Linear BatchNorm2d Tanh Dropout Flatten Unflatten Variational Residual Parallel Sequential; do
    has layers "^  $layer("
done
has layers '^  Linear(in_features, out_features, bias=True)$'
has layers '^  Residual(body, shortcut=None)$'
sed -n 's/^  \([A-Za-z0-9]*\)(.*/\1/p' layers | while read -r layer; do
    grep -q "\`$layer\`" "$root/docs/FORMAT.md" "$root/docs/LAYERS.md" || { grep -q "\`$layer(" "$root/docs/FORMAT.md" || echo "$layer"; }
done >unknown
[ ! -s unknown ] || fail "docs/FORMAT.md does not know $(cat unknown)"

# The options that a script is told of are train's or of all; its example is what can be typed.
run help scripts
sed -n 's/^  \(--[a-z-]*\).*/\1/p' out >options
run help train
while read -r option; do grep -q -e "^  $option\( \|$\)" out || fail "help scripts: there is no $option"; done <options
[ "$(wc -l <options)" -ge 5 ] || fail "help scripts: only $(cat options)"

# One page a command, an action and a topic, the same whatever the terminal.
t 0 '' help --man man
COLUMNS=40 TERM=dumb "$program" help --man again
for page in train 'data get' notation ''; do
    # shellcheck disable=SC2086
    t 0 '' help $page --man -
    cat man/man?/"$(echo embudo $page | tr ' ' -)".? >wanted
    same out wanted
done
gone ./-
diff -r man again >log || fail "the pages differ: $(head -n 3 log)"
ls man/man1 | sed 's/\.1$//' | sort >pages
{
    echo embudo
    for command in $commands; do
        echo "embudo-$command"
        "$program" "$command" --help | sed -n "s/^  $command \([a-z]*\)  .*/embudo-$command-\1/p"
    done
} | sort >wanted
cmp -s pages wanted || fail "pages: $(diff pages wanted)"
for topic in $topics; do [ -s "man/man7/embudo-$topic.7" ] || fail "no page of $topic"; done
[ "$(ls man/man7 | wc -l)" -eq "$(echo $topics | wc -w)" ] || fail "man7: $(ls man/man7)"

# plain PAGE: its text in one line, without roff's signs.
plain() { sed -e 's/\\f[BIR]//g; s/\\-/-/g; s/\\(dq/"/g; s/\\(aq/'"'"'/g; s/\\(ti/~/g; s/\\(ha/^/g' "$1" | tr '\n' ' '; }
# Every option of the help is in the page, with what it does.
for command in $commands; do
    plain "man/man1/embudo-$command.1" >page
    "$program" "$command" --help | sed -n 's/^  \(-[a-z], \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' | while read -r option; do
        grep -qF -e "$option" page || echo "$command $option"
    done
done >missing
[ ! -s missing ] || fail "not in the pages: $(cat missing)"
plain man/man1/embudo-train.1 | grep -q '.TP --epochs N number of passes through the training images (1 to 1000000; default 10) .TP' ||
    fail 'embudo-train(1) does not have --epochs as the help has it'
t 2 '--man DIR writes all pages and takes no command; --man - writes one to standard output' help --man man train
: >file
t 1 'file' help --man file

# In Spanish, too, the same pages.
if "$program" --language es help --man es >log 2>&1; then
    diff -rq man es | grep '^Only' >log && fail "not the same pages: $(cat log)"
    grep -qx '.SH NOMBRE' es/man1/embudo-train.1 || fail 'embudo-train(1) is not in Spanish'
    grep -q 'Escribe una l.*nea por .*poca' es/man1/embudo-train.1 || fail 'embudo-train(1) does not say it in Spanish'
    cmp -s man/man1/embudo-train.1 es/man1/embudo-train.1 && fail 'both languages are the same'
fi
# What reads them has nothing to say of them.
for page in $(find man es -type f 2>/dev/null); do
    ! command -v groff >/dev/null || groff -man -Tutf8 -wall "$page" 2>&1 >/dev/null | head -n 2
    ! command -v mandoc >/dev/null || mandoc -T lint -W warning "$page" 2>&1 | head -n 2
done >log
[ ! -s log ] || fail "groff or mandoc: $(head -n 5 log)"
if command -v groff >/dev/null; then
    groff -man -Tutf8 -P-c man/man7/embudo-notation.7 2>/dev/null | grep -q "Conv2d(1, 8, 3, stride=2, padding=1),    # 8, 14, 14" ||
        fail 'the network of embudo-notation(7) is not as it is typed'
fi
finish
