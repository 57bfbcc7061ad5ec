# A few of slow_quick.sh's networks, with a bar that a busy machine keeps: sh quick.sh PROGRAM REPOSITORY
exec sh "$2/tests/cli/train/slow_quick.sh" "$1" "$2" few
