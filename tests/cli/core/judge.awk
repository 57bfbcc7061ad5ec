# Judges commands that twice.inc ran: awk -v names=FILE -f judge.awk, with the log's folders on standard input.
# A line for each thing that is wrong: another exit code, a byte of data that changed, words that are not in the
# other language, and a decimal point. Words may be what was typed in the commands, and what stands in `names`: a
# word, several that are one name, or =NAME of a setting, which is one at the beginning of a line.
BEGIN {
    while ((getline line < names) > 0) {
        if (line ~ /^#/) continue
        if (line ~ /^=/) setting[substr(line, 2)] = 1
        else if (line ~ / /) phrase[++phrases] = line
        else known[line] = 1
    }
    close(names)
}

function slurp(file, lines,    n, line) {
    n = split("", lines)
    while ((getline line < file) > 0) lines[++n] = line
    close(file)
    return n
}

# The words of a text are names here.
function learn(text, into,    n, i, word) {
    n = split(text, word, /[^A-Za-z]+/)
    for (i = 1; i <= n; i++) into[word[i]] = 1
}

# What scripts read: JSON, CSV, a shell's script, paths.
function is_data(lines, n, command,    i) {
    if (command ~ / completion (bash|zsh|fish)/) return 1
    if (n == 0 || lines[1] ~ /^\[|^{/) return 1
    for (i = 1; i <= n; i++) if (lines[i] !~ /^[^ ]*,[^ ]*$/ && lines[i] !~ /^[^ ]*$/) return 0
    return 1
}

# A decimal point in a number that nobody types again.
function point(line, command) {
    if (command ~ / (help|--help|-h)( |$)|^embudo (completion|--version)/ || line ~ /^ +embudo /) return ""
    gsub(/--[^ =]+[ =][-0-9.e]+|Ý-ŠÁ [0-9.]+/, " ", line) # options, a licence
    return match(line, /(^|[ (:])-?[0-9]+\.[0-9]+(e[-+][0-9]+)?($|[ ,;:)%])/) ? " (a point: " substr(line, RSTART, RLENGTH) ")" : ""
}

# Words of English in a line: letters of the other language are two bytes each, above the 127th.
function left(line, own, command,    i, n, word, found, at) {
    if (line ~ /^ +embudo |^[^ ]*,[^ ]*$/) return "" # an example; a line of CSV
    if (line ~ /^(input|latent|classes) *= |^[a-z]+ = Sequential\(|^\)$/) return "" # notation
    sub(/^:[a-z]+$|^[^\t]*\t/, "", line) # what a shell completes, before its meaning
    for (i = 1; i <= phrases; i++) while ((at = index(line, phrase[i]))) line = substr(line, 1, at - 1) substr(line, at + length(phrase[i]))
    match(line, /^ *[a-z_]+/)
    word[0] = substr(line, 1, RLENGTH)
    gsub(/ /, "", word[0])
    if ((word[0] in setting) && (line ~ /^ *[a-z_]+($|  )/)) return "" # and what it was set to
    sub(/[^ ]*:[0-9]+: [a-z_]+/, " ", line) # of a file of options
    gsub(/[A-Za-z_]+ ?=[^ ]*/, " ", line)   # settings as they are recorded
    gsub(/\033\[[0-9;]*m/, "", line)
    sub(/ \[E[0-9]+\]$/, "", line)
    gsub(/(^|[ (=:])'[^']*'/, " ", line) # quoted: what the user typed
    gsub(/[^ ]*[|\/_][^ ]*/, " ", line) # choices, paths, names of columns
    gsub(/([a-z-]+, ){4,}[a-z-]+/, " ", line) # many choices
    gsub(/[A-Za-z0-9]+\([^)]*\)?/, " ", line) # a layer
    found = point(line, command)
    gsub(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+/, " ", line) # files, tensors
    gsub(/--?[a-z][a-z-]*/, " ", line)
    sub(/% p/, " ", line)
    if (line ~ /[\200-\377][a-z]|[a-z][\200-\377]/) found = found " (letters within a word)"
    n = split(line, word, /[^A-Za-z0-9\200-\377]+/)
    for (i = 1; i <= n; i++) {
        if (word[i] !~ /^[A-Za-z][a-z]+$/ || (word[i] in known) || (word[i] in own)) continue
        found = found " " word[i]
    }
    return found
}

# Whether a line of data is the same: the times and sizes that were measured are not.
function same(a, b, command) {
    gsub(/embudo-cpy-/, "embudo-cli-", b)
    if (a == b || command ~ /^embudo bench /) return 1
    if (a !~ /seconds"|bytes"|"machine"/) return 0
    gsub(/[0-9.e+-]+/, "", a)
    gsub(/[0-9.e+-]+/, "", b)
    return a == b
}

function judge_words(file, what, command,    n, i, wrong, lines) {
    n = slurp(file, lines)
    for (i = 1; i <= n; i++) {
        if (lines[i - 1] in setting) continue # what it was set to
        wrong = left(lines[i], typed, command)
        if (wrong != "") print command ": English" what wrong ": " lines[i]
    }
    return n
}

function judge(dir, command,    A, B, x, y, i, code, other, files, n) {
    slurp(dir "/code", code)
    if (command ~ / --language[ =]| --config es\./) return # said in that one, both times
    if (slurp(dir "/code.other", other) + 0 == 0 || code[1] == "" || code[1] > 127) return # ended by a signal
    if (code[1] != other[1]) print command ": exit code " other[1] ", in English " code[1]
    n = slurp(dir "/changed", files)
    for (i = 1; i <= n; i++) print command ": a file changed: " files[i]
    x = slurp(dir "/out", A)
    y = slurp(dir "/out.other", B)
    if (A[1] ~ /^<|PNG|^GIF8|^%PDF|^PK|NUMPY|__metadata__/) { # a picture, a page or a model by itself
        y = 0
    } else if (is_data(A, x, command)) {
        for (i = 1; i <= (x > y ? x : y); i++) {
            if (same(A[i], B[i], command)) continue
            print command ": data changed: " A[i] " became " B[i]
            break
        }
    } else {
        lines_judged += judge_words(dir "/out.other", "", command)
    }
    lines_judged += judge_words(dir "/err.other", "", command)
    lines_judged += judge_words(dir "/drawn.other", " drawn", command)
    commands++
}

{
    n = slurp($0 "/args", args)
    dirs[NR] = $0
    said[NR] = "embudo"
    for (i = 1; i <= n; i++) {
        said[NR] = said[NR] " " args[i]
        if (args[i] !~ /^-/) learn(args[i], typed)
    }
}

END {
    for (i = 1; i <= NR; i++) judge(dirs[i], said[i])
    print commands + 0, lines_judged + 0 > "/dev/stderr"
}
