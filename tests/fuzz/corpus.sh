#!/bin/sh
# The fuzzers' corpus: corpus/READER.tar.gz for each row of readers.h and for request.c, the same bytes for the same files.
#   corpus.sh readers                 their names
#   corpus.sh list                    how many files and bytes each archive holds
#   corpus.sh unpack READER FOLDER    into a folder, which is made
#   corpus.sh pack BUILD              what fuzzers of BUILD found since: inputs that reach new code, and
#                                     those that failed. Nothing is ever dropped: old finds reach no new code
# FUZZ_CORPUS=FOLDER: archives of that folder instead.
set -eu
here=$(cd "$(dirname "$0")" && pwd) corpus=${FUZZ_CORPUS:-$here/corpus}

readers() { # those of files, and the explorer's requests
    sed -n 's/^    {"\([a-z_]*\)", read_.*/\1/p' "$here/readers.h"
    echo request
}

# An archive that is damaged, or has no file, is an error.
unpack() { # READER FOLDER
    mkdir -p "$2"
    gzip -dc <"$corpus/$1.tar.gz" >"$2.tar" && [ -n "$(tar -tf "$2.tar")" ] &&
        tar -xf "$2.tar" -C "$2" && rm "$2.tar" || {
        echo "$corpus/$1.tar.gz is damaged or empty" >&2
        return 1
    }
}

pack() { # READER FOLDER: GNU tar; gzip -n keeps no time
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=0644 --format=ustar \
        -C "$2" -cf "$2.tar" $(ls "$2")
    gzip -9n <"$2.tar" >"$2.tar.gz"
    cmp -s "$2.tar.gz" "$corpus/$1.tar.gz" || cp "$2.tar.gz" "$corpus/$1.tar.gz"
}

# Files are named by what they hold, as libFuzzer does, behind the name that libFuzzer gave a failure.
keep_failures() { # BUILD READER FOLDER
    for file in "$1/fuzz/$2"-*-*; do
        [ ! -f "$file" ] || cp "$file" "$3/${file##*/fuzz/"$2"-}"
    done
}

case ${1-} in
readers) readers ;;
unpack) unpack "$2" "$3" ;;
list | pack)
    work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
    for reader in $(readers); do
        mkdir "$work/$reader"
        [ "$1" = pack ] && [ ! -e "$corpus/$reader.tar.gz" ] || unpack "$reader" "$work/$reader"
        before=$(ls "$work/$reader" | wc -l)
        if [ "$1" = pack ]; then
            found=$2/fuzz/found/$reader && mkdir -p "$found"
            "$2/tests/fuzz_$reader" -merge=1 -timeout=10 -rss_limit_mb=1500 -max_len=65536 \
                "$work/$reader" "$found" >"$work/log" 2>&1 || { cat "$work/log" >&2 && exit 1; }
            keep_failures "$2" "$reader" "$work/$reader"
            pack "$reader" "$work/$reader"
        fi
        files=$(ls "$work/$reader" | wc -l)
        printf '%-12s %4d files, %6d bytes, packed %6d' "$reader" "$files" \
            "$(cat "$work/$reader"/* | wc -c)" "$(wc -c <"$corpus/$reader.tar.gz")"
        [ "$1" = pack ] && echo "; $((files - before)) new" || echo
    done ;;
*) sed -n 's/^#   //p' "$0" >&2; exit 2 ;;
esac
