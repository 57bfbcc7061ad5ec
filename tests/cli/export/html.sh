# embudo export --html: the page, what is in it, and what cannot be: sh html.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data
run train data --epochs 1 -o run

# One file, which asks nobody for anything, and whose script is the one that its policy names.
t 0 '' export run data --html page.html
[ "$(cat out)" = page.html ] || fail "the file is not named as others are: $(cat out)"
[ "$(grep -c "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-" page.html)" -eq 1 ] || fail 'no policy'
grep -n '<link[^>]*stylesheet\|<script[^>]*src=\|type="module"\|^import \|^export ' page.html && fail 'not one file'
[ "$(grep -c '<script' page.html)" -eq 2 ] || fail "$(grep -c '<script' page.html) scripts"
if command -v openssl >/dev/null; then
    awk '/<script>/ { on = 1; sub(/.*<script>/, "") } on { if (sub(/<\/script>.*/, "")) { printf "%s", $0; exit } print }' page.html |
        openssl dgst -sha256 -binary | openssl base64 >hash
    grep -qF "script-src 'sha256-$(cat hash)'" page.html || fail "the script's sum is $(cat hash)"
fi
for name in run history network codes indices labels errors; do grep -q "\"$name\":" page.html || fail "no $name"; done
grep -q '"images":{' page.html && fail 'originals that nobody asked for'

# The same run, the same bytes; to standard output, too.
t 0 '' export run data --html again.html --threads 1
cmp -s page.html again.html || fail 'the same run gives other bytes'
t 0 '' export run data --html -
cmp -s page.html out || fail 'standard output has another page'
t 0 'page.html' export run data --html page.html --json
grep -q '"page.html"' out || fail "--json: $(cat out)"
LC_ALL=es_ES.UTF-8 "$program" export run data --html spanish.html --language es >out 2>&1 || fail "$(cat out)"
cmp -s page.html spanish.html || fail 'another page in Spanish'

# Originals, of all images or of the test images alone.
t 0 '' export run data --html all.html --images all
t 0 '' export run data --html test.html --images test
t 0 '' export run data --html own.html --images test --split test
first() { sed -n 's/.*"images":{"first":\([0-9]*\),"count":\([0-9]*\).*/\1 \2/p' "$1"; }
numbers=$(first all.html) && count=${numbers#* }
[ "${numbers% *}" = 0 ] && [ "$count" -gt 0 ] || fail "all: $numbers"
numbers=$(first test.html)
[ $((${numbers% *} + ${numbers#* })) -eq "$count" ] && [ "${numbers% *}" -gt 0 ] || fail "test: $numbers of $count"
[ "$(first own.html)" = "0 ${numbers#* }" ] || fail "of the test split: $(first own.html)"
t 1 '--split test or --images all is possible' export run data --html no.html --images test --split train

# Names are text, whatever they have.
cp -r run 'a<!--b'
t 0 '' export 'a<!--b' data --html odd.html
grep -qF '"a\u003c!--b"' odd.html || fail "a name: $(grep -m 1 '"run": ' odd.html)"

# What cannot be.
t 2 'expected --onnx, --c DIR, --html FILE' export run
t 2 '--part is for --onnx and --c DIR' export run --html page.html --part encoder
t 2 '--score is for --onnx and --c DIR' export run --html page.html --score
t 2 '--split is for --html FILE' export run --onnx --split test
t 2 '--images is for --html FILE' export run --c c --images all
t 2 '--classifier is for --html FILE' export run --c c --classifier run
t 2 'none|test|all' export run --html page.html --images some
t 1 'nothing' export nothing --html page.html
t 1 'nowhere' export run nowhere --html page.html
t 1 'missing/page.html' export run data --html missing/page.html
t 1 'run' export run data --html run
t 1 'expected a network with a classifier' export run data --html page.html --classifier run
cp page.html before.html
run export run nowhere --html page.html
cmp -s page.html before.html || fail 'a page that could not be made was touched'
run classify run data --epochs 1 -o says
t 0 '' export run data --html judged.html
grep -q '"classifier":{' judged.html || fail 'the classifier is not in the page'
t 1 'has no part called decoder' export says data --html no.html
[ ! -e no.html ] || fail 'half a page'
finish
