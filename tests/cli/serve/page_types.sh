# The explorer's page as TypeScript's compiler sees it, and as its formatter lays it out: sh page_types.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
node -e "require(process.env.EMBUDO_TYPESCRIPT || '/usr/share/nodejs/typescript')" 2>/dev/null || exit 77
node "$root/tests/cli/serve/page_check.js" "$root/web" >said || fail "$(cat said)"

# It finds what is wrong.
cp -r "$root/web" web
# wrong FILE LINE SAYS
wrong() {
    cp "$root/web/$1" "web/$1"
    printf '%s\n' "$2" >>"web/$1"
    node "$root/tests/cli/serve/page_check.js" web >said && fail "not found: $2"
    grep -q "$3" said || fail "$2: $(cat said)"
    cp "$root/web/$1" "web/$1"
}
wrong zip.js 'const idle = 1;' 'never read'
wrong zip.js 'crc32(new Uint8Array(1)).length;' "Property 'length' does not exist"
wrong zip.js 'export  const wide = 1;' 'laid out otherwise'
wrong zip.js 'export const semi = 1' 'laid out otherwise'
wrong zip.js 'export const quotes = "x";' 'single quotes'
finish
