# As pseudo.sh, with the tests of what trains, and of runs: sh slow_pseudo_train.sh PROGRAM REPOSITORY
PSEUDO_FOLDERS='train compare runs'
. "$2/tests/cli/core/pseudo.sh"
