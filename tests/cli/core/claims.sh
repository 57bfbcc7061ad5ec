# The numbers of the README and the guides are the program's: sh claims.sh PROGRAM REPOSITORY
#
# docs/numbers.txt is made by `make figures`, and slow_guides.sh measures it again; docs/claims.txt has the sentences
# that contain them.
program=$1 root=$2
. "$root/tests/cli/common.inc"
docs=$root/docs
claims() { LC_ALL=C awk -v name="${2##*/}" -f "$root/tests/cli/core/claims.awk" "$1" "$2" "${3-$docs/claims.txt}"; }
for page in "$root/README.md" "$docs/guide.md" "$docs/guia.md"; do
    claims "$docs/numbers.txt" "$page" >missing
    [ ! -s missing ] || fail "$page does not say what was measured: $(cat missing)"
done
# It can fail: one number is changed, and one sentence is not known.
sed 's/^mse\.001 .*/mse.001 0.9999/' "$docs/numbers.txt" >other
[ "$(claims other "$docs/guide.md" | grep -c 0.9999)" -gt 2 ] || fail 'another number is not missed'
grep -v 'It is right on' "$docs/claims.txt" >fewer
claims "$docs/numbers.txt" "$docs/guide.md" fewer | grep -q '^in no sentence' || fail 'a number that nobody measures is not seen'

# Both guides have the same numbers in each section, but for their signs. Single digits are words in the Spanish one.
digits() {
    awk '/^<!-- typed:/ { left = 1 } /^-->/ { left = 0 } left { next }
        /^##/ { section++ }
        {
            gsub(/\]\([^)]*\)/, "]")
            while (match($0, /[0-9][0-9.,]*[0-9]/)) {
                number = substr($0, RSTART, RLENGTH)
                gsub(/[.,]/, "", number)
                print section + 0, number
                $0 = substr($0, RSTART + RLENGTH)
            }
        }' "$1" | sort
}
digits "$docs/guide.md" >english
digits "$docs/guia.md" >spanish
cmp -s english spanish || fail "the guides have other numbers: $(diff english spanish | head -n 6)"
[ "$(wc -l <english)" -gt 500 ] || fail 'hardly a number was found in the guides'

# The table of the network's layers: shapes and parameters are those of `embudo info`.
"$program" info notebook | awk '/^(en|de)coder\.[0-9]/ { print $(NF - 2), $(NF - 1) }' >layers
for page in guide guia; do
    awk -F'|' '/^\| `[A-Z][A-Za-z0-9]*\(.*\)` \|/ {
            sub(/.*= /, "", $4)
            gsub(/[ *]/, "", $3)
            gsub(/ /, "", $4)
            if ("'$page'" == "guia") sub(/\./, ",", $4)
            print $3, $4
        }' "$docs/$page.md" >table
    cmp -s layers table || fail "$page.md has other layers: $(diff layers table)"
done
# What a photograph is said to show.
said=$(sed -n 's/^three.png: //p' "$docs/guide.md")
grep -qF "\"${said:-nothing}\"" "$root/README.md" || fail "the README does not say of a photograph: $said"

# What is quick to train is trained: the first epoch, which the README and both guides show.
"$program" train mnist --epochs 1 -o one >log 2>&1 || fail "train: $(cat log)"
for page in "$root/README.md" "$docs/guide.md"; do
    want=$(sed -n 's/^ *Epoch \[1\/10\], //p' "$page" | head -n 1)
    grep -qxF "Epoch [1/1], ${want:-nothing}" log || fail "$page: the first epoch is not $want: $(cat log)"
done
# In Spanish it says the Spanish guide's lines, of which the words are looked at: a few images are enough.
if "$program" --language es --help >/dev/null 2>&1; then
    words() { sed 's/[-+]*[0-9][0-9.,]*/N/g' "$@"; }
    "$program" train mnist --epochs 1 --val-split 0.999 --language es -o es >log 2>&1
    sed -n 's/^Época \[.*\], //p' log | words >said
    "$program" eval one --language es 2>/dev/null | words >>said
    "$program" export one --c c --part encoder --int8 --language es 2>/dev/null | words >>said
    sed -n 's/^Época \[1\/10\], //p; /^MSE de prueba: 0,0382/p; /^PSNR de prueba: 14/p; /^10.000 imágenes de prueba/p; /^constantes: /p' \
        "$docs/guia.md" | words >want
    grep -vxF -f said want >missing && fail "the Spanish guide has, but nothing says: $(cat missing); said is $(cat said)"
    [ "$(wc -l <want)" -ge 8 ] || fail "hardly a line was found in the Spanish guide: $(cat want)"
fi
finish
