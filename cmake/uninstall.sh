#!/bin/sh
# uninstall.sh MANIFEST: removes what `cmake --install` listed, below DESTDIR, and embudo's own folders.
[ -f "$1" ] || { echo "$1 is missing: run make install first" >&2; exit 1; }
while IFS= read -r file || [ -n "$file" ]; do rm -f "${DESTDIR-}$file"; done <"$1"
while IFS= read -r file || [ -n "$file" ]; do
    folder=$(dirname "${DESTDIR-}$file")
    # share/embudo/mnist, share/embudo, include/embudo, lib/cmake/embudo: no folder that others use.
    while case $folder in */share/embudo/* | */share/embudo | */include/embudo | */cmake/embudo) true ;; *) false ;; esac; do
        rmdir "$folder" 2>/dev/null
        folder=$(dirname "$folder")
    done
done <"$1"
exit 0
