# What the guides and the README say is what the program prints: sh slow_guides.sh PROGRAM REPOSITORY
#
# Both guides are typed as they stand (docs/typed.sh), on MNIST: the Spanish one in Spanish, and then the English one with
# the same networks. Compared are each block that shows what is printed, each measured number in a sentence
# (docs/claims.txt) and each picture, byte for byte. That the English guide has the Spanish one's numbers, claims.sh sees.
# Of the README, times and rates are a machine's; what it says of ONNX and of a microcontroller, tests/interop/ compares.
#
# What trains for ten seconds and more, and is not shown but told in a number or two, is left out: the recipe "best",
# networks of four lengths, most experiments of chapter 10 (`unmeasured` has the numbers). GUIDES=all types that, too:
# fifteen minutes of a processor instead of four.
program=$1 root=$2
. "$root/tests/cli/common.inc"
skip='--recipe best|runs/(best|lengths|few|mine|class|ssim|high|shuffled|seed7|large|digits2|practica|same|twin)|^cmp runs'
skip="$skip"'|runs/(repeated|denoiser|augmented|watched|more)|weights.safetensors|practica.safetensors'
unmeasured='accuracy.best-digits accuracy.digits2 digits2.4.9 digits2.5.3 digits2.right.4 digits2.right.5
few.train few.val high.first high.last lengths.codes.16 lengths.codes.2 lengths.codes.32 lengths.codes.8
lengths.images.cnn lengths.pca.16 lengths.pca.2 lengths.pca.32 lengths.pca.8 mse.best mse.best8 mse.class
mse.large mse.mine mse.practica mse.seed7 mse.shuffled mse.ssim outwards.1 outwards.2 outwards.3 outwards.4 ssim.ssim val.best'
undrawn=codes-best
[ "${GUIDES-}" != all ] || skip= unmeasured= undrawn=

# printed BLOCK: the file of what was printed before it.
printed() { ls "${1%/*}"/*.out | awk -v block="$1" '$0 < block { last = $0 } END { print last }'; }
# shown WORK: lines of blocks that are not what was printed before them, in that order; "..." stands for some, and long ones
# may be broken. Not looked at is a block behind a command that was left out.
shown() {
    for block in "$1"/typed/*.txt; do
        LC_ALL=C awk '
            { gsub(/cpu, [a-z0-9]*, [0-9]* (threads?|hilos?)/, "cpu"); gsub(/ \[E[0-9]+\]/, "") }
            FILENAME == ARGV[1] { printed = printed " " $0; left_out = left_out || $0 == "skipped"; next }
            $0 != "..." { gsub(/[ \t]+/, " "); sub(/^ /, ""); line[++lines] = $0 }
            END {
                gsub(/[ \t]+/, " ", printed)
                for (i = 1; i <= lines && !left_out; i++) {
                    if (at = index(printed, line[i])) printed = substr(printed, at + length(line[i]))
                    else print line[i]
                }
            }' "$(printed "$block")" "$block"
    done
}
# failed WORK: commands of the page that did.
failed() {
    for block in "$1"/typed/*.sh; do
        ! grep -q '^exit code [1-9]' "${block%.sh}.out" || cat "$block" "${block%.sh}.out"
    done
}
# pictures WORK SUFFIX: those of docs/images that were not drawn so.
pictures() {
    while IFS='	' read -r name file; do
        cmp -s "$1/$file" "$root/docs/images/$name$2.png" || echo "$name$2"
    done <"$root/docs/figures.txt"
}

# Letters are the cairo's and the fonts' of the machine: pictures that need no training tell whether it draws as ours did.
alike() {
    for name in network transposed output-padding; do
        cmp -s "$1/$name.png" "$root/docs/images/$name$2.png" && return
    done
    echo "pictures are not compared: this machine draws letters otherwise"
    return 1
}

# page NAME WORK SUFFIX SKIP UNDRAWN [BEFORE]
page() {
    sh "$root/docs/typed.sh" "$program" "$root/docs/$1" "$2" "$4" ${6+"$6"} 2>err || fail "typed.sh: $(cat err)"
    failed "$2" >wrong
    [ ! -s wrong ] || fail "docs/$1: a command failed: $(cat wrong)"
    shown "$2" >wrong
    [ ! -s wrong ] || fail "docs/$1 shows what is not printed: $(cat wrong)"
    alike "$2" "$3" || return
    pictures "$2" "$3" >wrong
    [ "$(tr '\n' ' ' <wrong)" = "$5" ] || fail "docs/$1: other pictures than its commands draw: $(cat wrong)"
}
page guia.md es -es "$skip" "${undrawn:+$undrawn-es }"
for block in es/typed/*.txt; do
    ! grep -qx skipped "$(printed "$block")" || fail "docs/guia.md: left out is what prints $(cat "$block")"
done
# English networks would be the same; the comparison of classifiers takes long.
if [ "${GUIDES-}" != all ]; then skip="$skip|^embudo compare" undrawn='compare codes-best '; fi
page guide.md en '' "$skip" "$undrawn" es

sh "$root/docs/numbers.sh" "$program" es >numbers 2>err || fail "numbers.sh: $(cat err)"
: >missing
for name in README.md docs/guide.md docs/guia.md; do
    LC_ALL=C awk -v name="${name##*/}" -f "$root/tests/cli/core/claims.awk" \
        numbers "$root/$name" "$root/docs/claims.txt" >wrong
    sed -n 's/^no number //p' wrong >>missing
    grep -v -e '^no number ' -e '^in no sentence' wrong >said
    [ ! -s said ] || fail "$name does not say what was measured: $(cat said)"
done
for name in $unmeasured; do echo "$name"; done >known
sort -u missing | cmp -s - known || fail "not measured: $(sort -u missing | diff - known)"
# What is kept for the quick tests is the same.
grep -vxF -f "$root/docs/numbers.txt" numbers >wrong && fail "docs/numbers.txt has other numbers: $(cat wrong)"

# The README's training, and what eval says of it.
machine='s/cpu, [a-z0-9]*, [0-9]* threads\{0,1\}/cpu/'
sed -n '/^    \$ embudo train$/,/^$/s/^    //p' "$root/README.md" | grep -v -e '^\$' -e '^\.\.\.$' | sed "$machine" >readme
[ "$(wc -l <readme)" -eq 7 ] || fail "the README's training: $(cat readme)"
cat en/typed/*.out en/typed/*.txt | sed "$machine" >printed
grep -vxF -f printed readme >wrong && fail "the README shows what is not printed: $(cat wrong)"

# It can fail: a digit is changed.
mkdir -p other/typed && cp es/typed/*.out es/typed/*.txt other/typed && sed -i 's/0,0445$/0,0446/' other/typed/*.txt
[ "$(shown other | wc -l)" -eq 1 ] || fail 'a changed digit is not seen'
sed 's/^mse\.eight .*/mse.eight 0.9999/' numbers >other/numbers
LC_ALL=C awk -v name=guia.md -f "$root/tests/cli/core/claims.awk" other/numbers "$root/docs/guia.md" "$root/docs/claims.txt" |
    grep -q 0,9999 || fail 'another number is not missed'
finish
