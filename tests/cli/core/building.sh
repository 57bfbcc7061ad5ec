# The build says how far it is and nothing else, but for what compilers say: sh building.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
cat >build.sh <<'END'
echo '-- Configuring done (0.1s)'
echo 'Scanning dependencies of target embudo'
i=0
while [ $i -lt 200 ]; do
    i=$((i + 1))
    case $1 in
    make) printf '[%3d%%] Building C object x/%d.c.o\n' $((i / 2)) $i ;;
    ninja) printf '[%d/200] Building C object x/%d.c.o\n' $i $i ;;
    esac
    [ $i -ne 70 ] || cat said.txt >&2
done
echo '[100%] Built target embudo'
exit "$2"
END
cat >said.txt <<'END'
src/a.c: In function 'f':
src/a.c:3:9: warning: unused variable 'x' [-Wunused-variable]
    3 |     int x;
      |         ^
[note] not a number
make[2]: *** [a.o] Error 1
FAILED: [code=1] a.o
END
for kind in make ninja; do
    for wanted in 0 2; do
        sh "$root/cmake/progress.sh" sh build.sh $kind $wanted >out 2>err
        code=$?
        [ $code -eq $wanted ] || fail "$kind: exit code $code, not $wanted"
        [ ! -s out ] || fail "$kind: standard output has $(cat out)"
        grep -v '^building embudo: [0-9]* %$' err >rest
        cmp -s rest said.txt || fail "$kind: what the compiler says is not whole: $(diff rest said.txt)"
        [ "$(grep -c '^building embudo: ' err)" -le 5 ] || fail "$kind: $(grep -c '^building' err) lines"
        grep -q '^building embudo: [5-9][0-9] %$' err || fail "$kind: does not say how far it is"
    done
done
LC_MESSAGES=es_ES.UTF-8 sh "$root/cmake/progress.sh" sh build.sh make 0 2>&1 | grep -q '^compilando embudo: ' || fail 'not in Spanish'
# Nothing is said if nothing was built.
sh "$root/cmake/progress.sh" sh -c 'echo "[100%] Built target embudo"; echo "ninja: no work to do."' >out 2>&1
[ ! -s out ] || fail "of no work: $(cat out)"
# On a terminal it is one line that is rewritten, and gone at the end.
if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1; then
    TERM=xterm script -qec "sh '$root/cmake/progress.sh' sh build.sh make 0" /dev/null </dev/null >out 2>&1
    [ "$(tr '\r' '\n' <out | grep -c 'building embudo: ')" -gt 50 ] || fail 'a terminal does not see each step'
    [ "$(tail -c 4 out | od -An -c | tr -d ' ')" = '\r033[K' ] || fail "the line stays: $(tail -c 60 out | od -c)"
    tr '\r' '\n' <out | grep -q 'warning: unused variable' || fail 'no warning on a terminal'
fi
# Before the tests: how long, and what a skipped one means, in both languages.
sh "$root/tests/notice.sh" >out
has out 'minutes'
has out 'Skipped.*no failure'
LC_MESSAGES=es sh "$root/tests/notice.sh" | grep -q 'omitida.*no es un fallo' || fail 'the notice is not in Spanish'
(cd "$root" && make -n check 2>/dev/null) | grep -n 'notice.sh\|ctest ' | head -n 1 | grep -q notice || fail 'make check does not say it first'
finish
