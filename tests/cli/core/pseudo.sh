# What people read changes with the language, and what scripts read does not: sh pseudo.sh PROGRAM REPOSITORY
#
# Commands of the other tests run twice (twice.inc), once in a language that nobody speaks (pseudo.awk). Then
# each line is looked at (judge.awk), also of pages and drawings: every word of it must be in that language, except
# names; and exit codes, CSV, JSON, arrays and models must be the same, byte for byte. slow_pseudo_*.sh take all
# tests of their folders, many of them for their words alone (TWICE_WORDS), but for other slow ones,
# for those of serve, which answers until it is ended, and for these:
left_out() {
    cat <<'END'
train/quick data/data_export export/html
    take long, and have the lines of others
bench/model_cycles core/advice core/building core/claims core/entries core/hardening core/headers core/house core/names core/paths core/readme help/manual
    read sources, pages and names
core/guide core/shown
    run what both guides show, as they show it
core/json core/languages core/pseudo
    have languages of their own
core/terminal
    needs a terminal
core/late
    takes libraries away
core/usage report/info_fit
    are run by cli_pseudo, which is these two alone
core/bounds
    has one line of each option
core/doors data/data_guard data/no_cache data/picture_folders train/ends train/replan train/retry train/signal train/classify_resume compare/compare_resume
    end the program in its midst, or take its files away
core/foreign
    has names of all scripts
END
}
program=$1 root=$2
. "$root/tests/cli/common.inc"
command -v msgfmt >/dev/null || { echo 'skipped: no msgfmt'; exit 77; }
core=$root/tests/cli/core
every() { # FOLDER: its scripts
    (cd "$root/tests/cli" && ls $1/*.sh) | sed 's/\.sh$//' | grep -v '/slow_\|^serve/'
}
left_out | grep -v '^ ' | tr ' ' '\n' >without
if [ -n "${PSEUDO_FOLDERS-}" ]; then
    scripts=$(for folder in $PSEUDO_FOLDERS; do every "$folder"; done | grep -vxFf without)
else
    scripts='core/usage report/info_fit'
    every '*' | grep -vxFf without | cut -d/ -f1 | sort -u | while read -r folder; do
        grep -qw "$folder" "$core"/slow_pseudo_*.sh || echo "no slow_pseudo_*.sh takes $folder"
    done >nowhere
    every '*' | sort >there
    sort without | comm -23 - there | sed 's/$/ is left out and not there/' >>nowhere
    [ ! -s nowhere ] || fail "$(cat nowhere)"
fi
awk -f "$core/pseudo.awk" "$root/po/es.po" >other.po
msgfmt --check --endianness=little -o other.mo other.po || fail 'the catalogue'
cp "$core/twice.inc" twice && chmod +x twice

# Names: commands, choices of options, layers, data sets, this machine, and those in names.txt. Settings: options,
# as a table of them has them.
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
    "$program" help layers | grep -o '[A-Z][A-Za-z0-9]*(' | tr '(' '\n'
    "$program" data | cut -d' ' -f1
} | tr ' |-' '\n\n\n' >names
{
    sed -n 's/^PRETTY_NAME="*\([^"]*\).*/\1/p' /etc/os-release
    sed -n 's/^model name[^:]*: //p' /proc/cpuinfo
    uname -srm
} 2>/dev/null | grep . | sort -u >machine
cat machine "$core/names.txt" >>names
grep -o '^  *\(-., \)*--[a-z-]*' helps | sed 's/.*--/=/; s/-/_/g' | sort -u >>names

# twice PROGRAM SCRIPT NAME [words]: the script's commands, in log/NAME. judged NAME: what is wrong with them.
twice() {
    mkdir -p "log/$3"
    TWICE_PROGRAM=$1 TWICE_CATALOGUE=$work/other.mo TWICE_LOG=$work/log/$3 TWICE_WORDS=${4-} sh "$2" "$work/twice" "$root" >"$3.said" 2>&1
}
judged() { ls -d "log/$1"/* 2>/dev/null | awk -v names=names -f "$core/judge.awk" 2>counts; }

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
twice "$work/false" planted.sh alone words
judged alone >wrong
[ "$(wc -l <wrong)" -eq 1 ] && grep -q 'embudo say: English' wrong || fail "planted, words alone: $(cat wrong)"

# The tests in which nothing but the words is looked at: the longest, and those of refusals, which write nothing.
alone=' core/bad core/signals core/streams core/teaching data/range plot/plot report/info train/again train/begins train/learn
    train/resume train/tune use/bad_codes use/data_doctor use/score use/doctor use/duplicates use/input_photos use/kinds use/similar '
for script in $scripts; do
    name=${script##*/}
    case $alone in *" $script"[[:space:]]*) words=words ;; *) words= ;; esac
    twice "$program" "$root/tests/cli/$script.sh" "$name" $words
    ended=$?
    judged "$name" >wrong
    [ ! -s wrong ] || fail "$script: $(head -30 wrong)"
    read -r commands lines <counts
    # One that cannot run here has nothing to judge.
    [ "$ended" -eq 77 ] || { [ "$commands" -gt 3 ] && [ "$lines" -gt 10 ]; } ||
        fail "$script: hardly a command was run: $(tail -3 "$name.said")"
    rm -r "log/$name"
done
finish
