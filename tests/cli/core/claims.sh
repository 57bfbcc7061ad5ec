# The numbers of the README and the guides are the program's: sh claims.sh PROGRAM REPOSITORY
#
# docs/numbers.txt is made by `make figures`; docs/claims.txt has the sentences that contain them: a file
# (both: each guide), a tab, and text with {NAME}, or {NAME,} for a number with a decimal comma.
program=$1 root=$2
. "$root/tests/cli/common.inc"
cd "$root/docs" || exit 1
# claims NUMBERS TEXT CLAIMS NAME: the sentences of NAME that are not in TEXT.
claims() {
    LC_ALL=C awk -v name="$4" -v out=0 '
        FILENAME == ARGV[1] { value = $0; sub(/^[^ ]* /, "", value); number[$1] = value; next }
        FILENAME == ARGV[2] { text = text " " $0; next }
        !squeezed { gsub(/[ \t>]+/, " ", text); squeezed = 1 }
        {
            split($0, part, "\t")
            if (part[1] != name && !(part[1] == "both" && name != "README.md")) next
            said = part[2]
            while (match(said, /\{[a-z0-9.-]+,?\}/)) {
                key = substr(said, RSTART + 1, RLENGTH - 2)
                comma = sub(/,$/, "", key)
                if (!(key in number)) { print "no number " key; break }
                value = number[key]
                if (comma) sub(/\./, ",", value)
                said = substr(said, 1, RSTART - 1) value substr(said, RSTART + RLENGTH)
            }
            if (!index(text, said)) print said
        }' "$1" "$2" "$3"
}
for page in ../README.md guide.md guia.md; do
    claims numbers.txt "$page" claims.txt "${page##*/}" >"$work/missing"
    [ ! -s "$work/missing" ] || fail "$page does not say what was measured: $(cat "$work/missing")"
done
# It can fail: one number is changed.
sed 's/^mse\.001 .*/mse.001 0.9999/' numbers.txt >"$work/other"
[ "$(claims "$work/other" guide.md claims.txt guide.md | wc -l)" -eq 5 ] || fail 'another number is not missed'
# What is quick to train is trained: the first epoch, and the test images after it.
"$program" train mnist --epochs 1 -o "$work/one" >"$work/log" 2>&1 || fail "train: $(cat "$work/log")"
want=$(sed -n 's/^epoch\.1 //p' numbers.txt)
grep -qF "Epoch [1/1], $want" "$work/log" || fail "the first epoch: expected $want: $(cat "$work/log")"
# In Spanish it says the Spanish guide's lines, of which the words are looked at: a few images are enough.
if "$program" --language es --help >/dev/null 2>&1; then
    words() { sed 's/[-+]*[0-9][0-9.,]*/N/g' "$@"; }
    "$program" train mnist --epochs 1 --val-split 0.999 --language es -o "$work/es" >"$work/log" 2>&1
    sed -n 's/^Época \[.*\], //p' "$work/log" | words >"$work/said"
    "$program" eval "$work/one" --language es 2>/dev/null | tr '\n' ' ' | words >>"$work/said"
    "$program" export "$work/one" --c "$work/c" --part encoder --int8 --language es 2>/dev/null | words >>"$work/said"
    for name in epoch.1.es int8.es int8.size.es; do
        sed -n "s/^$name //p" numbers.txt | words >"$work/want"
        grep -qF -e "$(cat "$work/want")" "$work/said" || fail "$name: $(cat "$work/want"), but said is $(cat "$work/said")"
    done
    grep -qF 'MSE de prueba: N PSNR de prueba: N dB N imágenes de prueba de mnist' "$work/said" || fail "eval: $(cat "$work/said")"
fi
cd "$work" || exit 1
finish
