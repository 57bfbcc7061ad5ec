# The page of a run: sh report.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

# whole FILE: it needs no other file, its tags close, and nothing was left out of it.
whole() {
    exists "$1"
    grep -qE 'https?://|<script|<link|<iframe|@import|url\(' "$1" && fail "$1 refers to something else"
    has "$1" '^<!DOCTYPE html>$'
    has "$1" '</html>'
    if command -v python3 >/dev/null; then
        python3 - "$1" <<'END' || fail "$1: its tags do not close"
import html.parser, sys
class Check(html.parser.HTMLParser):
    def __init__(self): super().__init__(); self.open = []
    def handle_starttag(self, tag, attrs):
        if tag not in ('meta', 'img', 'br'): self.open.append(tag)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag: sys.exit(f'{self.getpos()}: </{tag}>')
check = Check()
check.feed(open(sys.argv[1], encoding='utf-8').read())
sys.exit(1 if check.open else 0)
END
    fi
}
# sections FILE ID...: the sections that it has, in this order.
sections() {
    file=$1
    shift
    [ "$(sed -n 's/^<section id="\([a-z]*\)">$/\1/p' "$file" | tr '\n' ' ')" = "$* " ] ||
        fail "sections of $file: $(grep '^<section' "$file")"
}
pictures() { [ "$(grep -c '<img .*src="data:image/png;base64,' "$1")" -eq "$2" ] || fail "pictures of $1"; }

# With the training; the last note says where it is.
t 0 'the report is in two/report.html' train data --epochs 2 --report -o two
[ "$(tail -n 1 err)" = 'the report is in two/report.html' ] || fail "the last note: $(cat err)"
[ "$(wc -l <out)" -eq 2 ] || fail "standard output of train --report: $(cat out)"
cairo=yes
grep -q 'No pictures: ' two/report.html && cairo=no
whole two/report.html
sections two/report.html learning film reconstructions codes plane worst labels network origin
has two/report.html '<td data-head="what it is">ConvTranspose2d(32, 16, 3, stride=2, padding=1)</td>'
has two/report.html "<pre>.*train data --epochs 2 --report -o two</pre>"
has two/report.html '^encoder = Sequential($'
has two/report.html '<td class="n" data-head="parameters">78,179</td>'
has two/report.html 'doctor\|Something is wrong: on every other one of these images'
[ $cairo = no ] || pictures two/report.html 6

# Eight numbers: a walk instead of the plane; a classifier of its codes is in its table.
run train data --epochs 2 --latent 8 -o 'eight & "more"'
run classify 'eight & "more"' data --epochs 2 -o c8
t 0 '' report 'eight & "more"'
has out '^eight & "more"/report.html$'
whole 'eight & "more"/report.html'
sections 'eight & "more"/report.html' learning film reconstructions codes walk worst labels network origin
has 'eight & "more"/report.html' 'eight &amp; &quot;more&quot;'
grep -q 'eight & ' 'eight & "more"/report.html' && fail 'a name is not escaped'
has 'eight & "more"/report.html' '<td data-head="from">the run c8</td>'
has 'eight & "more"/report.html' '<th scope="row">codes, MLP</th>'
grep -q 'images, CNN' 'eight & "more"/report.html' && fail 'a CNN that nobody has trained'
# Classifiers of images beside it, which are measured on the same images; on other data they are not.
run classify --images data --epochs 1 -o judge
run classify --images data --net mlp --epochs 1 -o "images' mlp"
cp -r data elsewhere
run classify --images elsewhere --epochs 1 -o other
t 0 '' report 'eight & "more"' -o again.html
for row in 'images, CNN' 'images, MLP' 'codes, MLP' 'codes, linear'; do has again.html "<th scope=\"row\">$row</th>"; done
has again.html 'What reads images sees every pixel'
has again.html '<td data-head="from">the run judge</td>'
grep -q 'the run other' again.html && fail 'a run on other data is in the table'
accuracy=$("$program" eval judge data 2>/dev/null | sed -n 's/^test accuracy *\([0-9.]* %\).*/\1/p' | head -n 1)
[ -z "$accuracy" ] || has again.html "<td class=\"n\" data-head=\"test accuracy\">$accuracy</td>"
# What compare has kept beside it, or in its own folder with -o; what was measured on other images is not taken.
mkdir kept
line='input,model,parameters,test_accuracy,seconds,data,part,images'
printf '%s\n' "$line" 'codes,mlp,10,91.00,1.0,data,test,200' 'images,cnn,10,97.25,1.0,data,test,200' \
    'images,mlp,10,96.25,1.0,data,test,100' >kept/compare.csv
cp kept/compare.csv 'eight & "more"/compare.csv'
sed -i 's/97.25/98.25/' 'eight & "more"/compare.csv'
t 0 '' report 'eight & "more"' -o compared.html
rm 'eight & "more"/compare.csv'
has compared.html '>97.25 %</td>'
has compared.html 'the comparison in kept<'
[ "$(grep -c '>98.25 %</td>' compared.html)" -eq 1 ] || fail 'the comparison in the run is there not once'
[ "$(grep -c '>91.00 %</td>' compared.html)" -eq 1 ] || fail 'codes are taken from the run alone'
grep -q '96.25' compared.html && fail 'a row of other images'
# Narrow screens and the dark: what moves says so, tables become lists, a matrix gets small.
[ "$(grep -c '<p class="sideways">' again.html)" -eq "$(grep -c 'class="card wide"' again.html)" ] || fail 'a wide picture that does not say so'
for rule in 'prefers-color-scheme:dark' 'max-width:40rem' 'attr(data-head)' 'name="viewport"'; do has again.html "$rule"; done
has again.html '<table class="list">'
has 'eight & "more"/report.html' "train data --epochs 2 --latent 8 -o &#39;eight &amp; &quot;more&quot;&#39;</pre>"
[ $cairo = no ] || pictures 'eight & "more"/report.html' 6

# A kind of autoencoder: what it draws by itself, and its measures by epoch.
cat >vae.net <<'END'
input = 1, 28, 28
encoder = Sequential(Flatten(), Linear(784, 4), Variational())
decoder = Sequential(Linear(2, 784), Sigmoid(), Unflatten(1, (1, 28, 28)))
END
t 0 'the report is in vae/report.html' train data --model vae.net --epochs 2 --tensorboard --report -o vae
whole vae/report.html
sections vae/report.html learning film reconstructions codes plane new worst labels network origin
[ $cairo = no ] || pictures vae/report.html 9
if ls vae/tensorboard/events* >/dev/null 2>&1; then
    for tag in elbo/train elbo/validation kl/train reconstruction/validation; do
        cat vae/tensorboard/events* | grep -aq "$tag" || fail "no $tag for TensorBoard"
    done
fi
if [ $cairo = yes ]; then
    t 0 '' plot vae loss -o loss.svg
    for word in 'loss (the sum)' 'ELBO (nats)' 'KL (nats)' reconstruction; do has loss.svg ">$word</text>"; done
    t 0 '' plot vae loss --language es -o loss.svg
    has loss.svg '>reconstrucci'
fi

run report "$(pwd)/eight & \"more\""
has 'eight & "more"/report.html' '/c8</td>$'
# A folder with the name of a built-in network.
t 0 'the report is in cnn/report.html' train data --model notebook --epochs 1 --report -o cnn
t 0 '' report cnn

has 'eight & "more"/report.html' '<pre>embudo classify &#39;'
has two/report.html '<pre>embudo classify two</pre>'

# Classifiers, in Spanish too.
t 0 '' report c8 --language es -o informe.html
has out '^informe.html$'
whole informe.html
has informe.html '<html lang="es">'
has informe.html '<table class="matrix">'
sections informe.html learning confusion classes mistakes network origin
[ $cairo = no ] || pictures informe.html 3
# Once its encoder has learned more, a classifier of the earlier codes says nothing of these.
cp -r 'eight & "more"' later-eight
run classify later-eight data --epochs 1 -o later-c
t 0 '' report later-eight
has later-eight/report.html 'the run later-c'
run train --resume later-eight --epochs 3
t 0 '' report later-eight
has later-eight/report.html 'later-c: it classifies the codes of this run'
! grep -q 'the run later-c' later-eight/report.html || fail 'a classifier of other codes is in the table'
run classify 'eight & "more"' data --knn 3 -o near
t 0 '' report near
whole near/report.html
sections near/report.html confusion classes mistakes network origin

# What is missing is left out, with a note.
mkdir bare && cp two/model.safetensors bare
t 0 '' report bare data
whole bare/report.html
sections bare/report.html reconstructions codes plane worst labels network
has bare/report.html 'There is no run.json'
t 0 '' report bare/model.safetensors data -o lone.html
whole lone.html
# The same page twice.
cp lone.html first.html
t 0 '' report bare/model.safetensors data -o lone.html --threads 3
same lone.html first.html

# What is wrong.
t 2 'RUN|MODEL is missing' report
t 1 'nothere' report nothere
t 1 'notebook has no trained weights' report notebook data
cp -r two bad && printf '{' >bad/run.json
t 1 'bad/run.json:1: column 1: not the JSON of a run' report bad
printf '[]' >bad/run.json
t 1 "bad/run.json: expected a run's record" report bad
head -c 2000000 /dev/zero | tr '\0' ' ' >bad/run.json
t 1 "bad/run.json: has 2000000 bytes; expected at most 1048576" report bad
cp two/run.json bad && printf 'epoch,loss\n1,x\n' >bad/history.csv
t 1 'bad/history.csv' report bad
t 1 'nodata' report two nodata
t 1 'nowhere/x.html' report two -o nowhere/x.html
finish
