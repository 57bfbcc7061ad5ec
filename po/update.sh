#!/bin/sh
# The texts of the sources, and what each catalogue has of them. Needs gettext's tools.
#
#   sh po/update.sh table_texts          writes po/*.po and po/codes.txt anew (make po)
#   sh po/update.sh table_texts --check  changes nothing; says what make po would change, and which texts
#                                        have no translation or an uncertain one; exit code 1 if there are any
#
# `table_texts` is the built program of po/table_texts.c. A text is marked by _() or N_(), or is the
# format of a function that translates it.
set -u
tables=$1 check=${2-}
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

# The functions that translate: NAME:ARGUMENT. Of those above the line the format is an error, which has
# a code.
errors='E_ cli_fail:1 cli_usage:2 cli_wrong:2 emb__fail:2 emb__fail_prefix:2 emb__scan_fail:3 fail_call:4
    emb__py_fail:3 emb__py_unknown:4 emb__onnx_fail:3 emb__onnx_fail_of:3'
# Of one function two arguments are texts, so there are two passes.
advice='emb__onnx_fail:2 emb__onnx_fail_of:2'
others='_ N_ cli_doing:1 cli_progress_say:2 cli_note:1 cli_warn:1 cli_line:1 cli_line_result:1 cli_told:1 cli_text_tell:2 cli_print:1 cli_plural:2,3 cli_translated
    emb__translated emb__translated_plural:1,2 P_:2,3 emb__images_note:2 emb__onnx_note:2 emb__py_note:2 emb__scan_unexpected:2 emb__scan_missing:2
    emb__py_unexpected:2 emb__py_expect:3 emb__py_need:4 emb__py_asked_unknown:3'

extract() { # extract POT KEYWORDS FILES...
    pot=$1 keywords=$2
    shift 2
    # shellcheck disable=SC2046
    xgettext --language=C --from-code=UTF-8 --keyword $(printf ' --keyword=%s' $keywords) --sort-by-file \
        --package-name=embudo --add-comments=po: --no-wrap -o "$pot.all" "$@" 2>"$work/said" || { cat "$work/said"; exit 1; }
    sed -i 's/charset=CHARSET/charset=UTF-8/' "$pot.all"
    # What has no words, as "%s: %s", is the same in all languages. A word is a letter that is no part of a
    # conversion: behind another sign, or right behind a conversion. (Each line of a text is looked at.)
    msggrep --msgid -E -e '(^|[^-%+#0-9.*$[:alpha:]])[[:alpha:]]' \
        -e '%[-+#0-9.*$]*(hh|h|ll|l|z|j)?[diouxXeEfFgGsc][[:alpha:]]' -e '-[[:alpha:]]' "$pot.all" -o "$pot"
}

"$tables" >"$work/table_texts.c" || exit 1
# shellcheck disable=SC2046
set -- $(find cli src -name '*.[ch]' | LC_ALL=C sort)
extract "$work/errors.pot" "$errors" "$@"
extract "$work/advice.pot" "$advice" "$@"
extract "$work/others.pot" "$others" "$@" "$work/table_texts.c"
msgcat --use-first --no-wrap --sort-by-file "$work/errors.pot" "$work/advice.pot" "$work/others.pot" -o "$work/messages.pot"
sed -i "s|$work/table_texts.c|cli/commands.c|; /^\"POT-Creation-Date/d" "$work/messages.pot"

# Codes: a message that has none gets the next number; a message that is gone keeps its line.
msgcat --no-wrap "$work/errors.pot" | sed -n 's/^msgid "\(..*\)"$/\1/p' | LC_ALL=C sort >"$work/ids"
cut -f2 po/codes.txt | LC_ALL=C sort >"$work/known"
LC_ALL=C comm -23 "$work/ids" "$work/known" >"$work/new"
last=$(cut -c2-5 po/codes.txt | sort -n | tail -1 | sed 's/^0*//')
cp po/codes.txt "$work/codes.txt"
awk -v last="${last:-0}" '{ printf "E%04d\t%s\n", ++last, $0 }' "$work/new" >>"$work/codes.txt"

wrong=0
for po in po/*.po; do
    name=$(basename "$po")
    msgmerge -q --no-fuzzy-matching --no-wrap --sort-by-file "$po" "$work/messages.pot" -o "$work/merged.po" || exit 1
    msgattrib --no-obsolete --no-wrap --no-location "$work/merged.po" -o "$work/$name" || exit 1
    sed -i '/^"POT-Creation-Date/d' "$work/$name"
    # A conversion of a system's own type (PRIu64) would stand apart in the compiled file, where nobody looks.
    ! grep -n '<PRI' "$work/$name" || wrong=1
    msgfmt --check -o /dev/null "$work/$name" || wrong=1
    [ -z "$check" ] && cp "$work/$name" "$po" && continue
    cmp -s "$po" "$work/$name" || { echo "$po is not what make po writes:"; diff "$po" "$work/$name" | head -20; wrong=1; }
    msgattrib --untranslated --no-wrap "$work/$name" | sed -n "s|^msgid \"\(..*\)\"\$|$po has no translation of: \1|p" >"$work/missing"
    msgattrib --only-fuzzy --no-wrap "$work/$name" | sed -n "s|^msgid \"\(..*\)\"\$|$po is uncertain of: \1|p" >>"$work/missing"
    head -30 "$work/missing"
    [ ! -s "$work/missing" ] || { echo "$po: $(grep -c . "$work/missing") texts to do"; wrong=1; }
done
if [ -z "$check" ]; then
    cp "$work/codes.txt" po/codes.txt
elif ! cmp -s po/codes.txt "$work/codes.txt"; then
    echo "messages without a code; make po gives them one:"
    cat "$work/new"
    wrong=1
fi
[ "$(cut -f1 "$work/codes.txt" | sort | uniq -d | wc -l)" -eq 0 ] || { echo "po/codes.txt has a code twice"; wrong=1; }
exit $wrong
