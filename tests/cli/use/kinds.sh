# Kinds of autoencoder: training, measuring, sampling. sh kinds.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

cat >little.net <<'END'
input = 1, 8, 8
encoder = Sequential(Flatten(), Linear(64, 2))
decoder = Sequential(Condition(3), Linear(5, 64), Unflatten(1, (1, 8, 8)), Sigmoid())
END
cat >knows.net <<'END'
input = 1, 8, 8
classifier = Sequential(Flatten(), Condition(3), Linear(67, 3))
END
{ printf "\223NUMPY\001\000\166\000%-117s\n" "{'descr': '|u1', 'fortran_order': False, 'shape': (30, 8, 8), }"
  head -c 1920 data/train-images-idx3-ubyte; } >little.npy

# A variational autoencoder: history, lines and eval say the bound and its parts.
t 0 'trained 2 epochs' train data --model variational --loss bce --epochs 2 --batch-size 32 -o vae
has out '^Epoch \[2/2\], Loss: .* Validation ELBO -[0-9.]*, reconstruction [0-9.]*, KL [0-9.]*$'
has vae/history.csv ',elbo,validation_elbo,reconstruction,validation_reconstruction,kl,validation_kl,data,'
has vae/run.json '"notation": ".*Variational()'
t 0 'nats an image: the KL eats the reconstruction. Try, in encoder.8 Variational(), a smaller' eval vae data
has out '^test ELBO -[0-9.]*, reconstruction [0-9.]*, KL [0-9.]*$'
has out '^test active numbers of the code: [0-2] of 2$'
mv out eval

# The code is the mean: nothing is drawn outside of a training.
t 0 '' encode vae data -o one.npy
t 0 '' encode vae data -o two.npy --threads 1
same one.npy two.npy

# New images: by the seed alone, on one page, as numbers, or one by one.
t 0 '' sample vae
has out '^vae/sample.png: 64 new images, codes drawn from the standard normal distribution$'
exists vae/sample.png
t 0 '' sample vae -n 5 -o five.npy
t 0 '' sample vae -n 9 -o nine.npy --threads 1
tail -c +129 five.npy >five && tail -c +129 nine.npy | head -c "$(wc -c <five)" >first
same five first
t 0 '' sample vae -n 5 --seed 7 -o seven.npy
! cmp -s five.npy seven.npy || fail 'a seed changes nothing'
t 0 '' sample vae -n 3 -o new/
has out '^new/: 3 new images, '
exists new/00002.png
t 2 "count" sample vae -n 0
t 2 "expected a name that ends in .png" sample vae -o sample.txt
t 1 '2,000 images are too many for one picture' sample vae -n 2000

# A report has the kind's own figures, as tiles and in the table of epochs.
t 0 '' report vae data
elbo=$(sed -n 's/^test ELBO \(-[0-9.]*\), .*/\1/p' eval)
for text in "test ELBO (nats)</dt><dd>$elbo" 'test KL (nats)</dt><dd>' 'test reconstruction</dt><dd>' \
    'test active numbers</dt><dd>[0-2] of 2' 'numbers in a code</dt><dd>2' '>ELBO (nats)</th>' '>validation KL (nats)</th>'; do
    has vae/report.html "$text"
done

# Without a prior, from what the codes of the training images are like.
t 0 'trained 1 epoch' train data --epochs 1 -o plain
t 0 '' sample plain
has out '^plain/sample.png: 64 new images, codes drawn from a normal distribution fitted to those of 480 training images of '

# A run goes on with what it tells.
cp -r vae again
t 0 'trained 3 epochs' train --resume again --epochs 3
[ "$(wc -l <again/history.csv)" -eq 4 ] || fail "history: $(cat again/history.csv)"

# Exports are of the mean.
t 0 '' export vae --onnx -o onnx
t 0 '' export vae data --c c --self-test

# A denoising one is told how much noise, and so is what draws it: images, with noise, without it again.
t 0 'without noise, denoising is a network as any other' train data --model denoising --max-steps 1 -o clean
t 0 'trained 4 epochs' train data --model denoising --denoise gaussian=0.3 --epochs 4 --batch-size 8 --lr 0.003 \
    -o denoising
