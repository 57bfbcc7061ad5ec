# The explorer's page as text: languages, names, nothing from elsewhere: sh page.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
web=$(cd "$root/web" && pwd)

# Every language has the same texts, and every text that is used is there.
names_of() { sed -n 's/^  \([A-Za-z]*\): .*/\1/p' "$1" | sort; }
names_of "$web/words/en.js" >en
[ "$(wc -l <en)" -gt 40 ] || fail "few texts: $(wc -l <en)"
for table in "$web"/words/??.js; do
    names_of "$table" | diff en - >differs || fail "$table: other texts than English: $(cat differs)"
    grep -q "^import $(basename "$table" .js) from" "$web/words/words.js" || fail "$table: not in words.js"
done
find "$web" -name '*.js' -exec grep -ho '\bt\.[A-Za-z]*' {} + | sed 's/^t\.//' | sort -u >used
comm -23 used en >unknown
[ ! -s unknown ] || fail "texts that no table has: $(tr '\n' ' ' <unknown)"
# name and error are taken by t[name], other by itself.
comm -13 used en | grep -vx 'name\|original\|reconstruction\|error' >idle
[ ! -s idle ] || fail "texts that nobody uses: $(tr '\n' ' ' <idle)"

# Nothing comes from elsewhere, and the Content-Security-Policy holds: no script or style within HTML, no text that becomes code.
find "$web" -name '*.*' -type f ! -name '*.md' -exec grep -n '[a-z]*://' {} + | grep -v 'http://www.w3.org/2000/svg' >elsewhere
[ ! -s elsewhere ] || fail "from elsewhere: $(cat elsewhere)"
grep -n 'style=\|<style\| on[a-z]*=\|<script>' "$web/index.html" && fail 'within HTML'
find "$web" -name '*.js' -exec grep -n 'innerHTML\|outerHTML\|insertAdjacentHTML\|document\.write\|eval(\|new Function' {} + >code
[ ! -s code ] || fail "text becomes code: $(cat code)"

# Every file is imported, and every import is a file.
find "$web" -name '*.js' | sed "s|^$web/||" | sort >files
while read -r file; do
    sed -n "s/.*from '\(\.[^']*\)'.*/\1/p" "$web/$file" | while read -r name; do
        there=$(cd "$web/$(dirname "$file")/$(dirname "$name")" && pwd)/$(basename "$name")
        [ -f "$there" ] || echo "$file imports $name" >&2
        echo "${there#"$web"/}"
    done
done <files 2>lost | sort -u >imported
[ ! -s lost ] || fail "$(cat lost)"
# In the page that is one file, local/X stands in for X.
comm -23 files imported | grep -vx main.js | while read -r file; do
    [ "$file" != "${file#local/}" ] && grep -qx "${file#local/}" imported || echo "$file"
done >lone
[ ! -s lone ] || fail "nobody imports $(tr '\n' ' ' <lone)"

# The page that is one file answers every question itself.
questions() { sed -n 's/^export \(async \)*\(const\|function\|class\) \([A-Za-z_]*\).*/\3/p' "$1" | grep -vx readNpy | sort; }
questions "$web/api.js" >asked
questions "$web/local/api.js" | diff asked - >differs || fail "web/local/api.js answers other questions than web/api.js asks: $(cat differs)"
[ "$(wc -l <asked)" -gt 15 ] || fail "few questions: $(wc -l <asked)"

find "$web" -name '*.js' -exec awk 'FNR == 1 && n { if (n > 400) print f, n } { n = FNR; f = FILENAME } END { if (n > 400) print f, n }' {} + >long
[ ! -s long ] || fail "more than 400 lines: $(cat long)"
finish
