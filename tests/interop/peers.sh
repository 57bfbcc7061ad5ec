#!/bin/sh
# peers.sh FOLDER: a Python environment with the peers of requirements.txt, made once; what is missing
# is said, and its tests then say so again.
folder=$1 here=$(dirname "$0")
python3 -c 'import venv, ensurepip' 2>/dev/null || {
    echo 'no peers in Python: python3-venv is missing (Debian: apt-get install python3-venv)' >&2
    exit 0
}
if ! cmp -s "$here/requirements.txt" "$folder/installed.txt"; then
    python3 -m venv "$folder" && "$folder/bin/pip" install -q -r "$here/requirements.txt" &&
        cp "$here/requirements.txt" "$folder/installed.txt"
fi
for tool in gcc clang arm-none-eabi-gcc arm-linux-gnueabihf-gcc qemu-arm; do
    command -v $tool >/dev/null || echo "$tool is missing" >&2
done
exit 0