! grep -q 'without noise' err || fail 'noise is asked for twice'
t 0 'it has learned too little; more --epochs may help' eval clean data --denoise gaussian=0.3
t 0 '' eval denoising data
gain=$(sed -n 's/^test denoised .*, a gain of \([0-9.]*\) dB$/\1/p' out)
awk -v gain="$gain" 'BEGIN { exit !(gain > 2) }' || fail "a gain of '$gain' dB"
t 0 '' reconstruct denoising data --denoise gaussian=0.3 --count 3 -o noisy.svg
[ "$(grep -c '>original<\|>with noise<\|>reconstruction<' noisy.svg)" -eq 3 ] || fail "rows: $(grep '<text' noisy.svg)"
[ "$(grep -o '<image' noisy.svg | wc -l)" -eq 9 ] || fail "$(grep -o '<image' noisy.svg | wc -l) images"
t 0 '' reconstruct denoising data --denoise gaussian=0.3 --count 3 -o again.svg
same noisy.svg again.svg
t 2 "--denoise is for a picture; 'a.npy' is to hold numbers" reconstruct denoising data --denoise gaussian=0.3 -o a.npy
t 2 'expected gaussian=X, salt=X or mask=X' reconstruct denoising data --denoise rain=1

# The others: what they tell.
t 0 'stopped after 3 steps' train data --model sparse --max-steps 3 -o sparse
t 0 'no better than the mean image' eval sparse data
has out '^test reconstruction [0-9.e-]*, penalty [0-9.e-]*$'
t 0 'stopped after 3 steps' train data --model wasserstein --max-steps 3 -o wae
t 0 'no better than the mean image' eval wae data
has out '^test reconstruction [0-9.e-]*, MMD [0-9.e-]*$'
t 0 '' sample wae -n 1 -o wae.npy
t 1 'Wasserstein needs at least 2 images in each batch' train data --model wasserstein --batch-size 1 -o one
# A vector-quantised autoencoder: how its codebook is used is told, while it trains and of other images.
t 0 'training vq, 49 indices of 64 entries, ' train data --model vq --epochs 2 --batch-size 32 -o vq
has out '^Epoch \[2/2\], Loss: .* Validation reconstruction [0-9.]*, commitment [0-9.e-]*, perplexity [0-9.]*, unused [0-9]*$'
has vq/history.csv ',commitment,validation_commitment,perplexity,validation_perplexity,unused,validation_unused,data,'
has err "^doctor: after epoch 2 6[0-3] of the codebook's 64 entries were never taken. Try more --epochs, fewer entries in encoder\.5 "
t 0 "of the codebook's 64 entries were never taken. Try more --epochs, fewer entries in encoder.5 " eval vq data
has out '^test reconstruction [0-9.]*, commitment [0-9.e-]*, perplexity [0-9.]*, unused [0-9]*$'
has out '^test code: 49 indices of 64 entries, 294 bits$'
! grep -q 'active numbers' out || fail 'a codebook has no active numbers'
t 0 '' report vq data
for text in 'into a code of 49 indices of 64 entries (294 bits) and' 'test perplexity</dt><dd>' 'bits in a code</dt><dd>294' \
    'test entries never taken</dt><dd>[0-9]* of 64' '>validation entries never taken</th>'; do
    has vq/report.html "$text"
done
t 0 '' info vq
has out '^code *49 indices of 64 entries, 294 bits, for an image of 784$'
t 0 '' runs .
has out ' vq, 49 indices of 64 entries  '

# Its codes are indices, which decode takes; or the entries' numbers.
t 0 '' encode vq data -o book.npy
has out '^book.npy: 200 codes of 49 indices, the test split of data$'
t 0 '' encode vq data -o entries.npy --vectors
has out '^entries.npy: 200 codes of 784 numbers, the test split of data$'
t 0 '' encode vq data -o book.csv
[ "$(head -n 1 book.csv | cut -d , -f 1,49,50)" = index_0,index_48,label ] || fail "$(head -n 1 book.csv)"
! tail -n +2 book.csv | grep -q '[^0-9,]' || fail 'indices that are not whole numbers'
t 0 '' reconstruct vq data -o whole.npy
for codes in book.npy book.csv 'entries.npy --vectors'; do
    t 0 '' decode vq $codes -o decoded.npy
    same decoded.npy whole.npy
done
sed '2s/^[0-9]*/64/' book.csv >past.csv
t 1 'number 0 of code 0 is 64; expected an index of the codebook, a whole number from 0 to 63' decode vq past.csv
t 1 '--vectors is for a vector-quantised model' encode vae data --vectors
t 1 '--vectors is for a vector-quantised model' decode vae 1,2 --vectors
t 0 '' sample vq -n 4 -o four.npy
has out '^four.npy: 4 new images, indices drawn in the manner of those of 480 training images of '
t 0 '' sample vq -n 4 -o again.npy --threads 1
same four.npy again.npy
t 0 'trained 1 epoch' classify vq data --epochs 1 -o heads
has heads/run.json '"encoder": "vq"'
t 0 '' eval heads data
t 0 '' info heads
has out 'classifier\.0  *Flatten'
t 0 "codes are the entries' numbers in what was written: embudo encode --vectors" export vq --onnx -o onnx
t 1 "'encoder.5.products' (MatMul): is part of a codebook (a vector-quantised autoencoder), which embudo writes and does not read; use the decoder alone" import onnx/autoencoder.onnx -o no.safetensors
t 0 '' import onnx/decoder.onnx -o decoder.safetensors
t 0 'embudo decode --vectors reads them' export vq data --c c --self-test
t 1 'cannot export encoder.5 VectorQuantizer to int8' export vq data --c c8 --int8

