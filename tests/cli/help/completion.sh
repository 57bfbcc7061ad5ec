# What a shell may complete: sh completion.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
mkdir -p runs/001 runs/none 'runs/two words' nets && : >runs/001/run.json && : >'runs/two words/run.json'
: >nets/mine.net && : >'a file.net' && : >notes.txt
mkdir "cut
run"

# offers WORDS... => LINE...: the words that are offered for the last of WORDS, in their order.
offers() {
    : >want
    line=
    while [ "$1" != "=>" ]; do line="$line '$1'" && shift; done
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" >want
    eval "run completion words -- $line"
    [ "$code" -eq 0 ] || fail "$line: exit code $code: $(cat err)"
    cut -f1 out | cmp -s - want || fail "$line: offers $(cut -f1 out | tr '\n' ' ')instead of $(tr '\n' ' ' <want)"
}
offers +tr '=>' train
offers +co '=>' compare completion
offers +xyzzy '=>'
offers xyzzy + '=>'
offers +--v '=>' --version
offers train +--epo '=>' --epochs
offers train --epochs + '=>'
offers train --epochs 3 +--epo '=>' --epochs
offers train --shuffle +--epo '=>' --epochs
offers train --model +noteb '=>' notebook :files
offers train --model = +noteb '=>' notebook :files
offers train +--model=noteb '=>' --model=notebook
offers train --schedule +c '=>' constant cosine
offers train +--schedule=lin '=>' --schedule=linear
offers train -o + '=>' :folders
offers train +fash '=>' fashion-mnist :files
offers train a + '=>'
offers train -- +--epo '=>' :files
offers eval + '=>' runs/001 'runs/two words' :files
offers eval runs/001 +mn '=>' mnist :files
offers info +runs/0 '=>' runs/001 :files
offers plot runs/001 +l '=>' loss
offers encode runs/001 a b + '=>' mnist fashion-mnist kmnist cifar-10 cifar-100 emnist :files
offers data +g '=>' get
offers data get +f '=>' fashion-mnist
offers data list +--l '=>' --list --language
offers help +not '=>' notation
offers help +dat '=>' data datasets
offers help data +pr '=>' preview
offers help train + '=>'
offers --language + '=>' en es
offers --language es +ev '=>' eval
offers --quiet +ev '=>' eval
offers --config + '=>' :files
offers train --quiet --config x +--stri '=>' --strict
offers train --language + '=>' en es
offers completion words +x '=>'
offers completion + '=>' bash zsh fish
offers runs +r '=>' remove rename :folders
offers runs + '=>' compare remove rename :folders
offers runs compare + '=>' runs/001 'runs/two words' :files
offers train --loss +s '=>' smooth_l1 ssim
offers train +--loss=hu '=>' --loss=huber
offers train --loss '+mse + 0.2*ss' '=>' 'mse + 0.2*ssim'
offers train --optimiser +a '=>' adam adamw
offers train --augment '+shift=2,fl' '=>' 'shift=2,flip'
offers train --denoise + '=>' gaussian salt mask
offers train --freeze +e '=>' encoder
offers train --checkpoint-every + '=>' epoch
offers bench --only '+train,la' '=>' 'train,layers'
offers bench --isa +p '=>' plain
offers import x --notation +noteb '=>' notebook :files
# Words of an option are those that its help names, and those that it takes.
worded() { # OPTION COMMAND ARGS: refused words are wrong usage
    option=$1 command=$2
    shift 2
    run "$command" --help
    sed -n "/^  --$option /,/^  \(-[a-z], \)\{0,1\}--[a-z]/p" out | tr '\n' ' ' >text
    run completion words -- "$command" "--$option" +
    cut -f1 out >words
    [ -s words ] || fail "--$option of $command offers nothing"
    while read -r word; do
        grep -q "[^a-z_0-9]$word[^a-z_]" text || fail "--$option: the help does not name $word: $(cat text)"
        case $option in augment | denoise) [ $word = flip ] || word=$word=0.5 ;; esac
        case $word in shift*) word=shift=1 ;; esac
        run "$command" "--$option" "$word" "$@"
        [ "$code" -ne 2 ] || fail "$command --$option $word: $(cat err)"
    done <words
}
worded loss train nowhere
worded optimiser train nowhere
worded augment train nowhere
worded denoise train nowhere
worded only bench nowhere
# Each command and each option of the help is offered.
run help
commands=$(sed -n '/^commands$/,/^$/s/^  \([a-z]*\)  .*/\1/p' out)
# shellcheck disable=SC2086
offers + '=>' $commands
for command in $commands; do
    run "$command" --help
    sed -n 's/^  \(-[a-z], \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' out >options
    run completion words -- "$command" +--
    cut -f1 out | cmp -s - options || fail "the options of $command are not those of its help: $(cut -f1 out | diff - options)"
