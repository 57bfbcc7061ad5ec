# The README begins as it should, and what it shows is what the program prints: sh readme.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
page=$root/README.md

# It begins with the way to the Spanish guide, and with a picture that is there.
head -n 6 "$page" | grep -q '^\[Guía en español\](docs/guia.md)$' || fail 'no Spanish link at the beginning'
picture=$(head -n 6 "$page" | sed -n 's/^!\[..*\](\(docs.*\))$/\1/p')
[ -n "$picture" ] && [ -s "$root/$picture" ] || fail "no picture at the beginning: $picture"
# Every file that it leads to is there.
sed 's/](/\n](/g' "$page" | sed -n 's/^](\([a-zA-Z.][^):]*\)).*/\1/p' | while read -r file; do
    [ -e "$root/$file" ] || echo "$file"
done >missing
[ ! -s missing ] || fail "not there: $(cat missing)"

# Each command of its blocks is one, and has the options that stand there.
sed -n 's/^    \$ \{0,1\}embudo \([^#]*\).*/\1/p' "$page" >commands
grep -o '`embudo [a-z][^`]*`' "$page" | sed 's/`embudo \(.*\)`/\1/' >>commands
[ "$(wc -l <commands)" -gt 30 ] || fail 'hardly a command was found'
while read -r command rest; do
    run help "$command"
    [ "$code" -eq 0 ] || fail "README: embudo $command $rest: $(cat err)"
    for word in $rest; do
        case $word in
        --*) word=${word%%[=,.;]*} && grep -q -e "^  \(-[a-z], \)\{0,1\}$word\( \|$\)" out ||
            fail "README: embudo $command has no $word" ;;
        esac
    done
done <commands

# What a training says: its first lines and its first epoch, and eval's of the same form.
sed -n '/^    \$ embudo train$/,/^    \.\.\.$/s/^    //p' "$page" | sed '1d; $d' >shown
[ "$(wc -l <shown)" -eq 4 ] || fail "the README's training: $(cat shown)"
"$program" train mnist --max-steps 20 --threads 2 -o stopped >out 2>err || fail "train: $(cat err)"
cat err out >said
machine='s/^device: cpu, [a-z0-9]*, [0-9]* threads\{0,1\} (.*/device/'
sed "$machine" said >plain
sed -n '1,2p' shown | sed "$machine" | while IFS= read -r line; do
    grep -qxF -e "$line" plain || echo "$line"
done >missing
[ ! -s missing ] || fail "not printed: $(cat missing); but: $(cat said)"
"$program" eval stopped >out 2>err || fail "eval: $(cat err)"
sed -n '/^    \$ embudo eval runs\/001$/,/^$/s/^    //p' "$page" | sed '1d; s|[0-9][0-9]*|0|g' >shown
sed 's|[0-9][0-9]*|0|g' out >said
cmp -s shown said || fail "eval does not print what the README shows: $(cat out)"
finish
