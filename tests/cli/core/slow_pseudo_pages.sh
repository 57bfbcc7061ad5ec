# As pseudo.sh, with the tests of figures and pages: sh slow_pseudo_pages.sh PROGRAM REPOSITORY
PSEUDO_FOLDERS='plot report'
. "$2/tests/cli/core/pseudo.sh"
