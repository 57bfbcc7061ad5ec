# Exports and imports, as typed: sh models.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
run train data --epochs 1 -o run
run classify run data --epochs 1 -o classes

# Wrong usage.
t 2 'expected --onnx, --c DIR, --html FILE, or several of them' export run
t 2 '--int8 is for --c DIR' export run --onnx --int8
t 2 '--uint8 is for --onnx' export run --c firm --uint8
t 2 "expected one of encoder|decoder|classifier|head|all" export run --c firm --part whole
t 1 'run has no classifier' export run --c firm --part classifier
t 1 'run has no head' export run --onnx --part head
t 1 'notebook has no trained weights' export notebook --c firm
t 1 'cannot be a name in C' export run --c firm --name 1st
t 1 'nowhere: no such file or folder' export run nowhere --c firm --int8
t 1 "no such file, and no network of that name" export nothing --onnx
: >file
t 1 'file' export run --c file/deeper

# C: files, sizes, what whole numbers cost.
t 0 '' export run data --c firmware --part encoder --int8 --name sensor --self-test
exists firmware/sensor.c firmware/sensor.h
has out '^constants 4[0-9],[0-9]* bytes, static buffer 2,352 bytes$'
has out '^test MSE 0\.[0-9]* in float, 0\.[0-9]* in whole numbers ([+-]0\.[0-9]* %), on 200 test images of data$'
has firmware/sensor.h '^void sensor_encode(const sensor_pixel \*image, float \*code);$'
grep -q decode firmware/sensor.c && fail 'a decoder in the encoder'
t 0 '' export run data --c firmware
has firmware/embudo_model.h '^typedef float embudo_model_pixel;$'
t 0 '' export classes data --c firmware --int8 --name classes
has out '^test accuracy [0-9.]* % in float, [0-9.]* % in whole numbers, on 200 test images of data$'
has firmware/classes.h '^void classes_classify(const classes_pixel \*image, float \*logits);$'
# `classifier` takes images, `head` codes.
t 0 '' export classes data --c firmware --part classifier --name again --int8
sed 's/again/classes/g; s/AGAIN/CLASSES/g' firmware/again.c >again.c
same again.c firmware/classes.c
t 0 '' export classes data --c firmware --part head --name head --int8 --self-test
has out '^test accuracy [0-9.]* % in float, [0-9.]* % in whole numbers, on 200 test images of data$'
has firmware/head.h '^void head_classify_code(const float \*code, float \*logits);$'
grep -q 'PIXEL\|_pixel\|WIDTH' firmware/head.h && fail 'a head of images'
t 0 '' export classes data --c firmware --part head --name floats --self-test
if command -v cc >/dev/null; then
    cc -std=c99 -DSENSOR_SELF_TEST -c firmware/sensor.c -o sensor.o || fail 'sensor.c does not compile'
    for name in head floats; do
        upper=$(echo $name | tr a-z A-Z)
        printf '#include "%s.h"\nint main(void) { return %s_self_test(); }\n' $name $name >main.c
        cc -std=c99 -D${upper}_SELF_TEST -Ifirmware main.c firmware/$name.c -o self && ./self ||
            fail "$name.c does not pass its own test"
    done
fi

# A state dict without its notation, and with it.
printf '\066\000\000\000\000\000\000\000{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}' >bare.safetensors
printf '\0\0\0\0' >>bare.safetensors
t 1 'has no embudo.notation in its __metadata__' import bare.safetensors -o x.safetensors
t 1 'tensor a is not one of its network' import bare.safetensors --notation notebook
printf 'input = 1\nencoder = Sequential(Linear(1, 1, bias=False))\n' >bare.net
printf '\107\000\000\000\000\000\000\000{"encoder.0.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}' >own.safetensors
printf '\0\0\0\0' >>own.safetensors
t 0 'does not say what numbers it was trained on: pictures are given to it as 0 .. 1' import own.safetensors --notation bare.net
t 1 'bare.net: is text; expected a state dict (safetensors) or an ONNX model' import bare.net
head -c 12 bare.safetensors >cut.safetensors
t 1 'cut.safetensors: ' import cut.safetensors --notation notebook
t 2 '--code is for ONNX files' import bare.safetensors --code x
t 2 '--output: expected a name that ends in .safetensors' import run/model.safetensors -o x.onnx
t 0 '' import run/model.safetensors --notation notebook -o again.safetensors
has out '^again.safetensors: autoencoder of 78,179 parameters$'
t 0 '' encode run data -o a.npy
t 0 '' encode again.safetensors data -o b.npy
same a.npy b.npy

