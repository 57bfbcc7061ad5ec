# The house of docs/DESIGN.md: a room knows only rooms below it, and no two files need each other. Read from
# every #include and, in the object files, every symbol: sh house.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
command -v nm >/dev/null || exit 77

# A room, and the rooms that it may know.
cat >rooms <<'ROOMS'
include
src/base
src/kernels src/base
src/codec   src/base
src/data    src/base src/codec
src/draw    src/base src/codec
src/net     src/base src/codec src/kernels
src/device  src/base src/codec src/kernels src/net src/data
src/train   src/base src/codec src/kernels src/net src/data src/device
src/model   src/base src/codec src/kernels src/net src/data src/device src/train
src/study   src/base src/codec src/kernels src/net src/data src/device src/train src/model
cli/core
cli/data    cli/core
cli/plot    cli/core cli/data
cli/use     cli/core cli/data cli/plot
cli/report  cli/core cli/data cli/plot cli/use
cli/train   cli/core cli/data cli/plot cli/use cli/report
cli/compare cli/core cli/data cli/plot cli/use cli/report cli/train
cli/bench   cli/core cli/data cli/plot cli/use cli/report cli/train
cli/runs    cli/core cli/data cli/plot cli/use cli/report cli/train
cli/help    cli/core cli/data cli/plot
cli/serve   cli/core cli/data cli/plot cli/use cli/report cli/train cli/runs
cli/export  cli/core cli/data cli/plot cli/use cli/report cli/train cli/runs cli/serve
cli         cli/core cli/data cli/plot cli/use cli/report cli/train cli/compare cli/bench cli/runs cli/help cli/serve cli/export
ROOMS

# A library, by its header, and who may know it.
cat >libraries <<'LIBRARIES'
cairo   src/draw
chafa   cli/train cli/core
curl/   cli/data
gif_lib src/draw src/codec
jansson src/codec cli/core cli/data cli/report cli/train cli/runs cli/serve
jpeglib src/codec
omp.h   src/base src/study
microhttpd cli/serve
openssl cli/data
png.h   src/codec
onnx.pb src/model
events.pb src/draw
protobuf-c src/model src/draw
tiffio  src/codec
webp/   src/codec
zip.h   src/codec
zlib.h  src/codec src/data src/draw
LIBRARIES

# DESIGN names each header that a file shares with its own parts: a row | `FOLDER/NAME.h` | why |.
sed -n '/^## Circles/,/^## [^C]/s/^| `\([a-z0-9_/]*\.h\)` |.*/\1/p' "$root/docs/DESIGN.md" >shared

