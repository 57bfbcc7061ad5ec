# As pseudo.sh, with the tests of what uses a network: sh slow_pseudo_use.sh PROGRAM REPOSITORY
PSEUDO_FOLDERS='use'
. "$2/tests/cli/core/pseudo.sh"