printf 'PK\003\004 and so on and so on and so on' >theirs.pt
t 1 'theirs.pt: is what torch.save writes, expected safetensors' import theirs.pt --notation notebook
t 1 'theirs.pt: is what torch.save writes, expected safetensors' eval theirs.pt data

# ONNX: out and back, the parts alone. In builds that have protobuf-c.
run export run --onnx -o onnx
if grep -q 'without protobuf-c' err; then
    [ "$code" -eq 1 ] || fail 'ONNX without protobuf-c'
    finish
fi
exists onnx/encoder.onnx onnx/decoder.onnx onnx/autoencoder.onnx
t 0 '' import onnx/autoencoder.onnx
exists autoencoder.embudo.safetensors
t 0 '' encode autoencoder.embudo.safetensors data -o b.npy
same a.npy b.npy
t 0 '' encode onnx/encoder.onnx data -o b.npy
same a.npy b.npy
t 0 '' decode run a.npy -o c.npy
t 0 '' decode onnx/decoder.onnx a.npy -o d.npy
same c.npy d.npy
t 0 '' info onnx/encoder.onnx
has out 'part      of an autoencoder'
t 1 'has no part called decoder' eval onnx/encoder.onnx data
t 1 'is an encoder alone, which has no loss' train data --model onnx/encoder.onnx -o x
t 0 '' import onnx/autoencoder.onnx --code encoder.8.out -o wide.safetensors
has out 'encoder of\|autoencoder of'
t 1 "has no tensor between its layers called 'nothing'" import onnx/autoencoder.onnx --code nothing
t 2 '--notation is for .safetensors' import onnx/encoder.onnx --notation notebook
t 0 '' export run --onnx --uint8 --part encoder -o bytes
[ "$(ls bytes)" = encoder.onnx ] || fail "--part encoder: $(ls bytes)"
t 0 '' export classes --onnx -o classes-onnx
exists classes-onnx/encoder.onnx classes-onnx/classifier.onnx
t 0 '' export classes --onnx --part classifier -o by-name
same by-name/classifier.onnx classes-onnx/classifier.onnx
t 0 '' export classes --onnx --part head -o by-name
t 0 '' import by-name/head.onnx -o head.safetensors
has out '^head.safetensors: classifier'
t 0 '' export run --onnx
exists run/encoder.onnx
for size in 0 1 100 5000; do
    head -c $size onnx/encoder.onnx >cut.onnx
    t 1 'cut.onnx: ' import cut.onnx
done
# Each is recognised by its content, whatever its name.
cp run/model.safetensors other.onnx
t 0 '' import other.onnx
cp onnx/autoencoder.onnx other.bin
t 0 '' import other.bin -o by-bytes.safetensors
t 0 '' info other.bin
t 1 'is an ONNX model, which says its layers itself' import other.bin --notation notebook
t 1 'other.onnx: is not an ONNX model' import other.onnx --code x
head -c 5000 /dev/urandom >noise.onnx
t 1 'noise.onnx: is not an ONNX model' import noise.onnx
t 1 'absent.onnx: ' import absent.onnx

# TensorBoard.
t 0 'for TensorBoard: tensorboard --logdir board/tensorboard' train data --epochs 1 --tensorboard -o board
exists board/tensorboard/codes.tsv board/tensorboard/projector_config.pbtxt
same run/model.safetensors board/model.safetensors
finish
