# The table of `embudo info`: sh info.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

t 0 '' info
mv out table
has table '^notebook: input 1x28x28$'
has table '^encoder\.0  *Conv2d(1, 8, 3, stride=2, padding=1)  *8x14x14  *80  *14,112$'
has table '^encoder\.7  *Linear(512, 64)  *64  *32,832  *32,768$'
has table '^decoder\.9  *ConvTranspose2d(8, 1, 3, stride=2, padding=1, '
has table '^total  *78,179  *354,368$'
has table '^code  *2 numbers for an image of 784 (1:392)$'
has table '^memory  *[0-9.]* [kMG]B to train on mnist at batch size 16 with [0-9]* thread'
has table '^          program and network [0-9.]* MB, data [0-9.]* MB, training [0-9.]* MB, '
awk 'length > 100 { exit 1 }' table || fail 'wider than 100 columns'
t 0 '' info "$root/models/notebook.net"
sed '1d; /^memory/,$d' out >rest
sed '1d; /^memory/,$d' table | cmp -s - rest || fail 'models/notebook.net is not the network that is built in'
t 0 '' info --latent 8 --batch-size 256
has out '^total  *78,953 '
has out '^memory .* batch size 256 '
# A layer that takes three lines.
cat >long.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 2))
decoder = Sequential(Linear(2, 1568), Unflatten(1, (16, 7, 14)),
    ConvTranspose2d(16, 2, (13, 15), stride=(2, 1), padding=(6, 14), output_padding=(1, 0), groups=2, bias=False, dilation=(1, 2)),
    Flatten(), Linear(392, 784), Unflatten(1, (1, 28, 28)))
END
t 0 '' info long.net
awk 'length > 100 { exit 1 }' out || fail 'a long layer is wider than 100 columns'
[ "$(tr -d ' \n' <out | grep -c 'padding=(6,14),.*output_padding=(1,0),groups=2,bias=False,dilation=(1,2))')" -eq 1 ] ||
    fail "the long layer: $(cat out)"
[ "$(grep -c '^                [a-z]' out)" -eq 2 ] || fail 'the long layer does not take three lines'
t 1 'nothere' info nothere
printf 'input = 1, 28, 28\nencoder = Sequential(Linear(3, 4))\n' >bad.net
t 1 'bad.net:2: ' info bad.net
t 1 'empty' info empty.safetensors
finish
