# Files that docs and comments name are there: sh paths.sh PROGRAM REPOSITORY
#
# A path is looked for from the repository's root, from a room's parent (codec/file.c is src/codec/file.c) and
# from where it is named; a bare name of C anywhere. What stands in code is the compiler's.
program=$1 root=$2
. "$root/tests/cli/common.inc"

# Names that are not ours: what a reader of the line knows to be another's, made or an example.
cat >others <<'END'
builtins.c
codes.c
catalogues.c
embudo_model.c
embudo_model.h
jpeglib.h
END

# mentions FILE...: each path and each name of C in docs, and in the comments of sources.
mentions() {
    LC_ALL=C awk '
        FNR == 1 {
            inside = 0
            kind = FILENAME ~ /\.md$/ ? "text" : FILENAME ~ /\.([ch]|cpp|proto)$/ ? "c" : "sharp"
        }
        {
            line = $0
            if (kind == "c") { # the comments alone
                said = ""
                while (line != "") {
                    if (inside) {
                        end = index(line, "*/")
                        said = said " " (end ? substr(line, 1, end - 1) : line)
                        line = end ? substr(line, end + 2) : ""
                        inside = !end
                    } else if (match(line, /\/[*\/]/)) {
                        inside = substr(line, RSTART, 2) == "/*"
                        line = substr(line, RSTART + 2)
                        if (!inside) { said = said " " line; line = "" }
                    } else line = ""
                }
                line = said
            } else if (kind == "sharp") {
                if (!match(line, /(^|[ \t])#/)) next
                line = substr(line, RSTART)
            }
            gsub(/https?:[^ )>]*/, "", line)
            while (match(line, /[A-Za-z0-9_.*<-]+(\/[A-Za-z0-9_.*-]+)*\/?/)) {
                name = substr(line, RSTART, RLENGTH)
                before = RSTART > 1 ? substr(line, RSTART - 1, 1) : ""
                line = substr(line, RSTART + RLENGTH)
                sub(/[.]+$/, "", name)
                # Of a system, standard, or a pattern.
                if (before ~ /[\/$%]/ || name ~ /^<|NAME|COMMAND|FOLDER|ROOM/) continue
                while (sub(/^\.\.?\//, "", name)) continue
                if (name ~ /^(src|cli|tests|docs|include|cmake|bindings|bench|examples|models)\/./ ||
                    name ~ /^(base|kernels|codec|data|draw|net|device|train|model|study|core|use|plot|report|compare|support|embudo)\/.*\.(c|h|sh|py|inc|proto)$/ ||
                    name ~ /^[a-z0-9_*]+\.[ch]$/)
                    print name "\t" FILENAME ":" FNR
            }
        }' "$@"
}
# links PAGE...: where a link leads that leads nowhere.
links() {
    for page in "$@"; do
        # shellcheck disable=SC2013
        for to in $(sed 's/](/\n](/g' "$page" | sed -n 's/^](\([^)#]*\).*/\1/p' | grep -v '^[a-z]*:'); do
            [ -e "${page%/*}/$to" ] || echo "${page#"$root/"}: $to"
        done
    done
}
# missing: reads those, prints those that are nowhere.
missing() {
    sort -u | while IFS='	' read -r name where; do
        grep -qxF "$name" others && continue
        case $name in
            */*) for place in "" src/ cli/ tests/ include/ bindings/python/; do
                     # shellcheck disable=SC2086
                     ls -d "$root/$place"$name >/dev/null 2>&1 && continue 2
                 done
                 # shellcheck disable=SC2086
                 ls -d "${where%/*}/"$name >/dev/null 2>&1 && continue ;;
            *\**) # shellcheck disable=SC2254
                 while IFS= read -r one; do case $one in $name) continue 2 ;; esac; done <names ;;
            *) grep -qxF "$name" names && continue ;;
        esac
        echo "${where#"$root/"}: $name"
    done
}
find "$root" -type d \( -name .git -o -name build -o -name corpus -o -name __pycache__ \) -prune -o -type f -print |
    grep -E '\.([ch]|cpp|md|sh|inc|py|cmake|in|map|proto|net)$|/(CMakeLists\.txt|Makefile|run)$' >files
sed 's,.*/,,' files | sort -u >names
tr '\n' '\0' <files | xargs -0 cat >/dev/null || exit 1 # no blank in a name
# shellcheck disable=SC2046
mentions $(cat files) >mentioned
[ "$(wc -l <mentioned)" -gt 500 ] || fail "only $(wc -l <mentioned) paths are mentioned"
missing <mentioned >gone
[ ! -s gone ] || fail "are not there: $(cat gone)"
# shellcheck disable=SC2046
links $(grep '\.md$' files) >gone
[ ! -s gone ] || fail "links lead nowhere: $(cat gone)"
# It can fail: each of these is missed, and nothing else of them.
cat >page.md <<'END'
[one](src/gone/) and `../tests/gone/test_*.c`, base/gone.h, gone.c; src/base/, base/status.h, tests/*/test_*.c,
vec.h, https://example.org/src/none/none.c, /usr/include/none.h.
END
cat >code.c <<'END'
/* See kernels/gone.c
 * and src/kernels/vec.h. */ int none_h;
char *text = "none.c"; // gone.h
END
mentions page.md code.c | missing | sed 's/.*: //' | sort | tr '\n' ' ' >gone
[ "$(cat gone)" = 'base/gone.h gone.c gone.h kernels/gone.c src/gone/ tests/gone/test_*.c ' ] ||
    fail "of made-up texts are missed: $(cat gone)"
echo '[a](page.md) [b](code.c#here) [c](https://example.org) [d](none.md#here), [e](none/)' >page.md
links ./page.md | sed 's/.*: //' | tr '\n' ' ' >gone
[ "$(cat gone)" = 'none.md none/ ' ] || fail "of made-up links are missed: $(cat gone)"
finish
