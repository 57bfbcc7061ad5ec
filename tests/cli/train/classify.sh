# Classifiers on codes and on images, and both compared: sh classify.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
run train data --epochs 2 --latent 8 --seed 5 --val-split 0.25 -o ae

# On codes: lines, table, files; the run's own seed and split.
line='^Epoch \[[0-9]*/3\], Loss: [0-9.]* Validation Loss: [0-9.]* Training Accuracy: [0-9.]* % Validation Accuracy: [0-9.]* %$'
t 0 'the run is in c1' classify ae data --epochs 3 -o c1
has err 'training head-mlp, 10 classes, 70,666 parameters, on the codes of data: 450 training and 150 validation images'
[ "$(grep -c "$line" out)" -eq 3 ] || fail "epoch lines: $(cat out)"
has out '^test accuracy [0-9.]* %$'
has out '^test loss [0-9.]*$'
has out '^200 test images of data$'
has out '^true  *0  *1  *2 .* 9  *right$'
exists c1/model.safetensors c1/run.json c1/history.csv c1/confusion.csv
[ "$(head -n 1 c1/history.csv)" = epoch,loss,validation_loss,seconds,images_per_second,train_loss,accuracy,validation_accuracy,data,training_images,validation_images ] ||
    fail 'the head of history.csv'
[ "$(awk -F, 'NR > 1 { for (i = 2; i <= NF - 3; i++) sum += $i } END { print sum }' c1/confusion.csv)" -eq 200 ] ||
    fail 'the confusion does not add up to the test images'
has c1/run.json '"encoder": "ae"'
has c1/run.json '"input": "codes"'
has c1/run.json '"loss": "CrossEntropyLoss"'
has c1/model.safetensors '"embudo.options": \{0,1\}"seed=5 epochs=3 batch_size=64 lr=0.002 schedule=linear val_split=0.25 shuffle=1 max_steps=0 optimizer=Adam loss=CrossEntropyLoss"'
sed -n '/^test accuracy/,$p' out >said
t 0 '' eval c1 data
same out said
t 0 '' eval c1/model.safetensors data --threads 2
same out said
# The model holds encoder and classifier; its codes are the autoencoder's.
t 0 '' info c1
has out '^encoder\.9 .*Linear(64, 8)'
has out '^classifier\.4 .*Linear(256, 10)'
has out '^classes   10$'
t 0 '' encode ae data -o ae.npy
t 0 '' encode c1 data -o c1.npy
same ae.npy c1.npy
# The same command makes the same model.
t 0 'the run is in c2' classify ae data --epochs 3 -o c2 --threads 3
same c1/model.safetensors c2/model.safetensors

# Other heads.
t 0 'the run is in' classify ae data --head linear --epochs 1 -o linear
has err 'training head-linear, 10 classes, 90 parameters'
printf 'classes = 4\ninput = 8\nclassifier = Sequential(Linear(8, 5), Tanh(), Linear(5, classes))\n' >own.net
t 0 'the run is in' classify ae data --head own.net --epochs 1 -o own
has err 'training own.net, 10 classes, 105 parameters'
t 0 'the run is in' classify ae data --knn 3 -o knn
has out '^test accuracy [0-9.]* %$'
has err 'the run is in knn'
mv out said
t 0 '' eval knn data
same out said
has knn/run.json '"knn": 3'
t 0 'the run is in' classify c1 data --knn 3 -o knn2
same knn/confusion.csv knn2/confusion.csv

# On images.
t 0 'the run is in icnn' classify --images data --epochs 1 -o icnn
has err 'training cnn, 10 classes, 39,370 parameters, on data: 480 training and 120 validation images'
t 0 'the run is in' classify --images data --net mlp --epochs 1 -o imlp
has err 'training mlp, 10 classes, 50,890 parameters'
t 0 '' eval icnn data
has out '^test accuracy '

# compare: the table, its files, one length or several.
t 0 'the table is in cmp/compare.csv' compare data --epochs 1 --classifier-epochs 1 -o cmp
[ "$(head -n 1 cmp/compare.csv)" = input,model,parameters,test_accuracy,seconds,data,part,images ] || fail 'the head of compare.csv'
[ "$(cut -d, -f1-3 cmp/compare.csv | sed 1d | tr '\n' ' ')" = \
    'codes,linear,90 codes,mlp,70666 codes,knn,0 pca,linear,90 pca,mlp,70666 pca,knn,0 images,mlp,50890 images,cnn,39370 ' ] ||
    fail "rows of compare.csv: $(cat cmp/compare.csv)"
[ "$(grep -c '^[a-z]*,[a-z]*,[0-9]*,[0-9]*\.[0-9]*,[0-9]*\.[0-9]*,data,test,200$' cmp/compare.csv)" -eq 8 ] || fail 'numbers of compare.csv'
has out '^input   model     parameters     test accuracy   seconds$'
has out '^images  cnn  *39,370 '
t 0 'the autoencoder of ae, latent 8' compare data --run ae --classifier-epochs 1 -o taken
t 0 'the table is in' compare data --latent 2,3 --seed 1,2 --epochs 1 --classifier-epochs 1 -o sweep
[ "$(head -n 1 sweep/compare.csv)" = input,model,parameters,test_accuracy,seconds,latent,seeds,spread,data,part,images ] ||
    fail 'the head of a sweep'
