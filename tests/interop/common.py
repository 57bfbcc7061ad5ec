"""What the interop scripts share: the program, peers that may be missing, a folder to work in.

A script is called as: NAME.py PROGRAM REPOSITORY. It exits 0 when all holds, 1 when something does
not, 77 when a peer is missing (with EMBUDO_INTEROP=strict, 1).
"""
import importlib
import json
import os
import subprocess
import sys
import tempfile

program, root = (os.path.abspath(name) for name in sys.argv[1:3])
sys.dont_write_bytecode = True
failures = []
_folder = tempfile.TemporaryDirectory(prefix="embudo-interop-")
folder = _folder.name


def skip(what):
    print(f"skipped: needs {what}")
    sys.exit(1 if os.environ.get("EMBUDO_INTEROP") == "strict" else 77)


skipped = []


def skip_part(what):
    """A part of the script cannot run: it counts as skipped as a whole."""
    print(f"skipped: needs {what}")
    skipped.append(what)


def need(*modules):
    """The modules; the script ends where one is missing."""
    found = []
    for name in modules:
        try:
            found.append(importlib.import_module(name))
        except ImportError as error:
            skip(f"Python's {name} ({error})")
    return found if len(found) > 1 else found[0]


def path(*parts):
    return os.path.join(folder, *parts)


def as_prepared(array, model, said, back=False):
    """The images as the network reads them where `embudo import` said that the graph's first steps are
    the preprocessing's; `back`: what it makes of them, as the graph gives it."""
    if "left to the preprocessing here" not in said or back and "reverse at its end" not in said:
        return array
    with open(path(model), "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    words = dict(word.split("=") for word in header["__metadata__"]["embudo.preprocessing"].split())
    black, white = float(words.get("black", 0)), float(words.get("white", 1))
    scale = (white - black) / (255 if "pixels from 0 to 255" in said else 1)
    return ((array - black) / scale if back else array * scale + black).astype("float32")


def run(*arguments, code=0, notes=False):
    """Runs the program in the folder; its standard output, with `notes` its standard error too, or
    its error for another exit code."""
    done = subprocess.run([program, *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    if done.returncode == 1 and "this build is without" in done.stderr:
        skip(done.stderr.strip())
    if done.returncode != code:
        raise AssertionError(
            f"embudo {' '.join(map(str, arguments))}: exit code {done.returncode}, expected {code}: "
            f"{done.stderr.strip()}")
    return done.stdout + done.stderr * notes if code == 0 else done.stderr.strip()


def check(good, what):
    if not good:
        print(f"FAILED {what}")
        failures.append(what)


def mnist(part, count):
    """uint8 images [count, 28, 28] and labels, of "train" or "t10k"."""
    import gzip

    import numpy as np

    def read(kind, skipped, dims):
        with gzip.open(os.path.join(root, "data", "mnist", f"{part}-{kind}-ubyte.gz")) as file:
            return np.frombuffer(file.read()[skipped:], np.uint8).reshape(dims)[:count]

    return read("images-idx3", 16, (-1, 28, 28)), read("labels-idx1", 8, (-1,))


def trained():
    """A run of the notebook's network, trained for an epoch on MNIST; its folder."""
    if not os.path.exists(path("run")):
        run("train", "--epochs", 1, "-o", "run")
    return "run"


def finish():
    strict = os.environ.get("EMBUDO_INTEROP") == "strict"
    if failures or not skipped:
        print(f"{len(failures)} failed" if failures else "all hold")
    sys.exit(1 if failures or (skipped and strict) else 77 if skipped else 0)
