"""What the scripts here share: running one command, the machine's name, the peers, the CSV files.

Standard library alone: this process must stay small, because Linux counts its pages as the
minimum peak memory of whatever it starts.
"""
import collections
import csv
import datetime
import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
DEBIAN_PYTHON = "/usr/bin/python3"
PROBE = """
import PIL, torch
try:
    import torchvision
    vision = torchvision.__version__
except ImportError:
    vision = "none"
with open("/proc/self/maps") as file:
    maps = file.read()
blas = [name for name in ("OpenBLAS", "BLIS", "ATLAS") if f"lib{name.lower()}" in maps]
blas = blas[0] if blas else "reference BLAS" if "/libblas.so" in maps else "its own BLAS"
print(f"PyTorch {torch.__version__}, torchvision {vision}, {blas}", torch.get_num_threads(), sep="|")
"""


# seconds: from start to end; cpu: of all threads together, in s; peak: MB of 10^6 bytes;
# out: what it printed
Done = collections.namedtuple("Done", "seconds cpu peak out")


def run(command):
    """Runs a command to its end; exits if the command fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.monotonic()
        child = subprocess.Popen([str(word) for word in command], stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode != 0:
            sys.exit(f"{command[0]} exited with {child.returncode}: "
                     + err.read().decode(errors="replace")[-2000:])
        unit = 1 if sys.platform == "darwin" else 1024
        return Done(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6,
                    out.read().decode())


def processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def machine():
    """For example "Some Processor @ 2.00GHz, 2 processors"."""
    model = "unknown processor"
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{model}, {processors()} processors"


def find_embudo(given):
    """The program: the one given, the one built here, or the one installed."""
    built = ROOT / "build" / "release" / "embudo"
    found = given or (str(built) if built.exists() else shutil.which("embudo"))
    if not found:
        sys.exit("embudo is not built: type make, or name it with --embudo PATH")
    return found


def embudo_version(embudo):
    return run([embudo, "--version"]).out.splitlines()[0]


def find_peers(given):
    """[(python, "PyTorch 1.13.0, torchvision 0.14.1, OpenBLAS", its own number of threads)]. A
    Python that is asked for must have PyTorch; Debian's may lack it."""
    peers = []
    for python in [DEBIAN_PYTHON, *given]:
        done = subprocess.run([python, "-c", PROBE], capture_output=True, text=True)
        if done.returncode == 0:
            name, threads = done.stdout.strip().split("|")
            peers.append((python, name, int(threads)))
            if "reference BLAS" in name:
                print(f"{name}: not a fair peer, half as fast as it could be: "
                      "apt-get install libopenblas0", file=sys.stderr)
        elif python != DEBIAN_PYTHON:
            sys.exit(f"{python} lacks PyTorch, numpy or Pillow: " + done.stderr.strip()[-300:])
    if not peers:
        print("no PyTorch to compare with: apt-get install python3-torch python3-torchvision, or "
              "name another with --python PATH", file=sys.stderr)
    return peers


def unpack_mnist(folder):
    """Unpacks data/mnist in torchvision's layout, so that no peer pays for the unpacking."""
    raw = pathlib.Path(folder) / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for packed in (ROOT / "data" / "mnist").glob("*.gz"):
        with gzip.open(packed) as source:
            (raw / packed.stem).write_bytes(source.read())


def warn_if_busy():
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"the machine is busy (load {load:.1f}): do not trust the times below",
              file=sys.stderr)
    return load


def append(name, rows):
    """Adds rows (dicts of the same keys) to results/NAME, which gets a header line when it is new."""
    path = HERE / "results" / name
    path.parent.mkdir(exist_ok=True)
    fresh = not path.exists()
    today = datetime.date.today().isoformat()
    with open(path, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["date", "machine", *rows[0]], lineterminator="\n")
        if fresh:
            writer.writeheader()
        for row in rows:
            writer.writerow({"date": today, "machine": machine(), **row})
    print(f"added to {path.relative_to(ROOT)}")
