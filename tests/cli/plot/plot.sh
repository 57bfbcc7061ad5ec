# `embudo plot`, every kind to every ending, and what it refuses: sh plot.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
quiet() { "$program" "$@" >/dev/null 2>&1 || fail "embudo $*: exit code $?"; }
quiet train data --epochs 2 -o two
quiet train data --epochs 1 --latent 5 -o five
quiet train data --epochs 1 --latent 1 -o one

run plot two loss
if grep -q 'pictures need cairo' err; then
    t 1 'install libcairo2-dev' plot two network
    exit 77
fi

# Where pictures go.
t 0 '' plot two loss
has out '^two/loss.png$'
t 0 '' plot two/model.safetensors network
has out '^network.png$'
exists two/loss.png network.png

# Each kind with each ending; kinds that need no images take nothing else.
starts() { # starts FILE TEXT
    [ "$(head -c 8 "$1" | tr -d '\0\r\n\211\032')" = "$2" ] || fail "$1 does not begin with $2"
}
for kind in loss film codes manifold walk samples traversal prior errors filters network transposed; do
    case $kind in loss | film | filters | network | transposed) set= ;; *) set=data ;; esac
    for ending in png svg pdf PNG; do
        t 0 '' plot two $kind $set -o k.$ending
        has out "^k.$ending$"
        case $ending in
        svg) starts k.svg '<svg xml' ;;
        pdf) has k.pdf '^%PDF-1' ;;
        *) starts k.$ending 'PNG' ;;
        esac
        cp k.$ending first
        t 0 '' plot two $kind $set -o k.$ending --threads 3
        same first k.$ending
    done
    t 0 '' plot two $kind $set -o es.svg --language es
    cmp -s es.svg k.svg && [ $kind != filters ] && [ $kind != errors ] && fail "$kind knows no Spanish"
    t 0 '' plot two $kind $set -o title.svg --title 'A <b> & c'
    has title.svg '>A &lt;b&gt; &amp; c</text>'
done

# The words on them.
words() { # words FILE PATTERN... : each is the text of an element, or a part of one
    file=$1
    shift
    for pattern; do has "$file" ">[^<]*$pattern[^<]*</text>"; done
}
t 0 '' plot two loss -o loss.svg
t 0 '' plot two film -o film.svg
words film.svg 'A validation image, and what was made of it after each epoch' 'Original Image' 'epoch 1' 'epoch 2'
t 1 "is not a run's folder; the film of the epochs is in a run's film.npy" plot two/model.safetensors film
t 0 '' plot two loss -o loss.svg
words loss.svg 'Loss by epoch' epoch 'loss (mean squared error)' 'training (mean of the epoch)' validation
t 0 '' plot two codes data -o codes.svg
words codes.svg 'The codes of 200 test images' 'code\[0\]' 'code\[1\]' label '9'
t 0 '' plot two codes data --split all --language es -o codes.svg
words codes.svg 'de 800 im.*genes' 'digo\[0\]' etiqueta
t 0 '' plot five codes data --split val -o codes.svg
words codes.svg '120 validation' 'first principal component ([0-9.]* % of the variance)' 'second principal'
t 0 '' plot two codes data --count 150 -o codes.svg
words codes.svg 'The codes of 150 test images'
t 0 '' plot five codes data --split val --count 121 -o codes.svg
words codes.svg '120 validation'
t 0 '' plot five codes data --dims 0,3 -o codes.svg
words codes.svg 'code\[0\]' 'code\[3\]'
t 0 '' plot one codes data --split train -o codes.svg
words codes.svg '480 training' 'code\[0\]'
t 0 '' plot five manifold data --dims 4,1 --grid 3 -o plane.svg
words plane.svg 'code\[4\]' 'code\[1\]' 'at their median'
t 0 '' plot two samples data --count 5 -o samples.svg
words samples.svg 'New images, of codes drawn .* fitted to those of 480 training images of'
[ "$(grep -c '<image' samples.svg)" -eq 5 ] || fail 'five samples'
t 0 '' plot five traversal data --steps 3 -o row.svg
words row.svg 'What each number of the code changes, the others at their mean' 'code\[0\]' 'code\[4\]'
[ "$(grep -c '<image' row.svg)" -eq 15 ] || fail 'five numbers, three images each'
t 0 '' plot five traversal data --dims 4,0,2 --images 7 --steps 2 -o row.svg
words row.svg 'the others as image 7 has them' 'code\[4\]' 'image 7'
[ "$(grep -c '<image' row.svg)" -eq 7 ] || fail 'an image, and three numbers, two images each'
t 0 '' plot two prior data --grid 3 -o plane.svg
words plane.svg 'The plane of a fitted normal distribution' 'code\[0\]' 'its share of the codes' \
    'a quarter of its share' '4 times its share'
