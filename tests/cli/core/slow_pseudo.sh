# As pseudo.sh, with the commands of the tests of all that trains, draws and reads: sh slow_pseudo.sh PROGRAM REPOSITORY
PSEUDO_SCRIPTS='data/data_get data/picture_folders train/train train/class_file train/resume train/classify use/kinds use/models
    use/score use/predict use/encode use/similar use/duplicates use/doctor report/report report/info plot/plot
    runs/runs_list runs/runs_change core/bad core/json core/general'
. "$2/tests/cli/core/pseudo.sh"
