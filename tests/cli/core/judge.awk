# Judges commands that twice.inc ran: awk -v names=FILE -f judge.awk, with the log's folders on standard input.
# A line for each thing that is wrong: another exit code, a byte of data that changed, and words that are
# not in the other language. Those may be a command's own arguments, and what stands in `names`.
BEGIN {
    while ((getline line < names) > 0) if (line !~ /^#/) known[line] = 1
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

# What scripts read: JSON, CSV, a new network, paths.
function is_data(lines, n,    i) {
    if (n == 0 || lines[1] ~ /^\[|^{|^# .*(autoencoder|classifier)|^embudo [0-9.]+$/) return 1
    for (i = 1; i <= n; i++) if (lines[i] !~ /^[^ ]*,[^ ]*$/ && lines[i] !~ /^[^ ]*$/) return 0
    return 1
}

# Words of English in a line: letters of the other language are two bytes each, above the 127th.
function left(line, own,    n, i, word, found) {
    if (line ~ /^ +embudo /) return "" # an example
    if (line ~ /^(input|latent|classes) *= |^[a-z]+ = Sequential\(|^\)$/) return "" # notation
    gsub(/[A-Za-z_]+ ?=[^ ]*/, " ", line) # settings as they are recorded
    sub(/^(codes|images|pca) +(linear|mlp|knn|cnn) /, " ", line) # rows of compare.csv
    gsub(/\033\[[0-9;]*m/, "", line)
    sub(/ \[E[0-9]+\]$/, "", line)
    gsub(/(^|[ (=])'[^']*'/, " ", line) # quoted: what the user typed
    gsub(/[^ ]*[|\/_][^ ]*/, " ", line) # choices, paths, names of columns
    gsub(/--?[a-z][a-z-]*/, " ", line)
    gsub(/[A-Za-z0-9]+\([^)]*\)?/, " ", line)      # a layer
    gsub(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+/, " ", line) # files, tensors
    sub(/% p/, " ", line)
    found = ""
    if (line ~ /[\200-\377][a-z]|[a-z][\200-\377]/) found = " (letters within a word)"
    n = split(line, word, /[^A-Za-z0-9\200-\377]+/)
    for (i = 1; i <= n; i++) {
        if (word[i] !~ /^[A-Za-z][a-z]+$/ || (word[i] in known) || (word[i] in own)) continue
        found = found " " word[i]
    }
    return found
}

{
    dir = $0
    n = slurp(dir "/args", args)
    command = "embudo"
    delete own
    for (i = 1; i <= n; i++) {
        command = command " " args[i]
        learn(args[i], own)
    }
    slurp(dir "/code", code)
    if (command ~ / --language[ =]/) next # said in that one, both times
    if (slurp(dir "/code.other", other) + 0 == 0 || code[1] == "" || code[1] > 127) next # ended by a signal
    if (code[1] != other[1]) print command ": exit code " other[1] ", in English " code[1]
    n = slurp(dir "/changed", files)
    for (i = 1; i <= n; i++) print command ": a file changed: " files[i]
    for (k = 1; k <= 2; k++) {
        stream = k == 1 ? "out" : "err"
        x = slurp(dir "/" stream, A)
        y = slurp(dir "/" stream ".other", B)
        if (k == 1 && is_data(A, x)) {
            for (i = 1; i <= (x > y ? x : y); i++) {
                if (A[i] == B[i]) continue
                print command ": data changed: " A[i] " became " B[i]
                break
            }
            continue
        }
        for (i = 1; i <= y; i++) {
            wrong = left(B[i], own)
            if (wrong != "") print command ": English" wrong ": " B[i]
        }
        lines += y
    }
    commands++
}
END { print commands + 0, lines + 0 > "/dev/stderr" }