t 0 '' plot five prior data --dims 3,1 --grid 3 --language es -o plane.svg
words plane.svg 'digo\[3\]' 'ajustada' 'que le tocan'

# Codes that have a distribution are drawn from it and shown over it; what does not vary says so.
cat >vae.net <<'END'
latent = 20
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 2 * latent), Variational(beta=100))
decoder = Sequential(Linear(latent, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
END
run train data --model vae.net --epochs 3 -o vae
t 0 '' plot vae samples -o samples.svg
words samples.svg 'New images, of codes drawn from the standard normal distribution'
t 0 '' plot vae samples --seed 7 -o seven.svg
! cmp -s samples.svg seven.svg || fail 'a seed changes no samples'
t 0 '' plot vae traversal data -o row.svg
words row.svg 'What the 16 of 20 numbers of the code that vary most change, the others at 0' \
    '−3.00' '3.00' 'code\[[0-9]*\] (says nothing)'
t 0 '' plot vae traversal data --dims 19 --language es -o row.svg
words row.svg 'digo\[19\]' 'en 0'
t 0 '' plot vae prior data --dims 0,19 --grid 4 -o plane.svg
words plane.svg 'The plane of the prior' '−1.15' '1.15'
cat >asked.net <<'END'
classes = 10
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 4), Variational())
decoder = Sequential(Condition(classes), Linear(2 + classes, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
END
run train data --model asked.net --epochs 1 -o asked
t 0 '' plot asked samples --count 20 -o turns.svg
t 0 '' plot asked samples --count 20 --label 3 -o three.svg
! cmp -s turns.svg three.svg || fail 'a label changes no samples'
cat >book.net <<'END'
input = 1, 28, 28
encoder = Sequential(Conv2d(1, 2, 7, stride=7), VectorQuantizer(8, 2))
decoder = Sequential(ConvTranspose2d(2, 1, 7, stride=7), Sigmoid())
END
run train data --model book.net --epochs 1 -o book
t 0 '' plot book samples data --count 4 -o samples.svg
words samples.svg 'New images, of entries drawn in the manner of those of 480 training images'
for kind in traversal prior; do
    t 1 'book: a code is made of entries of a codebook, which have no order' plot book $kind data
done
t 1 'vae: a code has 20 numbers, but the prior is drawn over two; choose them with --dims' \
    plot vae prior data

t 0 '' plot two walk data --images 3,7,12 --steps 2 -o walk.svg
words walk.svg 'image 3' 'image 7' 'image 12' 0.33 1.00
[ "$(grep -c '<image' walk.svg)" -eq 12 ] || fail 'a walk over two legs of 2 + 2 + 2 images'
t 0 '' plot two errors data --count 3 -o errors.svg
words errors.svg 'The 3 worst reconstructions of 200 test images' 'MSE 0.[0-9]*' original
[ "$(grep -c '<image' errors.svg)" -eq 6 ] || fail 'three pairs'
t 0 '' plot two errors data --count 1000 -o errors.png
t 0 '' plot two filters -o filters.svg
[ "$(grep -c '<image' filters.svg)" -eq 8 ] || fail 'eight kernels'
t 0 '' plot two filters data --images 7 -o filters.svg
words filters.svg 'Image 7 of the test images' encoder.0.weight input 'encoder.9 Linear' 'decoder.10 Sigmoid'
t 0 '' plot notebook network -o net.svg
words net.svg '78,179 parameters' 'encoder.0 .*Conv2d(1, 8, 3' '2 (the code), 130 parameters' '8x14x14'
t 0 '' plot notebook transposed -o t.svg
words t.svg 'decoder.5' 'input, 3x3' 'output, 5x5' 'cut off by padding'
t 0 '' plot notebook transposed --layer decoder.7 --language es -o t.svg
words t.svg 'salida, 6x6' 'por output_padding'

# An animation begins as its format does.
t 0 '' plot two walk data --images 0,1 --steps 3 -o walk.apng
has out '^walk.apng$'
starts walk.apng PNG
grep -q acTL walk.apng || fail 'walk.apng does not move'
t 0 '' plot two film -o film.apng
grep -q acTL film.apng || fail 'film.apng does not move'
run plot two walk data --images 0,1 -o walk.gif
if [ "$code" -eq 0 ]; then
    starts walk.gif 'GIF89a'"$(head -c 8 walk.gif | tail -c 2 | tr -d '\0\r\n\211\032')"
else
    has err 'libgif-dev'
fi

# Labels of one class: one colour is enough; a walk's stops must be named.
cp -R data bare
{ head -c 8 data/t10k-labels-idx1-ubyte; head -c 200 /dev/zero; } >bare/t10k-labels-idx1-ubyte
t 0 '' plot two codes bare -o bare.svg
t 1 'bare has no labels of two classes to choose images by; name them with --images' \
    plot two walk bare -o bare.png
t 0 '' plot two walk bare --images 0,1 -o bare.svg
rm bare/*labels*
t 1 'bare has no labels of two classes' plot two walk bare -o bare.png

# A classifier has a history with accuracy and a network to draw, but no codes.
quiet train data --model cnn --epochs 2 -o class
t 0 '' plot class loss -o class.svg
words class.svg 'Accuracy by epoch' 'loss (cross entropy)'
t 0 '' plot class network -o class.svg
t 0 '' plot class filters data --images 1 -o class.svg

# Weights that are no filters may come before the first ones.
cat >normed.net <<'END'
input = 1, 28, 28
encoder = Sequential(BatchNorm2d(1), PReLU(), Flatten(), Linear(784, 2))
decoder = Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)))
END
run train data --model normed.net --max-steps 1 -o normed
t 0 '' plot normed filters -o normed.svg
words normed.svg encoder.3.weight

# The numbers of a signal are a line above its layers, too, along either side.
{
    printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (40, 49), }"
    gzip -dc "$root/data/mnist/t10k-images-idx3-ubyte.gz" | tail -c +100017 | head -c 1960
} >signal.npy 2>/dev/null
for shape in '1, 1, 49' '1, 49, 1' '49'; do
    cat >signal.net <<END
input = $shape
encoder = Sequential(Flatten(), Linear(49, 2))
decoder = Sequential(Linear(2, 49), Unflatten(1, ($shape,)))
END
    rm -rf signal
    run train signal.npy --model signal.net --max-steps 1 -o signal
    run plot signal filters --images 0 -o signal.svg
    [ "$code" -eq 0 ] || fail "a signal's layers: $(cat err)"
    [ "$(grep -c '<path d="[^"]\{400\}' signal.svg)" -eq 1 ] || fail "a signal of $shape is no line"
done
t 1 'class is a classifier of images, and codes is of autoencoders; of it there are: loss, filters, network' plot class codes data
t 1 'class is a classifier of images, and errors is of autoencoders' plot class errors data
gone bare.png

# Histories as they were, as they are, and as they must not be.
history() { # history CODE TEXT CONTENT
    mkdir -p h
    printf "$3" >h/history.csv
    t "$1" "$2" plot h loss -o h.svg
}
history 0 '' 'epoch,loss,validation_loss,seconds,images_per_second\n1,0.5,0.6,1,2\n2,0.4,,1,2\n'
words h.svg 'last training batch' validation
history 0 '' 'epoch,loss\r\n1,0.5\r\n2,0.25'
history 0 '' 'epoch,loss,validation_loss,train_loss,accuracy,validation_accuracy\n1,2,2,2,0.5,\n2,1,2,2,0.7,\n'
words h.svg 'Accuracy by epoch' 'accuracy (%)' 'loss (cross entropy)' 70
history 0 '' 'epoch,loss,data,validation_images\n1,2,"a,""b",7\n2,1,"a,""b",7\n'
history 0 '' 'epoch,loss\n1,1000\n2,10\n3,0.1\n'
words h.svg 1,000 0.1 'on a logarithmic scale'
history 0 '' 'epoch,loss\n1,100\n2,75\n3,50\n4,25\n5,1\n'
words h.svg 80
grep -q logarithmic h.svg && fail 'a loss that falls steadily is on a logarithmic scale'
run plot h loss --language es -o h.svg
words h.svg 'rdida'
history 1 'h/history.csv:3: 2 columns; the header has 3' 'epoch,loss,x\n1,2,3\n1,2\n'
history 1 "h/history.csv:2: column loss: expected a number, got 'abc'" 'epoch,loss\n1,abc\n'
history 1 "got 'nan'" 'epoch,loss\n1,nan\n'
history 1 'h/history.csv: no epochs' 'epoch,loss\n'
history 1 'h/history.csv:1: expected columns epoch and loss' 'a,b\n1,2\n'
history 1 'h/history.csv:1: expected columns epoch and loss' 'epoch,loss\n,\n'
history 1 'h/history.csv: is empty' ''
history 1 'h/history.csv: expected a header' 'epoch\000'
rm h/history.csv
t 1 'h: is not a run: it has no run.json' plot h loss
t 1 'two/model.safetensors is not a run' plot two/model.safetensors loss
gone h/loss.png loss.png

# Refused: one line each.
t 2 "there is no kind 'code'; did you mean 'codes'?" plot two code
t 2 "there is no kind 'xyzzy'; expected one of loss, film, codes" plot two xyzzy
t 2 'KIND is missing' plot two
t 2 "--dims: expected two numbers, as in 0,3, got '1'" plot two codes data --dims 1
t 2 "--dims: expected two numbers" plot two codes data --dims 1,2,3
t 2 "--dims: expected two numbers" plot two codes data --dims 1,-2
t 2 "--dims: expected 1 to 64 numbers, as in 0,3,7, got '1,'" plot two traversal data --dims 1,
t 1 '--dims: there is no number 5: a code of five has 5 numbers' plot five traversal data --dims 0,5
t 1 '--images names 2 images; a traversal starts from one' plot five traversal data --images 1,2
t 1 '--steps 1: a traversal has at least 2 images' plot five traversal data --steps 1
t 1 'there is no image 200' plot five traversal data --images 200
t 1 'class is a classifier of images, and samples is of autoencoders' plot class samples data
t 2 '--seed' plot two samples data --seed x
t 2 "--images: expected 1 to 64 numbers" plot two walk data --images 1,,2
t 2 "--images: expected 1 to 64 numbers" plot two walk data --images 99999999999999999999
t 2 "--language: expected one of en|es, got 'fr'" plot two loss --language fr
t 1 '--count 1001: one picture shows 1000 reconstructions at most' plot two errors data --count 1001
t 1 '--dims: there is no number 2: a code of two has 2 numbers, counted from 0' plot two codes data --dims 0,2
t 1 '--dims names number 1 of the code twice; expected different ones' plot two codes data --dims 1,1
t 1 'five: a code has 5 numbers, but a manifold is drawn over two; choose them with --dims' \
    plot five manifold data
t 1 'one: a code has 1 number, but a manifold is drawn over two' plot one manifold data
t 1 'there is no image 200: the test split has 200, counted from 0' plot two walk data --images 0,200
t 1 'there is no image 900: the all split has 800' plot two filters data --split all --images 900,0
t 1 'a walk needs at least two' plot two walk data --images 5
t 1 "a picture's name ends in .png, .svg or .pdf" plot two codes data -o codes.jpg
t 1 'codes is not an animation' plot two codes data -o codes.gif
t 1 'nowhere/x.png' plot two network -o nowhere/x.png
t 1 'has no trained weights' plot notebook codes data
t 1 "has no layer 'decoder.99'" plot two transposed --layer decoder.99
t 1 'expected a ConvTranspose2d' plot two transposed --layer encoder.0
t 1 'cnn is a classifier of images, and transposed is of autoencoders; of it there are: network' plot cnn transposed
printf 'input = 4\nencoder = Sequential(Linear(4, 2))\ndecoder = Sequential(Linear(2, 4))\n' >rows.net
t 1 'rows.net has no ConvTranspose2d' plot rows.net transposed
t 1 'nothere: no such' plot nothere network
t 1 'nothere: no such' plot two codes nothere
gone codes.jpg codes.gif
finish
