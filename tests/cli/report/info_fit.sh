# A network for an image of another size, and what would fit: sh info_fit.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# It fits: the table is that of a network written so.
cat >pooled.net <<'N'
input = 1, 32, 32
encoder = Sequential(Conv2d(1, 4, 3, padding=1), MaxPool2d(4))
decoder = Sequential(Upsample(scale_factor=4), Conv2d(4, 1, 3, padding=1), Sigmoid())
N
sed 's/32, 32/48, 20/' pooled.net >other.net
t 0 '' info pooled.net --input 48x20
sed 's/^pooled/other/; /^memory/,$d' out >mine
has mine '^other.net: input 1x48x20$'
t 0 '' info other.net
sed '/^memory/,$d' out >theirs
same mine theirs
t 0 '' info --input 28x28
has out '^notebook: input 1x28x28$'

# It does not: the layers that fit, the one that does not, and what would.
t 1 'the decoder'\''s output is 1x28x28, but the input is 1x30x30' info pooled.net --input 30x30
has out '^encoder\.1  *MaxPool2d(4)  *4x7x7 '
has out '^This would fit:$'
has out '^  or input   1x32x32 or 1x28x28 or 1x36x36$'
! grep -q '^total' out || fail 'a sum of layers that do not fit'
for size in 32x32 28x28 36x36; do t 0 '' info pooled.net --input $size; done
t 1 'notebook:4: encoder.0 Conv2d expects 1 channels (1xHxW), gets 3x64x64' info notebook --input 3x64x64
has out '^encoder\.0  *Conv2d(1, 8, 3, stride=2, padding=1)$'
[ "$(grep -c '^  *to  ' out)" -eq 6 ] || fail "the changes: $(cat out)"
has out '^  or input   1x28x28$'
# The changes are true: made in the notation, the network takes that input.
sed 's/^input *= .*/input = 3, 64, 64/; s/Conv2d(1, 8,/Conv2d(3, 8,/; s/ConvTranspose2d(8, 1,/ConvTranspose2d(8, 3,/
     s/Linear(32 \* 4 \* 4, 64)/Linear(2048, 64)/; s/Linear(64, 32 \* 4 \* 4)/Linear(64, 2048)/; s/(32, 4, 4)/(32, 8, 8)/
     s/ConvTranspose2d(32, 16, 3, stride=2, padding=1)/ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1)/' \
    "$root/models/notebook.net" >large.net
t 0 '' info large.net
has out '^large.net: input 3x64x64$'

# A notation whose own shapes do not fit.
cat >bad.net <<'N'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 64), Tanh(), Linear(60, 2))
decoder = Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)))
N
t 1 'bad.net:2: encoder.3 Linear expects 60 inputs, gets 64' info bad.net
has out '^encoder\.1  *Linear(784, 64)  *64 '
has out '^encoder\.3  *Linear(60, 2)$'
has out '^  change     encoder\.3     Linear(60, 2)$'
has out '^             to            Linear(64, 2)$'
has out '^             to            Linear(784, 60)$'
sed 's/Linear(60, 2)/Linear(64, 2)/' bad.net >good.net
t 0 '' info good.net
sed 's/784, 64/784, 60/' bad.net >good.net
t 0 '' info good.net
# Nothing that fits is near: a new network.
printf 'input = 1, 9, 9\nclassifier = Sequential(Conv2d(2, 5, 3), Conv2d(6, 5, 3), Flatten(), Linear(3, 10))\n' >far.net
t 1 'far.net:2: classifier.0 Conv2d expects 2 channels' info far.net
has out '^  change  \|embudo new --input 1x9x9 writes a network that fits'
run info notebook --input 3x64x64
[ $code = 1 ] || fail 'the example of the help'
t 2 '--input: expected CxHxW' info notebook --input 28x
t 1 'there is no line latent' info far.net --latent 3

# Where a network meets data of another size: what would take them, or the size that it was trained for.
small data
t 0 '' new --input 20x28 -o twenty.net
t 1 'data: twenty.net expects images of 1x20x28, gets 1x28x28; embudo new data writes a network that takes them, embudo info --input 1x28x28' \
    train data --model twenty.net
t 0 '' info pooled.net
t 1 'data: pooled.net expects images of 1x32x32, gets 1x28x28; with input = 1, 28, 28 in its notation it would take them' \
    train data --model pooled.net
sed 's/32, 32/28, 28/' pooled.net >fits.net
t 0 'stopped after 1 step ' train data --model fits.net --max-steps 1 -o fits
cat >rows.net <<'N'
input = 100
encoder = Sequential(Linear(100, 2))
decoder = Sequential(Linear(2, 100))
N
t 1 'with input = 784 and encoder.0 Linear(784, 2) and decoder.0 Linear(2, 784) in its notation it would take them' \
    train data --model rows.net
sed 's/100/784/g' rows.net >fits.net
t 0 'stopped after 1 step ' train data --model fits.net --max-steps 1 -o rows
{ printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (20, 20, 28), }"
  head -c 11200 data/train-images-idx3-ubyte; } >tall.npy
for command in eval encode; do
    run $command fits tall.npy
    [ $code = 1 ] || fail "$command: exit code $code"
    has err ' expects images of 1x28x28, gets 1x20x28; make them 1x28x28, as the network was trained, or train another: embudo new tall.npy writes one$'
done
finish
