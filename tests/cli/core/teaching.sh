# Errors that teach: shapes that miss, signs that are missing, names that are misspelt, and things in the
# place of other things: sh teaching.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

# A decoder that misses the input: its last layers with their shapes, and what would fit, which then fits.
sed '/decoder/,$s/, output_padding=1//' "$root/models/notebook.net" >short.net
miss='decoder.5 ConvTranspose2d(32, 16, 3, stride=2, padding=1) 16x7x7, '
miss="${miss}decoder.7 ConvTranspose2d(16, 8, 3, stride=2, padding=1) 8x13x13, "
miss="${miss}decoder.9 ConvTranspose2d(8, 1, 3, stride=2, padding=1) 1x25x25"
fit='decoder.7 ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1), '
fit="${fit}decoder.9 ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1)"
t 1 "short.net: the decoder's output is 1x25x25, but the input is 1x28x28; its last layers are $miss; this would fit: $fit" \
    train data --model short.net
sed '/decoder/,$s/\(ConvTranspose2d([18].*\), output_padding=1/\1/' "$root/models/notebook.net" >middle.net
for file in short middle; do
    run train data --model $file.net
    # The message's own layers, put into the file.
    sed 's/.*this would fit: //; s/), decoder/)\ndecoder/g' err | while read -r path layer; do
        before=$(printf '%s' "$layer" | sed 's/, output_padding=1//; s/)$//')
        sed "s|${before}[^)]*)|$layer|" $file.net >next.net && mv next.net $file.net
    done
    t 0 '' info $file.net
done
# What the guides show of this is what is printed, in each language.
sed 's/d(32, 16, 3, stride=2, padding=1)/d(32, 16, 3, stride=2, padding=1, output_padding=1)/' \
    "$root/models/notebook.net" >three.net
