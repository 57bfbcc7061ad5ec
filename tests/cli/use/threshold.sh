# The threshold of embudo score, which the model keeps and exports carry: sh threshold.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
. "$root/tests/cli/use/flat_run.inc"
cp r/model.safetensors before
kept() { grep -a -o 'embudo.threshold":"[^"]*' r/model.safetensors | sed 's/.*:"//'; }

# The first time, the model gets it; its tensors stay. What is asked for once leaves it as it is.
t 0 '' score r --false-alarms 0.05 --by region --count 0
[ -z "$(kept)" ] || fail "kept without being asked: $(kept)"
t 0 '' score r --count 0
first=$(kept)
case $first in 'by=score false_alarms=0.01 threshold='*' weights='*) ;; *) fail "kept: $first" ;; esac
[ "$(tail -c 20000 before | cksum)" = "$(tail -c 20000 r/model.safetensors | cksum)" ] || fail 'the weights changed'
t 0 '' score r --false-alarms 0.05 --count 0
[ "$(kept)" = "$first" ] || fail "kept: $(kept)"
has out ': 5 % of usual images are above it'
t 0 '' info r
has out '^unusual   a score above [0-9.]*, as 1 % of usual images have$'

# --keep: from then on it is the model's.
t 0 '' score r --false-alarms 0.05 --by corrected --keep --count 0
case $(kept) in 'by=corrected false_alarms=0.05 threshold='*) ;; *) fail "--keep: $(kept)" ;; esac
t 0 '' score r --json
python3 -c 'import json
r = json.load(open("out"))
assert r["by"] == "corrected" and r["false_alarms"] == 0.05, r["by"]' || fail "not the model's own"
t 0 '' info r
has out '^unusual   a corrected error above [0-9.]*, as 5 % of usual images have$'

# Exports: plain ones carry the number, those with --score what computes it.
t 0 '' export r --c plain
has plain/embudo_model.h '#define EMBUDO_MODEL_THRESHOLD'
grep -q 'float embudo_model_score' plain/embudo_model.h && fail 'a score without --score'
t 0 '' score r --keep --by score --false-alarms 0.01 --count 0
t 0 'more than the network' export r --c line --score
has line/embudo_model.h '^float embudo_model_score(const embudo_model_pixel \*image);$'
has line/embudo_model.h '^int embudo_model_unusual(const embudo_model_pixel \*image);$'
has line/embudo_model.h ', an image is unusual; so are 1 % of usual images'
has out '^unusual: a score above [0-9.]*, as 1 % of usual images have$'

# A number and its verdict, through the exported C, of the images that were scored.
if command -v cc >/dev/null; then
    cat >say.c <<'END'
#include <stdio.h>
#include "embudo_model.h"
int main(void)
{
    static unsigned char bytes[784];
    static float image[784];
    while (fread(bytes, sizeof bytes, 1, stdin) == 1) {
        for (int i = 0; i < 784; i++) image[i] = (float)bytes[i] / 255.0f;
        printf("%.9g %d\n", (double)embudo_model_score(image), embudo_model_unusual(image));
    }
    return 0;
}
END
    cc -std=c99 -O1 -Iline line/embudo_model.c say.c -o say || fail 'the C does not compile'
    gzip -dc data/mnist/t10k-images-idx3-ubyte.gz 2>/dev/null >idx || cp data/mnist/t10k-images-idx3-ubyte idx
    tail -c +17 idx | ./say >said
    t 0 '' score r -o scores.csv
    sed 1d scores.csv | cut -d, -f3,6 | tr , ' ' | paste -d ' ' - said | awk '
        { d = $1 - $3; if (d < 0) d = -d; if (d > 1e-5 * $1 || $2 != $4) wrong++; n++ }
        END { exit !(n == 200 && !wrong) }' || fail "C and the program differ: $(head -n 3 said)"
fi

# What cannot be: said by name.
t 2 'leave --part out' export r --c c --score --part encoder
t 2 'leave --int8 out' export r --c c --score --int8
cp r/model.safetensors alone.safetensors
t 1 'does not say what it was trained on' export alone.safetensors --c c --score
t 0 'more than the network' export alone.safetensors mnist --c c --score
exists alone-unusual.safetensors
run classify r mnist --epochs 1 -o k
t 1 'k does not reconstruct images' export k --c c --score

# A model that cannot be written is scored with all the same; --keep then fails.
if [ "$(id -u)" -ne 0 ]; then
    run train mnist --model flat.net --epochs 1 -o shut && chmod a-w shut shut/model.safetensors
    t 0 'does not keep its threshold' score shut --count 0
    t 1 '--keep: ' score shut --count 0 --keep
    chmod u+w shut
fi

# Other weights: what was kept is not for them.
run train mnist --model flat.net --epochs 1 --lr 0.01 -o s
t 0 '' info s
grep -q '^unusual' out && fail 'a threshold from nowhere'
finish
