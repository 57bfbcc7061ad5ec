# Fine-tuning: --from, --freeze, --resume --epochs: sh tune.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
cat >ae.net <<'NET'
latent = 3
input = 1, 28, 28
encoder = Sequential(Conv2d(1, 4, 3, stride=4), BatchNorm2d(4), LeakyReLU(0.1), Flatten(), Linear(196, latent))
decoder = Sequential(Linear(latent, 98), Dropout(0.2), Unflatten(1, (2, 7, 7)), Upsample(scale_factor=4), Conv2d(2, 1, 3, padding=1), Sigmoid())
NET
quick='--model ae.net --batch-size 32 --shuffle'

# More epochs: the bits of a run that was planned so, where the rate does not depend on their number.
for schedule in 'constant' 'step --step-size 1 --gamma 0.5' 'plateau --plateau-patience 0 --threshold 0.9'; do
    rm -rf planned more
    t 0 'trained 3 epochs' train data $quick --epochs 3 --schedule $schedule -o planned
    t 0 'trained 1 epoch' train data $quick --epochs 1 --schedule $schedule -o more
    t 0 'more is complete: 1 epoch' train --resume more
    t 0 'trained 3 epochs' train --resume more --epochs 3
    ! grep -q 'spans' err || fail "--schedule $schedule: $(cat err)"
    same more/model.safetensors planned/model.safetensors
    same more/best.safetensors planned/best.safetensors
done

# Where it does, the schedule spans the new number, and a note says so; the same after another stop.
for schedule in linear cosine one-cycle; do
    rm -rf more again
    t 0 'trained 1 epoch' train data $quick --epochs 1 --schedule $schedule -o more
    cp -r more again
    t 0 "--schedule $schedule spans 3 epochs from here on, instead of 1: the learning rate goes on at" \
        train --resume more --epochs 3
    t 0 'trained 2 epochs' train --resume again --epochs 2
    t 0 'spans 3 epochs from here on, instead of 2' train --resume again --epochs 3
    [ "$(wc -l <more/history.csv)" -eq 4 ] || fail "history: $(cat more/history.csv)"
done
t 1 'it can have more, but not fewer' train --resume more --epochs 2
t 0 'stopped after 3 steps' train data $quick --max-steps 3 -o limited
t 1 'this run ends at --max-steps 3' train --resume limited --epochs 20

# A run that stopped early goes on.
t 0 'stopped early, after epoch 2 of 9' train data $quick --epochs 9 --patience 1 --min-delta 100 -o early
t 0 'to train it further, give --epochs 9' train --resume early
t 0 'stopped early, after epoch 3 of 4' train --resume early --epochs 4
has err 'it had stopped early, after epoch 2, and so would a run planned with .* epochs have: --patience 1 counts again from here'

# What is frozen stays, in every file; the record and the model say what it is.
t 0 'frozen: encoder' train data $quick --epochs 2 --from planned --freeze encoder --checkpoint-every 7 --keep 9 -o tuned
has err 'it begins with the weights of planned'
has tuned/run.json '"freeze": "encoder"'
has tuned/run.json '"from_model": "planned"'
grep -aq ' freeze=encoder' tuned/model.safetensors || fail 'the model does not say what was frozen'
result tuned >wanted
rm tuned/model.safetensors
for kept in tuned/checkpoints/*; do [ "$kept" = tuned/checkpoints/000000007.safetensors ] || rm "$kept"; done
t 0 'trained 2 epochs' train --resume tuned
has err 'frozen: encoder'
result tuned >got
same got wanted
t 1 'encodr' train data $quick --freeze encodr -o wrong
t 1 'leaves nothing of' train data $quick --freeze 'encoder, decoder' -o wrong
t 2 '--freeze cannot change when resuming' train --resume tuned --freeze decoder
gone wrong

# Another network takes what it has, too.
sed 's/^latent = 3/latent = 5/' ae.net >wide.net
t 0 'tensors are those of planned' train data --model wide.net --from planned --epochs 1 -o wide
has err 'encoder.4.weight (5x196, there 3x196)'
t 1 'none of its tensors has the name and the shape' train data --model notebook --from planned -o none
t 0 'trained 1 epoch' train data --from planned/checkpoints/000000045.safetensors --epochs 1 -o checkpoint
gone none

# An ONNX file is a model, too, if this build reads them. Its BatchNorm is in the convolution.
if "$program" export planned --onnx -o exported >out 2>err; then
    t 0 'it begins with the weights of exported/autoencoder.onnx' \
        train data --from exported/autoencoder.onnx --epochs 1 -o onnx
    has onnx/run.json '"model": "exported/autoencoder.onnx"'
    t 0 'onnx is complete: 1 epoch' train --resume onnx
    t 0 'tensors are those of exported/autoencoder.onnx; these are not: encoder.1.weight (4, there is none)' \
        train data --model ae.net --from exported/autoencoder.onnx --epochs 1 -o onnx-ae
else
    has err 'ONNX'
fi
finish
