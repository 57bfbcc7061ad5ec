# As pseudo.sh, with the tests of data sets and help: sh slow_pseudo_data.sh PROGRAM REPOSITORY
PSEUDO_FOLDERS='data help'
. "$2/tests/cli/core/pseudo.sh"
