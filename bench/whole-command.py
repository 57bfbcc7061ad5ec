"""Times 10 epochs of `embudo train`, the whole command, against the notebook under PyTorch.

All contenders take turns within a round, so that a disturbance affects all of them; the median over
the rounds counts. See README.md beside this file.
"""
import argparse
import re
import statistics
import tempfile

import measure


class Contender:
    """One program at one number of threads, and its times."""

    def __init__(self, name, threads, command, startup):
        self.name, self.threads = name, threads
        self.command = command  # (epochs, folder) -> words
        self.startup = startup  # folder -> words: everything but the epochs
        self.seconds, self.cpu, self.start_seconds, self.validation = [], [], [], ""

    def time(self, epochs, quick):
        with tempfile.TemporaryDirectory() as folder:
            done = measure.run(self.command(1 if quick else epochs, folder))
        seconds, cpu = done.seconds, done.cpu
        losses = re.findall(r"Validation Loss: (\S+)", done.out)
        self.validation = losses[-1] if losses else ""
        if quick:
            with tempfile.TemporaryDirectory() as folder:
                start = measure.run(self.startup(folder))
            self.start_seconds.append(start.seconds)
            seconds = start.seconds + epochs * (seconds - start.seconds)
            cpu = start.cpu + epochs * (cpu - start.cpu)
        self.seconds.append(seconds)
        self.cpu.append(cpu)

    def median(self):
        return statistics.median(self.seconds)


def embudo_contender(embudo, threads):
    def command(epochs, folder):
        return [embudo, "train", "--epochs", epochs, "--threads", threads, "-o", f"{folder}/run"]

    def startup(folder):
        return [*command(1, folder), "--max-steps", 1]

    return Contender(measure.embudo_version(embudo), threads or measure.processors(), command,
                     startup)


def peer_contender(python, name, threads, own_threads, data):
    def command(epochs, _folder):
        return [python, measure.HERE / "notebook.py", "--data", data, "--epochs", epochs,
                "--threads", threads]

    return Contender(name, threads or own_threads, command, lambda folder: command(0, folder))


def find_contenders(options, data):
    contenders = [embudo_contender(measure.find_embudo(options.embudo), options.threads)]
    for python, name, own in measure.find_peers(options.python):
        for threads in sorted({int(word) or own for word in options.peer_threads.split(",")}):
            contenders.append(peer_contender(python, name, threads, own, data))
    return contenders


def report(contenders, options, load):
    ours = contenders[0].median()
    rows = []
    for c in contenders:
        ratio = c.median() / ours
        spread = f"{min(c.seconds):.1f} to {max(c.seconds):.1f}"
        cpu = statistics.median(c.cpu)
        start = f", start {statistics.median(c.start_seconds):.2f} s" if c.start_seconds else ""
        print(f"{c.median():8.1f} s  {ratio:5.2f} x  {c.name}, {c.threads} threads  "
              f"({spread}{start}, {cpu:.1f} s of processor time, validation loss {c.validation})")
        rows.append({"program": c.name, "threads": c.threads, "epochs": options.epochs,
                     "timed": "1 epoch, scaled" if options.quick else "all epochs",
                     "rounds": options.rounds, "median_s": f"{c.median():.2f}",
                     "min_s": f"{min(c.seconds):.2f}", "max_s": f"{max(c.seconds):.2f}",
                     "cpu_s": f"{cpu:.2f}", "ratio_to_embudo": f"{ratio:.2f}",
                     "load_before": f"{load:.2f}"})
    peers = contenders[1:]
    if peers:
        best = min(peers, key=Contender.median)
        print(f"embudo takes 1/{best.median() / ours:.2f} of the fastest peer's time "
              f"({best.name}, {best.threads} threads)")
    measure.append("whole-command.csv", rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true",
                        help="time the start and one epoch, and scale to --epochs")
    parser.add_argument("--embudo", help="the program; default: build/release/embudo")
    parser.add_argument("--threads", type=int, default=0, help="embudo's; 0: its own choice")
    parser.add_argument("--python", action="append", default=[],
                        help="another Python with PyTorch; may be given more than once")
    parser.add_argument("--peer-threads", default="0",
                        help="PyTorch's numbers of threads, as in 0,1,2; 0: its own choice")
    options = parser.parse_args()
    load = measure.warn_if_busy()
    print(measure.machine())
    with tempfile.TemporaryDirectory() as data:
        measure.unpack_mnist(data)
        contenders = find_contenders(options, data)
        for number in range(1, options.rounds + 1):
            for contender in contenders:
                contender.time(options.epochs, options.quick)
                print(f"round {number}: {contender.seconds[-1]:8.1f} s  {contender.name}, "
                      f"{contender.threads} threads", flush=True)
    report(contenders, options, load)


if __name__ == "__main__":
    main()
