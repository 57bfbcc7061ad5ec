#!/bin/sh
# Types what a guide says, as it stands there: sh docs/typed.sh PROGRAM PAGE WORK [SKIP [BEFORE]]
#
# PROGRAM is embudo, PAGE is docs/guide.md or docs/guia.md, and WORK a new folder. A command that matches the extended
# regular expression SKIP is left out. BEFORE is another such WORK, typed from the other guide, whose networks are taken
# instead of being trained again: their bits do not depend on the language.
#
# Typed are the blocks marked sh; comments that begin with "typed:", for what the text only tells; and what follows "$ "
# in blocks without a mark, which show what is printed. WORK is then as the reader's folder. WORK/typed has, numbered
# as they stand in the page, N.sh (commands), N.aside (commands of comments and behind "$ "), N.txt (what is shown) and N.out
# (what the commands printed, and their exit codes; or "skipped"), NAME.log for each run (what its command printed), and
# seconds (processor time).
set -u
[ $# -ge 3 ] || { echo 'usage: sh docs/typed.sh PROGRAM PAGE WORK [SKIP [BEFORE]]' >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
page=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
skip=${4-} before=${5-}
mkdir -p "$3/typed" "$3/build/release" "$3/runs"
[ -z "$before" ] || before=$(cd "$before" && pwd)
cd "$3" || exit 1

# The folder is as the repository where the guide looks into that.
ln -sf "$program" build/release/embudo
for name in examples models tests; do ln -sfn "$root/$name" $name; done
printf '#!/bin/sh\ncommand=$1\nshift\nexec embudo "$command" --report "$@"\n' >run
chmod +x run
PATH=$PWD/build/release:$PATH
unset EMBUDO_CATALOGUE LC_MESSAGES LANG LANGUAGE
case $page in *guia.md) LC_ALL=es_ES.UTF-8 ;; *) LC_ALL=C ;; esac
export PATH LC_ALL

awk '
    function to(suffix) { file = sprintf("typed/%03d.%s", ++n, suffix); printf "" >file }
    on && (/^```$/ || /^-->$/) { on = 0; close(file); next }
    on == "shown" && /^\$ / { close(file); n--; to("aside"); print substr($0, 3) >file; close(file); to("txt"); next }
    on { print >file; next }
    /^```sh$/ { on = "sh"; to("sh"); next }
    /^<!-- typed:$/ { on = "aside"; to("aside"); next }
    /^```$/ { on = "shown"; to("txt"); next }
    /^```/ { on = "other"; file = "/dev/null" }' "$page"

# seconds: the processor time of all commands so far.
seconds() { times >typed/times && awk 'NR == 2 { split($1, a, /[ms]/); split($2, b, /[ms]/); print 60 * (a[1] + b[1]) + a[2] + b[2] }' typed/times; }
# type COMMAND OUT
type() {
    name=$(printf '%s' "$1" | sed -n 's/^embudo [a-z]* .*-o runs\/\([a-z0-9-]*\).*/\1/p')
    trained=
    case $1 in
    './run train') name=001 trained=001 ;;
    'embudo train '* | 'embudo classify --images '*) trained=$name ;;
    esac
    if [ -n "$trained" ] && [ -n "$before" ] && [ -d "$before/runs/$name" ]; then
        cp -r "$before/runs/$name" runs && cp "$before/typed/$name.log" typed
        echo skipped >>"$2"
    elif [ -n "$skip" ] && printf '%s' "$1" | grep -Eq -e "$skip"; then
        echo skipped >>"$2"
    else
        seconds >typed/was
        printf '%s\n' "$1" >typed/command
        sh typed/command >typed/printed 2>&1 </dev/null
        echo "exit code $?" >>typed/printed
        cat typed/printed >>"$2"
        [ -z "$name" ] || cp typed/printed "typed/$name.log"
        seconds >typed/now
        awk -v name="$1" 'NR == FNR { was = $1; next } { printf "%.2f %s\n", $1 - was, name }' typed/was typed/now >>typed/seconds
    fi
}
for script in $(ls typed/*.sh typed/*.aside | sort); do
    out=${script%.*}.out text=
    : >"$out"
    while IFS= read -r line || [ -n "$line" ]; do
        text="$text${text:+
}$line"
        case $text in *"<<'END'"*) [ "$line" = END ] || continue ;; esac
        type "$text" "$out"
        text=
    done <"$script"
done
