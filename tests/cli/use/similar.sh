# Nearest images and clusters: sh similar.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
small data
run train data --epochs 2 -o run

# By number: the image itself is left out, the nearest come first, whatever the threads.
t 0 '' similar run 7
[ "$(head -n 1 out)" = index,label,distance ] || fail "names: $(head -n 1 out)"
[ "$(wc -l <out)" -eq 11 ] || fail "lines: $(wc -l <out)"
grep -q '^7,' out && fail 'an image is nearest to itself'
tail -n +2 out | cut -d, -f3 >distances
sort -g distances | cmp -s - distances || fail 'not the nearest first'
mv out seven.csv
t 0 '' similar run 7 data -o seven-again.csv --threads 3
has out '^seven-again.csv: the 10 images nearest to 7, of data$'
same seven.csv seven-again.csv

# The same as the codes say.
t 0 '' encode run data --split all -o codes.csv
expected=$(awk -F, 'NR > 1 { x[NR - 2] = $1; y[NR - 2] = $2 }
    END { for (i = 0; i < NR - 1; i++) if (i != 7) { d = (x[i] - x[7]) ^ 2 + (y[i] - y[7]) ^ 2
        if (best == "" || d < least) { best = i; least = d } } print best }' codes.csv)
[ "$(sed -n 2p seven.csv | cut -d, -f1)" = "$expected" ] || fail "nearest to 7: $(sed -n 2p seven.csv)"
t 0 '' similar run 7 --split test --count 3
[ "$(wc -l <out)" -eq 4 ] || fail "lines of the test split: $(wc -l <out)"
t 0 '' similar run 7 --count 1000
[ "$(wc -l <out)" -eq 800 ] || fail "all others: $(wc -l <out)"

# A picture; a folder of pictures, which has names and classes. A file of the folder is at 0.
mkdir -p folder/ones folder/twos
for i in 0 1 2 3 4 5 6 7 8 9; do
    for class in ones twos; do
        [ $class = ones ] && at=$((i + 1)) || at=$((i + 301))
        { printf 'P5 28 28 255\n' && tail -c +$((17 + 784 * at)) data/train-images-idx3-ubyte | head -c 784; } \
            >folder/$class/$i.pgm
    done
done
t 0 'folder: 2 folders are the classes: ones, twos' similar run folder/ones/3.pgm folder --count 20
[ "$(head -n 1 out)" = file,label,distance ] || fail "names: $(head -n 1 out)"
[ "$(sed -n 2p out)" = ones/3.pgm,ones,0 ] || fail "nearest to itself: $(sed -n 2p out)"
[ "$(wc -l <out)" -eq 21 ] || fail "lines of a folder: $(wc -l <out)"
t 0 '' similar run folder/ones/3.pgm --count 1
[ "$(sed -n 2p out | cut -d, -f1,3)" = 4,0 ] || fail "the same digit in the data set: $(sed -n 2p out)"
run similar run folder/ones/3.pgm -o sheet.png
if grep -q 'pictures need cairo' err; then
    pictures=
else
    pictures=1
    exists sheet.png
    [ "$(wc -l <out)" -eq 11 ] || fail 'no CSV beside a sheet'
fi

# Clusters: every image, in the same one for any number of threads.
t 0 'purity 0.' cluster run -k 5
[ "$(head -n 1 out)" = index,label,cluster,distance ] || fail "names: $(head -n 1 out)"
[ "$(tail -n +2 out | cut -d, -f3 | sort -u | tr -d '\n')" = 01234 ] || fail 'not five clusters'
[ "$(wc -l <out)" -eq 801 ] || fail "lines: $(wc -l <out)"
mv out five.csv
t 0 'purity 0.' cluster run data -k 5 -o again.csv --threads 3
same five.csv again.csv
t 0 'purity 0.' cluster run data -k 5 -o other.csv --seed 7
# One image to a cluster is pure; all in one has the share of the commonest digit.
t 0 'purity 1.0000' cluster run folder -k 20 -o -
t 0 'purity 0.5000' cluster run folder -k 1 -o -
[ "$(sed -n 2p out | cut -d, -f1,2,3)" = ones/0.pgm,ones,0 ] || fail "a folder's rows: $(sed -n 2p out)"
t 0 'of 2 to 20 they have the widest mean silhouette' cluster run -k auto
if [ $pictures ]; then
    t 0 '' cluster run -k 3 -o groups
    t 1 'groups/02.png exists already, and is none of these 2 clusters; choose another folder, or remove it' \
        cluster run -k 2 -o groups
    t 0 '' cluster run -k 3 -o groups
    exists groups/clusters.csv groups/00.png groups/01.png groups/02.png
    gone groups/03.png
    has out '^cluster 2: [0-9]* images, [0-9.]* % [0-9]$'
    has out '^purity 0\.[0-9]*$'
    has out '^groups: 800 images of .*data in 3 clusters$'
fi

# The help's examples, on MNIST.
"$program" train mnist --max-steps 50 -o runs/001 >out 2>err || fail "train: $(cat err)"
tail -c +17 data/train-images-idx3-ubyte | { printf 'P5 28 28 255\n' && head -c 784; } >three.png
for command in similar cluster; do
    "$program" help $command | sed -n "s/^ *\(embudo $command runs.*\)\$/\1/p" | sed 's/   .*//' >examples
    [ -s examples ] || fail "no examples of $command"
    while read -r name rest; do
        case $rest in *.png*-o* | *-o*/* | *sheet*) [ $pictures ] || continue ;; esac
        # shellcheck disable=SC2086
        "$program" $rest >out 2>err </dev/null || fail "$name $rest: $(cat err)"
    done <examples
done
[ -z "$pictures" ] || exists sheet.png groups/09.png

# What cannot be done is said in a line.
t 1 'there is no image 800: the all split of data has 800, from 0' similar run 800 data
t 1 'no.png: no such file; expected a picture, or an image'"'"'s number' similar run no.png
t 2 "--output: expected a name that ends in .csv, .png, .svg or .pdf, or -, got 'x.txt'" similar run 7 -o x.txt
t 2 '-k is missing: the number of clusters, or auto' cluster run
t 2 "-k: expected a number of clusters, 1 to 1000, or auto, got 'few'" cluster run -k few
t 2 "-k: expected a number of clusters, 1 to 1000, or auto, got '0'" cluster run -k 0
t 2 'there is a sheet for each cluster; expected a folder or a name that ends in .csv' cluster run -k 3 -o x.png
t 1 '-k 21: there are only 20 images; expected at most as many clusters' cluster run folder -k 21
t 1 'nowhere' cluster run nowhere -k 3
finish
