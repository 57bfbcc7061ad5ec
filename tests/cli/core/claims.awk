# The sentences with measured numbers of one page: awk -v name=guide.md -f claims.awk NUMBERS PAGE CLAIMS
#
# NUMBERS has a name and a value in a line; CLAIMS a page (both: each guide), a tab, and text with {NAME}, or {NAME,} for a
# number with a decimal comma. Written are the sentences that PAGE does not have, the names without a number, and what
# looks measured in PAGE (four decimals, or a share with decimals) without being in a sentence or shown.
FILENAME == ARGV[1] { value = $0; sub(/^[^ ]* /, "", value); number[$1] = value; next }
FILENAME == ARGV[2] && /^```/ { inside = !inside; next }
FILENAME == ARGV[2] && /^<!--/ { inside = 1; next }
FILENAME == ARGV[2] && /^-->/ { inside = 0; next }
FILENAME == ARGV[2] { if (!inside && !(name == "README.md" && /^    /)) text = text " " $0; next }
!squeezed { gsub(/[ \t>]+/, " ", text); left = text; squeezed = 1 }
{
    split($0, part, "\t")
    if (part[1] != name && !(part[1] == "both" && name != "README.md")) next
    said = part[2]
    lacks = 0
    while (match(said, /\{[a-z0-9.-]+,?\}/)) {
        key = substr(said, RSTART + 1, RLENGTH - 2)
        comma = sub(/,$/, "", key)
        if (!(key in number)) { print "no number " key; lacks = 1 }
        value = number[key]
        if (comma) sub(/\./, ",", value)
        said = substr(said, 1, RSTART - 1) value substr(said, RSTART + RLENGTH)
    }
    if (lacks) next
    if (!index(text, said)) print said
    while (at = index(left, said)) left = substr(left, 1, at - 1) "@" substr(left, at + length(said))
}
END {
    # A learning rate is not measured.
    gsub(/0[.,]0025/, "", left)
    while (match(left, /0[.,][0-9][0-9][0-9][0-9]|[0-9][.,][0-9]+ %/)) {
        print "in no sentence of claims.txt: " substr(left, RSTART, RLENGTH)
        left = substr(left, RSTART + RLENGTH)
    }
}
