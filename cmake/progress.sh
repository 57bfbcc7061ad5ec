#!/bin/sh
# progress.sh COMMAND...: runs a build and says on standard error how far it is, in one line that is rewritten
# or, where there is no terminal, in a few lines. What compilers say is shown whole, and the exit code is the
# command's own.
rewrites=
[ -t 2 ] && [ "${TERM:-dumb}" != dumb ] && rewrites=yes
case ${LC_ALL:-${LC_MESSAGES:-${LANG-}}} in
es | es[_.@]*) building='compilando embudo' ;;
*) building='building embudo' ;;
esac

# The percentage of "[ 12%] Building ..." (make) or "[12/345] Building ..." (ninja), or nothing.
percent() {
    number=${1#[} && number=${number%%]*}
    case $number in
    *[!0-9\ %/]* | '') ;;
    *%) number=${number%\%} && echo "${number##* }" ;;
    */*) [ "${number#*/}" -gt 0 ] && echo $((100 * ${number%/*} / ${number#*/})) ;;
    esac
}

clear_line() { [ -z "$shown" ] || printf '\r\033[K'; shown=; }

show() {
    shown= next=0
    while IFS= read -r line; do
        case $line in
        '['*']'*)
            now=$(percent "$line")
            [ -n "$now" ] || { clear_line; printf '%s\n' "$line"; continue; }
            case $line in
            *'] Built target'* | *'] Re-'*) ;; # nothing was compiled
            *) if [ "$rewrites" ]; then
                    printf '\r\033[K%s: %d %%' "$building" "$now" && shown=yes
                elif [ "$now" -ge "$next" ]; then
                    printf '%s: %d %%\n' "$building" "$now" && next=$((now / 25 * 25 + 25))
                fi ;;
            esac ;;
        '-- '* | *'make['*'ing directory '* | 'Scanning dependencies'* | 'Consolidate compiler'* | 'ninja: no work'* | \
            'ninja: Entering'* | 'The following files were'* | '  +/'* | '  -/'*) ;;
        *) clear_line; printf '%s\n' "$line" ;;
        esac
    done
    clear_line
}

code=$({ { "$@" 2>&1; echo $? >&3; } | show >&2; } 3>&1)
exit "${code:-1}"