# includes FOLDER...: "include FILE LINE WHAT QUOTED" for each #include.
includes() {
    (cd "$1" && find src cli include -name '*.[ch]' -exec awk '
        match($0, /^[ \t]*#[ \t]*include[ \t]*["<]/) {
            quoted = substr($0, RLENGTH, 1) == "\""
            rest = substr($0, RLENGTH + 1)
            sub(/[">].*/, "", rest)
            print "include", FILENAME, FNR, rest, quoted
        }' {} +)
}

# symbols SOURCES OBJECTS: "defines FILE SYMBOL" and "needs FILE SYMBOL" of the objects whose sources are there.
symbols() {
    (cd "$1" && find src cli -name '*.[ch]') >sources
    find "$2" -name '*.o' | grep -E '\.dir/((src|cli)/.*|builtins|codes)\.c\.o(bj)?$' | xargs nm -A 2>/dev/null | awk '
        FNR == NR { is_source[$0]; next }
        {
            at = match($0, /\.o(bj)?:/)
            file = substr($0, 1, at - 1)
            sub(/.*\.dir\//, "", file)
            if (file == "builtins.c") file = "src/net/notation/builtins.h"
            if (file == "codes.c") file = "src/base/codes.h"
            if (!(file in is_source)) next # of a source that has been moved away
            n = split(substr($0, at + RLENGTH), part, " ")
            if (n == 2 && part[1] == "U") print "needs", file, part[2]
            if (n == 3 && part[2] ~ /^[A-Z]$/) print "defines", file, part[3]
        }' sources -
}

# judge SOURCES <facts: one line for each thing that is wrong.
cat >judge.awk <<'AWK'
function folder(file) { sub(/\/[^\/]*$/, "", file); return file }
function room(file,  parts) {
    if (file ~ /^include\//) return "include"
    split(file, parts, "/")
    return file ~ /^cli\/[^\/]*$/ ? "cli" : parts[1] "/" parts[2]
}
function unit(file) { sub(/\.[ch]$/, "", file); return file }
# Where a name leads, "" where nowhere; <NAME> is not looked for beside the file.
function resolve(from, name, quoted,  i, try) {
    try[1] = quoted ? folder(from) "/" name : ""; try[2] = "src/" name; try[3] = "cli/" name; try[4] = "include/" name
    for (i = 1; i <= 4; i++) if (try[i] in is_file) return try[i]
    return ""
}
function allowed_rooms(r) { return r in list ? r (list[r] == "" ? "" : "," list[r]) : "none: no such room" }
function wrong(text) { print text }
function judge_edge(where, from, to, what,  a, b) {
    a = room(from); b = room(to)
    if (b == "include") return 0
    if (!(a in list)) return 0 # said once, of the file
    if (a != b && !((a, b) in may)) {
        wrong(where ": " what " is of " b "; allowed here: " allowed_rooms(a))
        return 0
    }
    return 1
}
function add(from, to, why) {
    from = unit(from); to = unit(to)
    if (from == to || (from, to) in edge) return
    edge[from, to] = why
    out[from] = out[from] SUBSEP to
    node[from]; node[to]
}
# Tarjan: the groups of units that reach each other.
function visit(u,  n, i, v, next_units, group, size, between) {
    number[u] = low[u] = ++counter
    stack[++depth] = u; on[u] = 1
    n = split(substr(out[u], 2), next_units, SUBSEP)
    for (i = 1; i <= n; i++) {
        v = next_units[i]
        if (!(v in number)) { visit(v); if (low[v] < low[u]) low[u] = low[v] }
        else if (on[v] && number[v] < low[u]) low[u] = number[v]
    }
    if (low[u] != number[u]) return
    size = 0; group = ""
    do {
        v = stack[depth--]; on[v] = 0; size++
        group = v (group == "" ? "" : " ") group
    } while (v != u)
    if (size > 1) circle(group)
}
function circle(group,  units, n, i, j, folders, count, text) {
    n = split(group, units, " ")
    for (i = 1; i <= n; i++) if (!(folder(units[i]) in folders)) { folders[folder(units[i])]; count++ }
    text = "a circle " (count > 1 ? "between folders" : "in " folder(units[1])) ": " group
    for (i = 1; i <= n; i++) for (j = 1; j <= n; j++) {
        if ((units[i], units[j]) in edge) text = text "\n    " edge[units[i], units[j]]
    }
    wrong(text)
}
FILENAME == "rooms" { list[$1] = ""; for (i = 2; i <= NF; i++) { may[$1, $i]; list[$1] = list[$1] (i > 2 ? "," : "") $i } next }
FILENAME == "libraries" { library[++libraries] = $1; for (i = 2; i <= NF; i++) { knows[$1, $i]; who[$1] = who[$1] (i > 2 ? ", " : "") $i } next }
FILENAME == "shared" { is_shared[$1]; next }
$1 == "file" { is_file[$2]; next }
$1 == "include" { inc[++incs] = $2 SUBSEP $3 SUBSEP $4 SUBSEP $5; next }
$1 == "defines" { if (!($3 in home) || home[$3] == "") home[$3] = $2; next }
$1 == "needs" { need[++needs] = $2 SUBSEP $3; next }
$1 == "at" { line[$2, $3] = $4; next }
END {
    for (f in is_file) if (!(room(f) in list)) wrong(f ": " room(f) " is no room of the house")
    for (i = 1; i <= incs; i++) {
        split(inc[i], p, SUBSEP)
        where = p[1] ":" p[2]
        if (p[3] ~ /(^|\/)\.\.?\//) {
            wrong(where ": " p[3] " goes around the rooms; written from src/ or cli/ on, the name says its room")
            continue
        }
        to = resolve(p[1], p[3], p[4])
        for (k = 1; k <= libraries && to == ""; k++) {
            if (index(p[3], library[k]) == 1 && !((library[k], room(p[1])) in knows)) {
                wrong(where ": <" p[3] "> is known to " who[library[k]] " alone")
            }
        }
        if (to == "" && p[4]) wrong(where ": " p[3] " is no file of the house")
        if (to == "" || !judge_edge(where, p[1], to, p[3])) continue
        if (!(to in is_shared && folder(to) == folder(p[1]))) add(p[1], to, where " includes " p[3])
        else used[to]
    }
    for (i = 1; i <= needs; i++) {
        split(need[i], p, SUBSEP)
        if (!(p[2] in home) || unit(home[p[2]]) == unit(p[1])) continue
        where = p[1] ((p[1], p[2]) in line ? ":" line[p[1], p[2]] : "")
        if (p[1] ~ /^cli\// && home[p[2]] ~ /^src\//) {
            if (p[2] !~ /^emb_[^_]/) wrong(where ": " p[2] "() is the library's own; allowed here: include")
            continue
        }
        if (judge_edge(where, p[1], home[p[2]], p[2] "() of " home[p[2]])) add(p[1], home[p[2]], where " needs " p[2] " of " home[p[2]])
    }
    for (u in node) if (!(u in number)) visit(u)
    for (h in is_shared) if (!(h in used)) wrong("docs/DESIGN.md: nobody shares " h)
}
AWK
judge() { # SOURCES OBJECTS
    (cd "$1" && find src cli include -name '*.[ch]') | sed 's/^/file /' >facts
    includes "$1" >>facts
    symbols "$1" "$2" | sort -u >symbol-facts
    cat symbol-facts >>facts
    # Where a symbol that crosses a folder stands: looked up only for those that do.
    awk '$1 == "defines" { home[$3] = $2 } $1 == "needs" { need[NR] = $0 }
        function folder(f) { sub(/\/[^\/]*$/, "", f); return f }
        END { for (i in need) { split(need[i], p, " "); if (p[3] in home && home[p[3]] != p[2]) print p[2], p[3] } }' symbol-facts |
        sort | awk -v root="$1" '
            function flush(  text, n, name, at) {
                if (file == "") return
                n = 0
                while ((getline text <(root "/" file)) > 0) {
                    n++
                    for (name in names) if (index(text, name)) { print "at", file, name, n; delete names[name] }
                }
                close(root "/" file)
                for (name in names) delete names[name]
            }
            $1 != file { flush(); file = $1 }
            { names[$2] }
            END { flush() }' >>facts
    awk -f judge.awk rooms libraries shared facts
}

objects=$(dirname "$program")/CMakeFiles
judge "$root" "$objects" >wrong
[ -s symbol-facts ] || fail "no object files below $objects"
[ "$(grep -c '^needs' symbol-facts)" -gt 1000 ] || fail "too few symbols: $(wc -l <symbol-facts)"
[ ! -s wrong ] || fail "the house:
$(cat wrong)"

# Names that one would guess between.
(cd "$root" && find src cli -name '*.[ch]' | sed 's/.*\///' | sort | uniq -d) >twice
[ ! -s twice ] || fail "two files of one name: $(tr '\n' ' ' <twice)"
(cd "$root" && find src cli -name '*.[ch]' | sed 's/.*\///; s/\.[ch]$//' | sort -u) >names
awk '{ name[$1] } END { for (n in name) if (n "s" in name) print n, n "s" }' names >plural
[ ! -s plural ] || fail "names that differ by an s: $(cat plural)"

finish
