"""The contenders of run.py: embudo, one command a figure, and the peers, whose processes stay."""
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile

import measure

HERE = pathlib.Path(__file__).resolve().parent
VENV_PYTHON = measure.ROOT / "build" / "peers" / "bin" / "python"
PATIENCE = 900  # seconds for one answer, compiling included
THROUGHPUT, SINGLE = ("train", "forward"), ("encode1", "decode1")

# key: (name in the tables, script, whether --python's Python runs it, the works it can do)
PEERS = {
    "eager": ("eager", "torch_peer.py", True, THROUGHPUT + SINGLE),
    "channels_last": ("channels_last", "torch_peer.py", True, THROUGHPUT + SINGLE),
    "compile": ("torch.compile", "torch_peer.py", True, THROUGHPUT + SINGLE),
    "debian": ("Debian's", "torch_peer.py", False, THROUGHPUT + SINGLE),
    "jax": ("jit", "jax_peer.py", True, THROUGHPUT + SINGLE),
    "onnxruntime": ("", "onnxruntime_peer.py", True, ("forward",) + SINGLE),
}
TORCH = ("eager", "channels_last", "compile", "debian")


class Failed(Exception):
    """A contender did not do what it was asked; the text is one line that says why."""


def last_line(text, otherwise):
    lines = text.strip().splitlines()
    return lines[-1][:300] if lines else otherwise


class Embudo:
    """`embudo bench --json`, one command for each figure, so that each starts afresh."""

    key, works = "embudo", THROUGHPUT + SINGLE

    def __init__(self, program, threads):
        self.program, self.threads = program, threads
        self.name = self.version = measure.embudo_version(program)

    def ask(self, work, network, batch, seconds):
        single = work in SINGLE
        words = [self.program, "bench", "--json", "--only", "single" if single else work,
                 "--batches", batch, "--threads", self.threads, "--repeats", 1,
                 "--seconds", seconds, network]
        try:
            done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                                  timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"no answer within {PATIENCE} s") from error
        if done.returncode != 0:
            raise Failed(last_line(done.stderr, f"exit code {done.returncode}"))
        try:
            answer = json.loads(done.stdout)
            if single:
                return answer["single"]["encode" if work == "encode1" else "decode"]
            return {"images_per_s": answer[work][0]["images_per_s"]}
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise Failed(f"embudo bench --json printed something else: {error!r}") from error

    def close(self):
        pass


class Peer:
    """A worker process of one framework, variant and number of threads."""

    def __init__(self, key, python, threads):
        label, script, _, self.works = PEERS[key]
        self.key, self.threads = key, threads
        self.errors = tempfile.TemporaryFile("w+", errors="replace")
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1",
                       "OMP_NUM_THREADS": str(threads)}
        try:
            self.child = subprocess.Popen(
                [str(python), str(HERE / script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=self.errors, text=True, env=environment)
        except OSError as error:
            raise Failed(f"{python}: {error.strerror}") from error
        self.version = self.send({"work": "hello"})["version"]
        self.name = f"{self.version} {label}".strip()

    def ask(self, work, network, batch, seconds):
        return self.send({"work": work, "network": str(network), "batch": batch,
                          "seconds": seconds})

    def send(self, request):
        request = {**request, "threads": self.threads, "variant": self.key}
        try:
            print(json.dumps(request), file=self.child.stdin, flush=True)
            answered, _, _ = select.select([self.child.stdout], [], [], PATIENCE)
            line = self.child.stdout.readline() if answered else None
        except OSError:
            line = ""
        if line is None:
            self.close()
            raise Failed(f"no answer within {PATIENCE} s")
        if not line:
            raise Failed(self.last_words())
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def last_words(self):
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            self.close()
        if self.child.returncode < 0:
            return f"ended by signal {-self.child.returncode}"
        self.errors.seek(0)
        return last_line(self.errors.read(), f"exit code {self.child.returncode}")

    def close(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()


def find_embudo(given, network):
    """The program's path, after a check that its bench answers."""
    program = measure.find_embudo(given)
    if not shutil.which(program):
        raise Failed(f"{program} is not a program: make builds build/release/embudo")
    try:
        Embudo(program, 1).ask("encode1", network, 1, 0.01)
    except Failed as error:
        raise Failed(f"{program} bench does not run: {error}") from error
    return program


def advice(key, error):
    """What to do about a peer that does not start."""
    if "No module named" not in error and "No such file" not in error:
        return ""
    return "; apt-get install python3-torch libopenblas0" if key == "debian" else \
        "; sh bench/peers/make-venv.sh"


def open_peers(keys, python, threads, say):
    """A worker for each peer and number of threads; one that does not start is named and left out."""
    found = []
    for key in keys:
        try:
            for number in threads:
                runs = python if PEERS[key][2] else measure.DEBIAN_PYTHON
                found.append(Peer(key, runs, number))
        except Failed as error:
            say(f"{key} is left out: {error}{advice(key, str(error))}")
            continue
        if "reference BLAS" in found[-1].version:
            say(f"{found[-1].version}: not a fair peer, half as fast as it could be: "
                "apt-get install libopenblas0")
    return found
