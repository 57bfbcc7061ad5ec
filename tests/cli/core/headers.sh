# Each public header compiles alone, as C99, C17 and C++, and can be read in a sitting; <embudo.h> has all of
# them; what is unsettled or deprecated is warned of where a program asks for it, and nowhere else:
# sh headers.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
include=$root/include
command -v cc >/dev/null || { echo 'skipped: needs cc'; exit 77; }
cc() { command cc -Wall -Wextra -pedantic -Werror -I "$include" -fsyntax-only "$@"; }

for header in "$include"/embudo.h "$include"/embudo/*.h; do
    name=${header#"$include"/}
    for standard in c99 c17; do
        cc -std=$standard -x c "$header" 2>log || fail "$name as $standard: $(head -n 3 log)"
    done
    if command -v c++ >/dev/null; then
        c++ -std=c++11 -Wall -Wextra -pedantic -Werror -I "$include" -fsyntax-only -x c++ "$header" 2>log ||
            fail "$name as C++: $(head -n 3 log)"
    fi
    [ "$(wc -l <"$header")" -le 400 ] || fail "$name: more than 400 lines"
    [ "$name" = embudo.h ] || grep -qxF "#include \"$name\"" "$include/embudo.h" || fail "embudo.h lacks $name"
    grep -q "^ \*     $name " "$include/embudo.h" || [ "$name" = embudo.h ] || fail "embudo.h does not tell of $name"
    # What is declared says what is promised of it.
    grep -n '^[a-z].*[ *]emb_[a-z0-9_]*(' "$header" >log && fail "$name: without EMB_API or the like: $(head -n 1 log)"
done

# asks NAME CODE OPTIONS...: compiles a call.
asks() {
    printf '#include <embudo.h>\nint main(void) { %s; return 0; }\n' "$1" >asks.c
    shift
    cc -std=c99 "$@" asks.c 2>log
}
settled='(void)emb_net_latent(0)' unsettled='(void)emb_net_layer_count(0)' old='(void)emb_images_pixels(0, 0)'
for call in "$settled" "$unsettled" "$old"; do asks "$call" || fail "$call: $(head -n 3 log)"; done
asks "$settled" -DEMBUDO_WARN || fail "EMBUDO_WARN warns of what stays: $(head -n 3 log)"
asks "$unsettled" -DEMBUDO_WARN && fail 'EMBUDO_WARN does not warn of what is unsettled'
grep -q 'may still change' log || fail "the warning: $(head -n 3 log)"
asks "$old" -DEMBUDO_WARN && fail 'EMBUDO_WARN does not warn of what is deprecated'
grep -q 'goes away' log || fail "the warning: $(head -n 3 log)"
# The examples' programs and the consumers' use what stays.
for file in "$root"/tests/consumer/use.c "$root"/examples/*.c; do
    cc -std=c17 -DEMBUDO_WARN "$file" 2>log || fail "$file: $(head -n 3 log)"
done
# The program and the Python module use nothing that goes away.
sed -n 's/^EMB_DEPRECATED .*[ *]\(emb_[a-z0-9_]*\)(.*/\1/p' "$include"/embudo/*.h >names
[ -s names ] || fail 'nothing is deprecated: is the pattern right?'
grep -rnwFf names "$root/cli" "$root/bindings/python/embudo" "$root/examples" --include='*.[ch]' --include='*.py' >log &&
    fail "deprecated: $(head -n 3 log)"
finish