for page in guide.md:en:the guia.md:es:la; do
    file=${page%%:*} rest=${page#*:}
    sed -n "/^${rest#*:} .* 1x32x32, .* 1x28x28;\$/,/^\`\`\`\$/p" "$root/docs/$file" | sed '$d' | tr '\n' ' ' | sed 's/ $//' >shown
    [ -s shown ] || fail "docs/$file does not show it"
    run train data --model three.net --language "${rest%%:*}"
    grep -qF -e "$(cat shown)" err || fail "docs/$file shows '$(cat shown)', printed is: $(cat err)"
done
# A size in another layer.
sed 's/Unflatten(1, (32, 4, 4))/Unflatten(1, (8, 8, 8))/; s/ConvTranspose2d(32, /ConvTranspose2d(8, /' \
    "$root/models/notebook.net" >size.net
t 1 'this would fit: decoder.4 Unflatten(' train data --model size.net

# Other decoders that miss, and what fits then.
cat >other.txt <<'END'
ConvTranspose2d(16, 8, 2, stride=2), ConvTranspose2d(8, 1, 5, stride=2, padding=1)|this would fit: decoder.3 ConvTranspose2d(8, 1, 5, stride=2, padding=2, output_padding=1)
ConvTranspose2d(16, 8, 5, stride=2), ConvTranspose2d(8, 1, 5, stride=2)|this would fit: decoder.2 ConvTranspose2d(16, 8, 5, stride=2, padding=2, output_padding=1), decoder.3 ConvTranspose2d(8, 1, 5, stride=2, padding=2, output_padding=1)
Upsample(scale_factor=2), Conv2d(16, 1, 3, padding=1)|this would fit: decoder.2 Upsample(scale_factor=4.0)
Upsample(scale_factor=2), Conv2d(16, 8, 3), Upsample(scale_factor=2), Conv2d(8, 1, 3, padding=1)|this would fit: decoder.5 Conv2d(8, 1, 3, padding=3)
Upsample(size=14), Conv2d(16, 1, 3, padding=1), Upsample(size=27)|this would fit: decoder.4 Upsample(size=28)
Flatten(), Linear(784, 784), Sigmoid()|this would fit: Unflatten(1, (1, 28, 28)) behind the last layer
Flatten(), Linear(784, 700), Sigmoid()|this would fit: decoder.3 Linear(784, 784), and Unflatten(1, (1, 28, 28)) behind the last layer
END
while IFS='|' read -r layers says; do
    printf 'input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(784, 4))\n' >miss.net
    printf 'decoder = Sequential(Linear(4, 784), Unflatten(1, (16, 7, 7)), %s)\n' "$layers" >>miss.net
    t 1 "$says" train data --model miss.net
done <other.txt
printf 'input = 784\nencoder = Sequential(Linear(784, 4))\ndecoder = Sequential(Linear(4, 784), Unflatten(1, (1, 28, 28)))\n' >miss.net
t 1 'its last layers are encoder.0 Linear(784, 4) 4, decoder.0 Linear(4, 784) 784; this would fit: Flatten() behind' \
    train data --model miss.net

# A comma or a bracket that is missing is missed where it was, on its line: each one of a network's in turn.
sed 's/ *#.*//' "$root/models/notebook.net" >whole.net
awk '{ text[NR] = $0 }
    END {
        for (i = 1; i <= NR; i++) for (c = 1; c <= length(text[i]); c++) {
            if (index(",()", substr(text[i], c, 1)) == 0) continue
            file = sprintf("cut-%d-%d.net", i, c)
            for (k = 1; k <= NR; k++) print k == i ? substr(text[k], 1, c - 1) substr(text[k], c + 1) : text[k] >file
            close(file)
        }
    }' whole.net
[ "$(ls cut-*.net | wc -l)" -gt 90 ] || fail 'hardly a sign was taken out'
for file in cut-*.net; do
    line=${file#cut-} && line=${line%%-*}
    "$program" info "$file" >out 2>err && continue # a comma behind the last layer may be missing
    # A bracket that was alone on its line is missed at the end of the line before.
    grep -q -e "^embudo: $file:$line:" -e "^embudo: $file:$line " err || { [ -z "$(sed -n "${line}p" "$file")" ] &&
        grep -q "^embudo: $file:$((line - 1)):" err; } || fail "line $line: $(cat err)"
done

# The same of a class: in its file, and in a notebook, whose cells have lines of their own.
cat >class.py <<'END'
from torch import nn


class AE(nn.Module):
    def __init__(self, code=4):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Flatten(),
            nn.Linear(784, 64),
            nn.ReLU(),
            nn.Linear(64, code),
        )
        self.decoder = nn.Sequential(
            nn.Linear(code, 64), nn.ReLU(),
            nn.Linear(64, 784),
            nn.Unflatten(1, (1, 28, 28)),
        )

    def forward(self, x):
        z = self.encoder(x)
        return self.decoder(z)
END
t 0 '' info class.py --input 28x28
awk '{ text[NR] = $0 }
    END {
        for (i = 1; i <= NR; i++) for (c = 1; c <= length(text[i]); c++) {
            if (index(",()", substr(text[i], c, 1)) == 0) continue
            file = sprintf("cut-%d-%d.py", i, c)
            for (k = 1; k <= NR; k++) print k == i ? substr(text[k], 1, c - 1) substr(text[k], c + 1) : text[k] >file
            close(file)
        }
    }' class.py
[ "$(ls cut-*.py | wc -l)" -gt 50 ] || fail 'hardly a sign was taken out of the class'
for file in cut-*.py; do
    line=${file#cut-} && line=${line%%-*}
    "$program" info "$file" --input 28x28 >out 2>err && continue
    grep -q -e "^embudo: $file:$line:" err || { [ -z "$(sed -n "${line}p" "$file" | tr -d ' ')" ] &&
        grep -q "^embudo: $file:$((line - 1)):" err; } || fail "line $line: $(cat err)"
done
sed 's/nn.Linear(784, 64),/nn.Linear(784, 64)/' class.py >comma.py
t 1 "comma.py:9: ',' is missing at the end of this line" info comma.py --input 28x28
sed 's/nn.Linear(784, 64),/nn.Linear(784, 64,/' class.py >bracket.py
t 1 "bracket.py:9: ')' is missing in this line" info bracket.py --input 28x28
if command -v python3 >/dev/null; then
    python3 -c 'import json, sys; json.dump({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [{"cell_type": "code", "metadata": {},
        "execution_count": None, "outputs": [], "source": open("bracket.py").read()}]}, open("bracket.ipynb", "w"))'
    t 1 "')' is missing in this line" info bracket.ipynb --input 28x28
    has err 'bracket.ipynb.*9:'
fi
for pair in Con2d:Conv2d Linaer:Linear flatten:Flatten Sequentail:Sequential MaxPool2D:MaxPool2d; do
    sed "s/nn.ReLU(),\$/nn.${pair%:*}(),/" class.py >misspelt.py
    t 1 "misspelt.py:10: nn.${pair%:*} is no layer that embudo has: did you mean nn.${pair#*:}?" info misspelt.py --input 28x28
done

# Names that are misspelt.
for pair in Tanhh:Tanh Lienar:Linear ConvTransposed2d:ConvTranspose2d Conv2D:Conv2d Flaten:Flatten; do
    printf 'input = 1, 28, 28\nclassifier = Sequential(%s())\n' "${pair%:*}" >bad.net
    t 1 "bad.net:2: there is no layer '${pair%:*}': did you mean ${pair#*:}?" info bad.net