# A conditional one draws what is asked for.
t 0 'stopped after 3 steps' train data --model conditional --loss bce --max-steps 3 -o cvae
t 0 'the code says nothing of an image' eval cvae data
t 0 '' sample cvae -n 20 -o turns.npy
t 0 '' sample cvae -n 20 --label 3 -o threes.npy
tail -c +129 turns.npy | head -c 12544 | tail -c 3136 >third
tail -c +129 threes.npy | head -c 12544 | tail -c 3136 | cmp -s - third || fail 'the fourth image has not the label 3'
! cmp -s turns.npy threes.npy || fail 'a label changes nothing'
# Numbers say which labels were drawn.
t 0 '' sample cvae -n 12 -o turns.csv
[ "$(cut -d , -f 785 turns.csv | tr '\n' ' ')" = 'label 0 1 2 3 4 5 6 7 8 9 0 1 ' ] || fail "$(cut -d , -f 785 turns.csv)"
t 0 '' sample cvae -n 2 --label 3 -o threes.csv
[ "$(cut -d , -f 785 threes.csv | tr '\n' ' ')" = 'label 3 3 ' ] || fail "$(cut -d , -f 785 threes.csv)"
exists turns-labels.npy
t 0 '' sample vae -n 2 -o none.csv
! head -n 1 none.csv | grep -q label || fail 'labels that nobody drew'
t 1 'cvae is conditional: say which label to draw, --label 0 to 9' decode cvae 0,0
t 0 '' decode cvae 0,0 --label 9
t 1 '--label 10: expected a whole number from 0 to 9' sample cvae --label 10
t 1 'is not conditional: it has no Condition layer' sample vae --label 1
t 0 '' encode cvae data -o cvae.npy
t 0 '' reconstruct cvae data -o cvae.png
t 1 'cvae is conditional: say which label to draw' export cvae --onnx -o one
t 0 '' export cvae --onnx --label 4 -o one
t 0 '' export cvae data --c one --label 4 --self-test

# What looks at images of a data set reads each one's own label.
cat >cond.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Condition(10), Linear(794, 2))
decoder = Sequential(Condition(10), Linear(12, 784), Unflatten(1, (1, 28, 28)), Sigmoid())
END
t 0 'trained 9 epochs' train data --model cond.net --lr 0.02 --epochs 9 -o cond
t 0 '' eval cond data
mse=$(sed -n 's/^test MSE //p' out)
t 0 '' score cond data -o scores.csv --heat heat
awk -F , -v mse="$mse" 'NR > 1 { s += $4; n++ } END { d = s / n - mse; exit !(n == 200 && d * d < 1e-10) }' scores.csv ||
    fail "the scores' errors are not those of eval, $mse"
t 0 '' score cond data -o sheet.png
t 0 '' report cond data
! grep -q 'class="note"' cond/report.html || fail "the report leaves out: $(grep -o 'class="note">[^<]*' cond/report.html)"
grep -q 'The network is given the label' cond/report.html || fail 'the report says that the labels were never seen'

# Pictures in a row have one label, which the title says: the one that is asked for, the image's own, or 0.
for kind in 'traversal, label 0' 'traversal --label 2, label 2' 'traversal --images 1, label 2' 'manifold, label 0' \
    'prior, label 0' 'walk, label 7' 'walk --label 1, label 1' 'walk --images 0,17, label 7' \
    'walk --images 0,1, each with the label of the nearer image' 'samples --label 3, label 3'; do
    t 0 '' plot cond ${kind%%, *} data -o t.svg
    grep -q ">[^<]*, ${kind##*, }</text>" t.svg || fail "$kind: $(grep -o '<text.*' t.svg | head -n 2)"
done

# Files have no label of their own.
t 1 'cond is conditional, and the images have no labels: say which one they have, --label 0 to 9' score cond heat/00000.png
t 1 'cond is conditional, and the images have no labels: say which one they have' reconstruct cond heat/00000.png
for command in encode similar; do
    t 1 'cond is conditional, and the images have no labels: say which one they have, --label 0 to 9' \
        $command cond heat/00000.png $([ $command != similar ] || echo data)