[ "$(wc -l <sweep/compare.csv)" -eq 15 ] || fail "rows of a sweep: $(cat sweep/compare.csv)"
has sweep/compare.csv '^codes,knn,0,[0-9.]*,[0-9.]*,3,2,[0-9.]*,data,test,200$'
has sweep/compare.csv '^images,cnn,39370,[0-9.]*,[0-9.]*,,2,[0-9.]*,data,test,200$'
has out '+-'
pictures=yes
if grep -q 'pictures need cairo' err; then pictures=no; fi
if [ $pictures = yes ]; then exists c1/confusion.png cmp/compare.png sweep/compare.png; fi

# The language only changes the picture.
t 0 'la ejecución está en' classify ae data --head linear --epochs 1 --language es -o es
same es/model.safetensors linear/model.safetensors
t 0 'la tabla está en' compare data --run ae --classifier-epochs 1 --language es -o es
same_columns() { cut -d, -f1-4 "$1" >a && cut -d, -f1-4 "$2" >b && same a b; }
same_columns taken/compare.csv es/compare.csv
if [ $pictures = yes ]; then
    for picture in linear/confusion taken/compare; do
        cmp -s $picture.png es/${picture#*/}.png && fail "$picture.png knows no Spanish"
    done
fi

# train takes a classifier's network too.
t 0 'trained 1 epoch' train data --model cnn --epochs 1 -o tcnn
has out 'Validation Accuracy: '

# bench measures classifiers.
run bench cnn --only train,forward,layers,single --batches 1,16 --threads 1 --seconds 0.002 --repeats 1
has out '^cnn, classes 10$'
has out '^classify  '
run bench c1 --only single --seconds 0.002 --repeats 1
has out '^encode  '
has out '^classify  '

# What is wrong.
t 2 'RUN|MODEL is missing' classify
t 2 '--net is for --images' classify ae data --net mlp
t 2 '--head is for codes' classify --images data --head mlp
t 2 '--knn is for codes' classify --images data --knn 3
t 1 'knn: asks nearest neighbours, which learned nothing and have no loss' plot knn loss
t 2 '--knn trains nothing' classify ae data --knn 3 --head mlp
t 2 '--knn trains nothing, so it cannot be used with --lr' classify ae data --knn 3 --lr 0.1
t 2 '--knn trains nothing, so it cannot be used with --ema' classify ae data --knn 3 --ema 0.9
t 2 "unexpected argument 'more'" classify --images data more
t 1 'icnn has no part called encoder' classify icnn data
t 1 'icnn is a classifier, and has no part called encoder; embudo predict says what it makes of pictures' encode icnn data
t 1 'icnn is a classifier, and has no part called decoder' sample icnn data
t 1 'icnn is a classifier, and has no part called encoder' similar icnn 3 data
t 1 'icnn is a classifier, and has no part called decoder' reconstruct icnn data
t 1 'c1 is a classifier, and has no part called decoder' decode c1 1,2,3,4,5,6,7,8
t 1 '--knn 451: expected at most 450, the number of training images' classify ae data --knn 451 -o many
gone many
t 1 'notebook has no trained weights' classify notebook data
t 1 'nothere' classify nothere data
t 1 'none.net' classify ae data --head none.net
t 1 'notebook: expected a network of one part called classifier' classify ae data --head notebook
printf 'input = 7\nclassifier = Sequential(Linear(7, 10))\n' >seven.net
t 1 'seven.net' classify ae data --head seven.net
printf 'input = 8\nclassifier = Sequential(Linear(8, 4))\n' >four.net
t 1 'four.net: the labels reach 9, so 10 outputs are expected, and the classifier has 4' \
    classify ae data --head four.net
printf 'input = 1, 28, 28\nparts = Sequential(Flatten(), Linear(784, 10))\n' >parts.net
t 1 'parts.net: expected an encoder and then a decoder, or a classifier' train data --model parts.net
t 1 'c1/model.safetensors exists already' classify ae data -o c1
t 2 "--latent: expected up to 16 whole numbers from 1 to 65536 with commas, got '2,,3'" compare data --latent 2,,3
t 2 "got '0'" compare data --latent 0
t 2 '--latent: 2 is given twice' compare data --latent 2,3,2
t 2 "got 'x'" compare data --seed x
t 2 '--run takes a trained autoencoder as it is' compare data --run ae --latent 4
t 2 '--run takes one autoencoder' compare data --run ae --seed 1,2
t 1 'icnn: expected an autoencoder' compare data --run icnn
t 1 'cannot make the folder' compare data -o data/train-labels-idx1-ubyte/x
finish
