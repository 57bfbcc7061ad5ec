#!/bin/sh
# Makes a virtual environment with every peer that pip can install. usage: make-venv.sh [DIR]
# DIR defaults to build/peers, where run.py looks for it. PYTHON names another Python 3.10 or later
# to make it with, TORCH another version of PyTorch.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
dir=${1:-$root/build/peers}
python=${PYTHON:-python3}
torch=${TORCH:-2.13.0}

case $dir in
-*)
    echo "usage: make-venv.sh [DIR]; DIR defaults to build/peers" >&2
    exit 2
    ;;
esac
"$python" -m venv "$dir" || {
    echo "$python cannot make a virtual environment: apt-get install python3-venv" >&2
    exit 1
}
"$dir/bin/pip" install --quiet --disable-pip-version-check \
    "torch==$torch" numpy pillow onnx onnxruntime onnxscript jax jaxlib
command -v g++ >/dev/null || echo "torch.compile needs a C++ compiler: apt-get install g++" >&2
"$dir/bin/python" -c '
import importlib.metadata as metadata
names = ("torch", "numpy", "onnx", "onnxruntime", "onnxscript", "jax", "jaxlib")
print(", ".join(f"{name} {metadata.version(name)}" for name in names))'
if [ "$dir" = "$root/build/peers" ]; then
    echo "made $dir; now: python3 bench/peers/run.py"
else
    echo "made $dir; now: python3 bench/peers/run.py --python $dir/bin/python"
fi
