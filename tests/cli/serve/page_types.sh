# The explorer's page as TypeScript's compiler sees it, and as its formatter lays it out: sh page_types.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
node -e "require(process.env.EMBUDO_TYPESCRIPT || '/usr/share/nodejs/typescript')" 2>/dev/null || exit 77
node "$root/tests/cli/serve/page_check.js" "$root/web" >said || fail "$(cat said)"

# It finds what is wrong: one line in each of five files.
cp -r "$root/web" web
while IFS='|' read -r file line says; do
    printf '%s\n' "$line" >>"web/$file"
    printf '%s|%s\n' "$file" "$says" >>expected
done <<'END'
zip.js|const idle = 1;|never read
save.js|saveBlob(1, 2).length;|Property 'length' does not exist
state.js|export  const wide = 1;|laid out otherwise
png.js|export const semi = 1|laid out otherwise
runs.js|export const quotes = "x";|single quotes
END
node "$root/tests/cli/serve/page_check.js" web >said && fail 'nothing found'
while IFS='|' read -r file says; do
    grep -q "^$file:.*$says" said || fail "$file: not found: $says: $(cat said)"
done <expected
finish
