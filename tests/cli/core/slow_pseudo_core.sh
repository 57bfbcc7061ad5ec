# As pseudo.sh, with the tests of the program at large: sh slow_pseudo_core.sh PROGRAM REPOSITORY
PSEUDO_FOLDERS='core'
. "$2/tests/cli/core/pseudo.sh"
