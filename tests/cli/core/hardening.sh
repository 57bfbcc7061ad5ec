# A release is hardened: position independent, read-only relocations, guarded stack, checked copies.
program=$1 root=$2
. "$root/tests/cli/common.inc"
command -v readelf >/dev/null || exit 77
readelf -hldW "$program" >elf 2>/dev/null || exit 77
readelf -sW "$program" >symbols
! grep -q '__llvm_profile_init\|__asan_init\|__tsan_init\|__ubsan_handle' symbols || exit 77
has elf 'Type: *DYN'
has elf GNU_RELRO
has elf 'BIND_NOW\|FLAGS_1.*NOW'
has symbols __stack_chk_fail
has symbols '_chk@GLIBC'
! grep 'GNU_STACK' elf | grep -q 'RWE' || fail 'the stack can be executed'
finish
