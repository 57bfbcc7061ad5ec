# As pseudo.sh, with the commands of tests that train and read: sh slow_pseudo.sh PROGRAM REPOSITORY
PSEUDO_SCRIPTS='use/models train/class_file report/info'
. "$2/tests/cli/core/pseudo.sh"
