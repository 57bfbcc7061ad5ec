# Each refusal of an ONNX model says what to do about it. Read from the sources, each call of what fails:
# sh advice.sh PROGRAM REPOSITORY
root=$2
. "$root/tests/cli/common.inc"

# FOLDER: a line for each call without an order behind its last semicolon or as its advice.
judge() {
    cat "$1"/onnx*.c | awk '
        BEGIN {
            split("call change check copy export install keep leave make name pad put run share train use wait write",
                  words, " ")
            for (i in words) orders[words[i]] = 1
        }
        { text = text " " $0 }
        function ordered(what,  first) {
            first = what
            sub(/[^a-z].*/, "", first)
            return first in orders
        }
        END {
            gsub(/"[ ]+"/, "", text)
            gsub(/[ ]+/, " ", text)
            gsub(/N_\(/, "", text) # the mark of what is translated
            while (match(text, /(emb__onnx_fail|emb__onnx_fail_of|[^_a-z]fail|emb__fail)\(/)) {
                name = substr(text, RSTART, RLENGTH)
                text = substr(text, RSTART + RLENGTH)
                call = substr(text, 1, 400)
                sub(/\);.*/, "", call)
                calls++
                if (name ~ /onnx_fail/ || name ~ /[^_a-z]fail/) {
                    # "chain, ADVICE, ..." or "file, tensor, ADVICE, ..."
                    rest = call
                    sub(/^ ?(chain|file, tensor), ?/, "", rest)
                    if (rest == call) continue # a declaration, or another room'"'"'s
                    if (rest ~ /^(EMB__ONNX_[A-Z_]+|instead|advice)/) continue
                    if (rest ~ /^chained > 0 \? "/) sub(/^[^"]*/, "", rest)
                    if (rest !~ /^"/ || !ordered(substr(rest, 2))) print "no advice: " name call
                    continue
                }
                if (call ~ /; %s"/) continue # the two above
                if (call ~ /; " EMB__ONNX_CHECK/) continue
                last = call
                if (!sub(/.*; /, "", last) || !ordered(last)) print "no advice: " name call
            }
            if (calls < 150) print "only " calls " calls were found"
        }'
}

judge "$root/src/model/onnx" >found
[ ! -s found ] || fail "refusals: $(cat found)"

# And it sees one.
mkdir bad
cat "$root"/src/model/onnx/onnx*.c | sed 's/EMB__ONNX_NCHW, /"NCHW", /' >bad/onnx.c
judge bad >found
grep -q '^no advice' found || fail 'what lacks advice is not found'
finish