done
printf 'input = 4\nclassifier = Sequential(Dense(3))\n' >bad.net
t 1 "bad.net:2: there is no layer 'Dense': expects one of Conv2d, " info bad.net
printf 'input = 4\nclassifier = Sequentail(Linear(4, 3))\n' >bad.net
t 1 "bad.net:2: expects Sequential( ... ), gets 'Sequentail'" info bad.net
printf 'input = 4\nwidth = 3\nclassifier = Sequential(Linear(4, widht))\n' >bad.net
t 1 "bad.net:3: 'widht' has no value: did you mean width?" info bad.net
printf 'input = 4\nencodr = Sequential(Linear(4, 2))\ndecoder = Sequential(Linear(2, 4))\n' >bad.net
t 1 "bad.net: there is no part 'encodr': did you mean encoder?" info bad.net
sed 's/encodr/encoder/; s/decoder/decodr/' bad.net >end.net
t 1 "end.net: there is no part 'decodr': did you mean decoder?" train data --model end.net
printf 'inptu = 1, 28, 28\nencoder = Sequential(Flatten())\n' >bad.net
t 1 "bad.net:1: 'inptu' has several numbers: did you mean input?" info bad.net
t 2 "expected one of compare, remove, rename, got 'compar'; did you mean 'compare'?" runs compar a b
t 2 "cross_entropy at \"mes\"; did you mean mse?" train data --loss mes
t 2 "cross_entropy at \"ssmi\"; did you mean ssim?" train data --loss 'mse + 0.1*ssmi'
t 2 "expected one of adam|adamw|sgd|rmsprop|nadam, got 'adm'; did you mean 'adam'?" train data --optimiser adm
t 2 'mask=X at "gausian=1"; did you mean gaussian?' train data --denoise gausian=1
t 2 'contrast=X at "shft=2"; did you mean shift?' train data --augment shft=2
t 1 "has nothing called 'encodr'; did you mean encoder?" train data --freeze encodr
t 1 "notebok: no such file, and no network of that name is built in; did you mean notebook?" train data --model notebok

# A code's length that nothing uses: in the file as on the line, with both places.
cat >fixed.net <<'END'
latent = 8
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 64), ReLU(), Linear(64, 2))
decoder = Sequential(
    Linear(2, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
END
places='write latent in the place of 2 in encoder.3 Linear (line 3) and in decoder.0 Linear (line 5)'
t 1 "fixed.net:1: 'latent' is set, but nothing uses it: $places" train data --model fixed.net
t 1 "latent is to be 4, but nothing uses it: $places" train data --model fixed.net --latent 4
sed 1d fixed.net >none.net
t 1 'there is no line latent = 2 to change: begin with it, and write latent in the place of 2 in encoder.3 Linear (line 2)' \
    train data --model none.net --latent 4
sed 's/Linear(64, 2)/Linear(64, latent)/; s/Linear(2, /Linear(latent, /' fixed.net >right.net
t 0 '' info right.net

# One thing in the place of another.
mkdir empty && printf '\211PNG\r\n\032\n\0\0\0\r' >p.png && printf '\211HDF\r\n\032\n\0\0\0\0' >k.h5
printf '\0\0\010\001\0\0\0\001\007' >labels-idx1-ubyte && echo 'class AE: pass' >ae.py && printf '\200\002}q\0.\0\0\0\0\0\0' >w.pt
cp "$root/models/notebook.net" n.net
t 1 'n.net: is a network, not a data set; a network is named by --model' train n.net
t 1 'cnn: is a network that is built in, not a data set' train cnn
t 1 'cnn: is a network that is built in, not a data set' eval n.net cnn
t 1 'p.png: is a picture, where a network or a run belongs' import p.png
t 1 'p.png: is one picture, not a data set: name the folder that it lies in' train p.png
t 1 'k.h5: is an HDF5 file, not a data set' train k.h5
t 1 "ae.py: is Python's text, not a data set" train ae.py
t 1 'w.pt: is what torch.save writes, not a data set' train w.pt
t 1 'data: is a data set and holds no model.safetensors' eval data
t 1 'empty: holds no model.safetensors; expected a run' eval empty
t 1 'runs/777: no such file and no such run; embudo runs lists the runs' eval runs/777
t 1 'p.png: is a picture, where a network or a run belongs' eval p.png
t 1 'p.png: is a picture, where a network or a run belongs' train data --model p.png
t 1 'k.h5: is an HDF5 file, such as Keras writes; expected it as ONNX, by tf2onnx' eval k.h5
t 1 'labels-idx1-ubyte: is a file of images or labels (IDX), where a network or a run belongs' eval labels-idx1-ubyte
t 1 'n.net: is a network without weights, not a model (safetensors)' train data --resume n.net
t 1 'p.png: is a picture, not a model (safetensors)' train data --resume p.png
t 1 'w.pt: is what torch.save writes, expected safetensors' train data --resume w.pt
EMBUDO_DATA=$work/sets && export EMBUDO_DATA && mkdir -p sets && cp -r data sets/mnist
t 1 'mnist: is a data set, where a network or a run belongs' eval mnist
run train data -o whole --epochs 1
t 1 'whole: is a run of embudo, not a data set' train whole
# Words in each other's places.
t 2 'whole is a run, and stands behind data; the run comes first: embudo encode whole data' encode data whole
t 2 'whole is a run, and stands behind mnist; the run comes first: embudo eval whole mnist' eval mnist whole
t 2 'whole is a run, and stands behind p.png; the run comes first: embudo predict whole p.png' predict p.png whole
t 2 'whole is a run, and stands behind loss; the run comes first: embudo plot whole loss' plot loss whole
t 2 'the run comes first: embudo classify whole/model.safetensors data' classify data whole/model.safetensors
t 0 '' eval whole data --no-doctor
rm whole/model.safetensors
t 1 'whole: is a run without a model (model.safetensors); embudo train --resume whole continues it' eval whole
finish