done
# What is offered is told, in the reader's language.
run completion words -- +trai
has out "^train	train a network on a data set; the run is kept in a folder$"
LC_MESSAGES=es "$program" completion words -- +trai >out && ! grep -q 'train a network' out || fail 'the meaning is English in Spanish'
t 2 'expected one of bash, zsh, fish, got '"'bsh'; did you mean 'bash'?" completion bsh
t 2 "expected the last word as +WORD, got 'x'" completion words -- x
t 2 'SHELL is missing' completion
t 2 "unexpected argument 'x'" completion bash x

# The scripts, in the shells that are here.
mkdir bin && ln -s "$program" bin/embudo && PATH="$work/bin:$PATH" && export PATH
for shell in bash zsh fish; do
    t 0 '' completion $shell
    mv out script.$shell
    ! command -v $shell >/dev/null || $shell -n script.$shell 2>log || fail "$shell does not read its script: $(cat log)"
done
if command -v bash >/dev/null; then
    # bash_offers WORDS = LINES: COMP_WORDS as bash cuts them.
    cat >ask.bash <<'END'
source ./script.bash
COMP_WORDS=(embudo "$@") COMP_CWORD=$#
_embudo 2>/dev/null
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
END
    bash ask.bash train --epo >got && [ "$(cat got)" = --epochs ] || fail "bash: $(cat got)"
    bash ask.bash train --model = noteb >got && [ "$(cat got)" = notebook ] || fail "bash after =: $(cat got)"
    bash ask.bash info 'a f' >got && [ "$(cat got)" = 'a file.net' ] || fail "bash, a file: $(cat got)"
    bash ask.bash eval 'runs/t' >got && [ "$(head -n 1 got)" = 'runs/two words' ] || fail "bash, a run: $(cat got)"
    bash ask.bash train -o ne >got && [ "$(cat got)" = nets ] || fail "bash, a folder: $(cat got)"
    bash ask.bash train -o no >got && [ ! -s got ] || fail "bash offers a file for a folder: $(cat got)"
    bash ask.bash info cu >got && [ ! -s got ] || fail "bash, half a name: $(cat got)"
    bash ask.bash '' >got && [ "$(wc -l <got)" -eq "$(echo $commands | wc -w)" ] || fail "bash, commands: $(cat got)"
fi
if command -v zsh >/dev/null; then
    cat >ask.zsh <<'END'
compdef() { }
_describe() { print -rl -- "${(@P)4}"; }
_files() { print -r -- "files $*"; }
source ./script.zsh
words=(embudo "$@") CURRENT=$(( $# + 1 )) PREFIX=${@[-1]}
_embudo
END
    zsh -f ask.zsh train --epo >got && grep -q -e '^--epochs:number of passes' got || fail "zsh: $(cat got)"
    zsh -f ask.zsh train --model '' >got && grep -q '^notebook:' got && grep -qx 'files ' got || fail "zsh, a model: $(cat got)"
    zsh -f ask.zsh train -o '' >got && [ "$(cat got)" = 'files -/' ] || fail "zsh, a folder: $(cat got)"
fi
if command -v fish >/dev/null; then
    HOME=$work fish -c 'source script.fish; complete -C "embudo train --epo"; complete -C "embudo eval runs/t"; complete -C "embudo train -o ne"' >got 2>&1
    grep -q '^--epochs	number of passes' got && grep -q 'runs/two' got && grep -q 'nets/' got || fail "fish: $(cat got)"
fi
finish
