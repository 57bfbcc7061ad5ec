# Makes of a catalogue (--no-wrap) one in a language that nobody speaks: each letter of the English text is
# another, conversions of printf and escapes stay. All letters are of the same width, so tables keep their
# columns.
BEGIN {
    from = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    split("á ƀ ç ð é ƒ ĝ ĥ í ĵ ķ ļ ɱ ñ ó þ ɋ ŕ š ţ ú ṽ ŵ ẋ ý ž Á Ɓ Ç Ð É Ƒ Ĝ Ĥ Í Ĵ Ķ Ļ Ḿ Ñ Ó Þ Ɋ Ŕ Š Ţ Ú Ṽ Ŵ Ẋ Ý Ž", to, " ")
    for (i = 1; i <= 52; i++) other[substr(from, i, 1)] = to[i]
}

function changed(text,    out, c) {
    out = ""
    while (text != "") {
        if (match(text, /^%[0-9]*[$]?[-+ #0]*[0-9*]*(\.[0-9*]+)?(hh|h|ll|l|z|j)?[diouxXeEfFgGscp%]/) || match(text, /^\\./)) {
            out = out substr(text, 1, RLENGTH)
            text = substr(text, RLENGTH + 1)
            continue
        }
        c = substr(text, 1, 1)
        out = out (c in other ? other[c] : c)
        text = substr(text, 2)
    }
    return out
}

function changed_lines(lines,    out, line, n, i) {
    out = ""
    n = split(lines, line, "\n")
    for (i = 1; i < n; i++) out = out "\"" changed(substr(line[i], 2, length(line[i]) - 2)) "\"\n"
    return out
}

/^#/ { print; next }
/^msgid/ { header = $0 == "msgid \"\"" && !begun; if (header) begun = 1; sources = 0 }
header && /^"X-Thousands-Sign/ { print "\"X-Thousands-Sign: '\\n\""; next } # so that a point is none of these
header { print; if ($0 == "") header = 0; next } # its first lines say how the language counts
/^msgid_plural/ { sources = 2; source[2] = "" }
/^msgid / { sources = 1; source[1] = "" }
/^msgstr/ { sources = 0; printf "%s %s", $1, changed_lines(source[/^msgstr\[1/ ? 2 : 1]); next }
sources == 0 && /^"/ { next } # the translation that there is
{ print }
sources > 0 { source[sources] = source[sources] substr($0, index($0, "\"")) "\n" }
