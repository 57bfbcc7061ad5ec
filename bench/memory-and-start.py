"""Peak memory of a whole training run, and the time from the command to the first step.

embudo's start is an upper bound: the whole command `embudo train --max-steps 1`, with its saving
and exit. A peer's start is a lower bound: the notebook with no epoch at all.
"""
import argparse
import statistics
import tempfile

import measure


def embudo_runs(embudo, epochs, rounds):
    starts = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            one_step = [embudo, "train", "--max-steps", 1, "-o", f"{folder}/run"]
            starts.append(measure.run(one_step).seconds)
    with tempfile.TemporaryDirectory() as folder:
        peak = measure.run([embudo, "train", "--epochs", epochs, "-o", f"{folder}/run"]).peak
    return starts, peak


def peer_runs(python, data, epochs, rounds):
    notebook = [python, measure.HERE / "notebook.py", "--data", data, "--epochs"]
    starts = [measure.run([*notebook, 0]).seconds for _ in range(rounds)]
    return starts, measure.run([*notebook, epochs]).peak


def row(name, starts, peak, epochs):
    start = statistics.median(starts)
    print(f"{name}: start {start:.3f} s ({min(starts):.3f} to {max(starts):.3f}), "
          f"peak {peak:.1f} MB")
    return {"program": name, "epochs": epochs, "rounds": len(starts), "start_s": f"{start:.3f}",
            "start_max_s": f"{max(starts):.3f}", "peak_MB": f"{peak:.1f}"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10, help="of the run whose memory is measured")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--embudo", help="the program; default: build/release/embudo")
    parser.add_argument("--python", action="append", default=[],
                        help="another Python with PyTorch; may be given more than once")
    parser.add_argument("--peers", action="store_true",
                        help="measure PyTorch too, one epoch of it")
    options = parser.parse_args()
    measure.warn_if_busy()
    print(measure.machine())
    embudo = measure.find_embudo(options.embudo)
    starts, peak = embudo_runs(embudo, options.epochs, options.rounds)
    rows = [row(measure.embudo_version(embudo), starts, peak, options.epochs)]
    with tempfile.TemporaryDirectory() as data:
        measure.unpack_mnist(data)
        for python, name, _ in measure.find_peers(options.python) if options.peers else []:
            starts, peak = peer_runs(python, data, 1, options.rounds)
            rows.append(row(name, starts, peak, 1))
    measure.append("memory-and-start.csv", rows)


if __name__ == "__main__":
    main()
