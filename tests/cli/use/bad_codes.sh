# Codes that a model cannot decode: one clear line, nothing written: sh bad_codes.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
run train data --max-steps 1 -o run
run train data --max-steps 1 --latent 5 -o five
t 0 '' encode run data -o good.npy
t 0 '' encode run data -o good.csv

# bad TEXT CONTENT: decoding a CSV of this content fails with this text.
bad() {
    printf "$2" >bad.csv
    t 1 "$1" decode run bad.csv -o out.npy
    gone out.npy
}
bad 'bad.csv: is empty' ''
bad 'bad.csv: holds no codes' 'code_0,code_1\n'
bad 'bad.csv: line 1: has 3 columns, the model needs 2' '1,2,3\n'
bad 'bad.csv: line 2: has 1 column, the model needs 2' '1,2\n3\n'
bad 'bad.csv: line 1: names 3 columns of codes, the model needs 2' 'code_0,code_1,code_2,label\n1,2,3,4\n'
bad 'bad.csv: line 3: has 4 columns, the line of names has 3' 'code_0,code_1,label\n1,2,3\n1,2,3,4\n'
bad "bad.csv: line 2, column 2: expected a finite number, got 'x'" '1,2\n3,x\n'
bad "bad.csv: line 2, column 1: expected a finite number, got 'nan'" '1,2\nnan,1\n'
bad "bad.csv: line 1, column 2: expected a finite number, got 'inf'" '1,inf\n'
bad 'bad.csv: is neither CSV nor NPY' '1,\0002\n'
t 1 'good.csv: line 1: names 2 columns of codes, the model needs 5' decode five good.csv
t 1 'good.npy: has the shape [200, 2], the model needs codes of [N, 5]' decode five good.npy
"$program" decode run - <data/t10k-labels-idx1-ubyte >out 2>err
[ $? -eq 1 ] || fail 'standard input that is no CSV'
has err '^embudo: standard input: is neither CSV nor NPY '

# NPY.
head -c 1000 good.npy >cut.npy
t 1 'cut.npy: holds 872 bytes of numbers, but its header announces 1600' decode run cut.npy -o out.npy
head -c 100 good.npy >cut.npy
t 1 'cut.npy: ends inside its NPY header' decode run cut.npy -o out.npy
{ cat good.npy && printf x; } >long.npy
t 1 'long.npy: holds 1601 bytes of numbers, but its header announces 1600' decode run long.npy
sed 's/<f4/<c8/' good.npy >type.npy
t 1 "type.npy: holds numbers of type '<c8'" decode run type.npy
sed 's/(200, 2), }/(9999999999, 2)}/' good.npy >huge.npy
t 1 'huge.npy: ' decode run huge.npy
t 0 '' reconstruct run data --count 1 -o images.npy
t 1 'images.npy: has the shape [1, 1, 28, 28], the model needs codes of [N, 2]' decode run images.npy

# The command line.
t 1 "'1,2,3' has 3 numbers, but a code of this model has 2" decode run 1,2,3
t 1 "'1' has 1 number, but a code of this model has 2" decode run 1
t 1 "'1,x' is not a code: expected 2 finite numbers separated by commas" decode run 1,x
t 1 "'nan,1' is not a code" decode run nan,1
t 1 "'1,1e99' is not a code" decode run 1,1e99
t 1 "'1-2,3' is not a code" decode run 1-2,3
t 1 'nowhere.csv: cannot open: no such file or folder' decode run nowhere.csv
t 1 'data: is a folder; expected a file' decode run data
t 2 'CODES is missing: files of codes' decode run
t 2 "--output: expected a name that ends in .png, .npy, .npz or .csv, or a folder that ends in /, got 'x.jpg'" decode run 1,2 -o x.jpg
t 2 "unknown option '-x'" decode run -x
t 1 'cannot write: its folder does not exist' decode run 1,2 -o nowhere/x.npy
t 1 'good.npy/x: cannot make the folder' decode run 1,2 -o good.npy/x/

# Models.
t 1 'notebook has no trained weights' decode notebook 1,2
t 1 'notebook has no trained weights' encode notebook data
ls -a | grep -e '\.tmp' && fail 'temporary files were left'
finish