done
for command in score reconstruct encode similar; do
    t 0 'its colour is lost' $command cond heat/00000.png $([ $command != similar ] || echo data) --label 7 --no-like-mnist
done
t 1 '--label 7: the images have labels of their own, which cond reads' score cond data --label 7

{ printf "\223NUMPY\001\000\166\000%-117s\n" "{'descr': '|u1', 'fortran_order': False, 'shape': (30, 28, 28), }"
  head -c 23520 data/train-images-idx3-ubyte; } >bare.npy

# Labels that are words: the model knows them, --label takes them, and pictures say them.
t 0 '' data export data -o words
for name in 3=cero 4=dos 5=tres 6=uno; do mv words/train/${name%=*} words/train/${name#*=} && mv words/test/${name%=*} words/test/${name#*=}; done
rm -r words/train/[0-9] words/test/[0-9]
sed 's/Condition(10)/Condition(classes)/; s/Linear(794/Linear(784 + classes/; s/Linear(12/Linear(2 + classes/; 1i classes = 10' \
    cond.net >words.net
t 0 'trained 1 epoch' train words --model words.net --epochs 1 -o named
for way in '--label tres' '--label 2'; do t 0 'classes: cero, dos, tres, uno' sample named words -n 3 $way -o "way ${way#* }.npy"; done
same 'way tres.npy' 'way 2.npy'
t 1 '--label diez: the network has no such label; expected one of cero, dos, tres, uno, or 0 to 3' sample named words --label diez
t 1 '--label 4: the network has no such label; expected one of cero, dos, tres, uno, or 0 to 3' sample named words --label 4
t 1 '--label tres: expected a whole number from 0 to 9' sample cvae --label tres
t 0 'classes: cero, dos, tres, uno' plot named samples words -o t.svg
for name in cero dos tres uno; do has t.svg ">$name</text>"; done
t 0 'classes: cero, dos, tres, uno' plot named samples words --label tres -o t.svg
has t.svg ', label tres</text>'
t 0 '' plot named manifold words --label uno -o t.svg
has t.svg ', label uno</text>'
t 1 'cond is conditional, and the images have no labels: say which one they have, --label 0 to 9' plot cond codes bare.npy -o no.svg
t 1 'cond/model.safetensors is conditional: it needs a label, 0 to 9' eval cond bare.npy

t 1 'the images have no labels; a conditional autoencoder needs one for each' train little.npy --model little.net -o no
t 1 'reads the label, which a classifier is to find out' info knows.net

# A new network of each kind, for images of any size.
for kind in denoising sparse variational conditional wasserstein vq; do
    t 0 '' new data --kind $kind --width 2 --latent 3 -o new-$kind.net
    with=$(sed -n 's/.*to train it: embudo train //p' out)
    t 0 'stopped after 1 step' train $with --max-steps 1 -o new-$kind
    t 0 '' new --input 3x33x20 --kind $kind -o odd-$kind.net
done
has out '^odd-vq.net: vq of [0-9,]* parameters; to train it: embudo train DATASET --model odd-vq.net$'
t 2 '--kind vq needs images' new --input 40 --kind vq

# What does not fit is said in a line.
cat >odd.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 3), Variational())
decoder = Sequential(Linear(1, 784), Unflatten(1, (1, 28, 28)), Sigmoid())
END
t 1 'odd.net:2: encoder.2 Variational expects two numbers for each of the code' info odd.net
cat >middle.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 4), Variational(), Linear(2, 2))
decoder = Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)), Sigmoid())
END
t 1 "middle.net:2: encoder.2 Variational expects to be the encoder's last layer" info middle.net
sed 's/Linear(784, 4), Variational(), Linear(2, 2)/Linear(784, 2), Sparse()/' middle.net >none.net
t 1 'none.net:2: encoder.2 Sparse expects a penalty, as in Sparse(l1=0.1), or, behind Sigmoid(), in' info none.net
sed 's/Sparse()/Sparse(kl=3)/' none.net >rate.net
t 1 'rate.net:2: encoder.2 Sparse expects numbers of 0..1 for its kl, as Sigmoid() before it gives' info rate.net
cat >book.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 4), VectorQuantizer(8, 3))
decoder = Sequential(Linear(4, 784), Unflatten(1, (1, 28, 28)), Sigmoid())
END
t 1 'book.net:2: encoder.2 VectorQuantizer expects places of embedding_dim=3 numbers' info book.net
finish
