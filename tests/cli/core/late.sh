# A library that one command needs may be missing where another command runs: sh late.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

mkdir broken home
: >broken/libcurl.so.4
: >broken/libmicrohttpd.so.12
HOME=$work/home
export HOME
unset XDG_CACHE_HOME

# late LIBRARY ARGS: with that library broken, where this build loads it late.
late() {
    library=$1
    shift
    grep -qaF "$library" "$program" || return 0
    ldd "$program" 2>/dev/null | grep -qF "$library" && return 0
    LD_LIBRARY_PATH=$work/broken "$program" --version >out 2>err || fail "without $library: --version: $(cat err)"
    LD_LIBRARY_PATH=$work/broken "$program" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq 1 ] || fail "without $library: embudo $*: exit code $code"
    grep -q "this needs the library $library, which cannot be loaded: " err || fail "without $library: $(cat err)"
}

mkdir run
cp "$root/models/notebook.net" run/
late libcurl.so.4 data get fashion-mnist
late libmicrohttpd.so.12 serve run
finish
