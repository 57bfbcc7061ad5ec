# What people read changes with the language, and what scripts read does not: sh pseudo.sh PROGRAM REPOSITORY
#
# Commands of the other tests run twice (twice.inc), once in a language that nobody speaks (pseudo.awk). Then
# each line is looked at (judge.awk): every word of it must be in that language, except names; and exit
# codes, CSV, JSON, arrays and models must be the same, byte for byte. slow_pseudo.sh takes more tests.
program=$1 root=$2
. "$root/tests/cli/common.inc"
command -v msgfmt >/dev/null || { echo 'skipped: no msgfmt'; exit 77; }
core=$root/tests/cli/core
scripts=${PSEUDO_SCRIPTS:-core/usage report/info_fit}
awk -f "$core/pseudo.awk" "$root/po/es.po" >other.po
msgfmt --check --endianness=little -o other.mo other.po || fail 'the catalogue'
cp "$core/twice.inc" twice && chmod +x twice

# Names: commands, choices of options, and those in names.txt.
names_of() { sed -n 's/^  \([a-z][a-z ]*[a-z]\)  .*/\1/p'; }
"$program" help | names_of >commands
while read -r command; do
    # shellcheck disable=SC2086
    "$program" help $command
done <commands >helps
{
    cat commands
    names_of <helps
    grep -o '[a-z0-9-]*|[a-z0-9|-]*' helps
} | tr ' |-' '\n\n\n' | cat - "$core/names.txt" >names

# twice PROGRAM SCRIPT NAME: the script's commands, in log/NAME. judged NAME: what is wrong with them.
twice() {
    mkdir -p "log/$3"
    TWICE_PROGRAM=$1 TWICE_CATALOGUE=$work/other.mo TWICE_LOG=$work/log/$3 sh "$2" "$work/twice" "$root" >"$3.said" 2>&1
}
judged() { ls -d "log/$1"/* | awk -v names=names -f "$core/judge.awk" 2>counts; }

# It can fail: a line of English, an exit code, a byte of CSV, one of a file.
cat >false <<'END'
#!/bin/sh
case $1 in
say) echo 'one line of English' >&2 ;;
csv) echo "a,${EMBUDO_CATALOGUE:+1}" ;;
file) echo "a,${EMBUDO_CATALOGUE:+1}" >data.csv ;;
code) [ -z "${EMBUDO_CATALOGUE-}" ] ;;
same) echo 'a,b' && echo 'a,b' >same.csv && echo "${EMBUDO_CATALOGUE:+óñé }" >&2 ;;
esac
END
chmod +x false
cat >planted.sh <<'END'
program=$1 root=$2
. "$root/tests/cli/common.inc"
for what in say csv file code same; do run $what; done
finish
END
twice "$work/false" planted.sh planted
judged planted >wrong
[ "$(wc -l <wrong)" -eq 4 ] && ! grep -q 'embudo same' wrong || fail "planted: $(cat wrong)"
for what in 'embudo say: English' 'embudo csv: data changed' 'embudo file: a file changed: data.csv' 'embudo code: exit code 1'; do
    grep -qF "$what" wrong || fail "planted: no '$what' in $(cat wrong)"
done

for script in $scripts; do
    name=${script##*/}
    twice "$program" "$root/tests/cli/$script.sh" "$name"
    judged "$name" >wrong
    [ ! -s wrong ] || fail "$script: $(head -30 wrong)"
    read -r commands lines <counts
    [ "$commands" -gt 5 ] && [ "$lines" -gt 10 ] || fail "$script: hardly a command was run: $(tail -3 "$name.said")"
done
finish
