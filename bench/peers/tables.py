"""What run.py prints: its measurements as tables, with embudo's ratio to the best peer."""
import statistics

import contenders


class Measurements:
    """values[contender, threads, network, work, batch]: the answers of all rounds."""

    def __init__(self):
        self.values, self.names = {}, {}

    def add(self, member, job, answer):
        self.names[member.key] = member.name
        self.values.setdefault((member.key, member.threads, *job), []).append(answer)

    def median(self, key, threads, job, field):
        answers = self.values.get((key, threads, *job))
        return statistics.median(answer[field] for answer in answers) if answers else None

    def throughput(self, key, threads, job):
        """(images/s, threads): at that number of threads, or at the best one where it is None."""
        numbers = [threads] if threads else sorted({k[1] for k in self.values})
        found = [(self.median(key, number, job, "images_per_s"), number) for number in numbers]
        return max((pair for pair in found if pair[0]), default=(None, None))

    def best_peer(self, threads, job):
        """(images/s, threads, key) of the fastest peer, or None"""
        found = [(*self.throughput(key, threads, job), key) for key in self.names
                 if key != "embudo"]
        return max((entry for entry in found if entry[0]), default=None)

    def ratio(self, threads, job):
        ours, peer = self.throughput("embudo", threads, job)[0], self.best_peer(threads, job)
        return ours / peer[0] if ours and peer else None


def show(head, rows):
    """The first column is aligned left, the others right; - stands for a missing value."""
    lines = [[str(cell) if cell is not None else "-" for cell in row] for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        print("  ".join([line[0].ljust(widths[0]),
                         *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))]))


def number(value):
    return None if value is None else f"{value:,.0f}"


def times(value):
    return None if value is None else f"{value:.2f}x"


def label(threads, all_threads):
    if threads:
        return f"{threads} thread each" if threads == 1 else f"{threads} threads each"
    return "the best of " + ", ".join(map(str, all_threads)) + " threads each"


def throughput(measured, network, work, batches, threads, all_threads):
    """A row for each contender, a column for each batch; threads None means the best of each."""
    def cell(value, at):
        if value is None or threads or len(all_threads) == 1:
            return number(value)
        return f"{number(value)} ({at})"

    jobs = [(network, work, batch) for batch in batches]
    print(f"\n{network}, {work}, images/s, {label(threads, all_threads)}")
    rows = []
    for key, name in measured.names.items():
        cells = [cell(*measured.throughput(key, threads, job)) for job in jobs]
        if any(cells):
            rows.append([name, *cells])
    best = [measured.best_peer(threads, job) for job in jobs]
    rows.append(["best peer", *(entry and entry[2] for entry in best)])
    rows.append(["embudo / best peer", *(times(measured.ratio(threads, job)) for job in jobs)])
    show(["batch", *batches], rows)


def single(measured, network):
    """One image: median and 99th percentile of a call, and the ratio to onnxruntime's."""
    jobs = {work: (network, work, 1) for work in contenders.SINGLE}
    print(f"\n{network}, one image, us a call, median (99th percentile); embudo's in process, "
          "the peers' through Python")
    medians = {(key, work): measured.median(key, 1, job, "median_us")
               for key in measured.names for work, job in jobs.items()}
    rows = []
    for key, name in measured.names.items():
        cells = [medians[key, work] and f"{medians[key, work]:.1f} "
                 f"({measured.median(key, 1, job, 'p99_us'):.1f})" for work, job in jobs.items()]
        if any(cells):
            rows.append([name, *cells])
    ratios = ["against onnxruntime"]
    for work in jobs:
        ours, theirs = medians.get(("embudo", work)), medians.get(("onnxruntime", work))
        ratios.append(times(theirs / ours) if ours and theirs else None)
    show(["", *jobs], [*rows, ratios])
    floors = [answer["floor_us"] for job in jobs.values()
              for answer in measured.values.get(("onnxruntime", 1, *job), [])]
    if floors:
        print(f"of onnxruntime's time, {statistics.median(floors):.1f} us is the call itself: "
              "what it takes on a graph that only passes its input on")


def large(measured, networks, batches, threads, all_threads):
    """A row for each network and batch, and the median ratio."""
    print(f"\nlarger networks, train, images/s, {label(threads, all_threads)}")
    rows, ratios = [], []
    for network in networks:
        for batch in batches:
            job = (network, "train", batch)
            ours, at = measured.throughput("embudo", threads, job)
            best, ratio = measured.best_peer(threads, job), measured.ratio(threads, job)
            rows.append([network, batch, number(ours), at, *(
                [number(best[0]), best[2], best[1]] if best else [None] * 3), times(ratio)])
            if ratio:
                ratios.append(ratio)
    show(["network", "batch", "embudo", "threads", "best peer", "which", "threads", "ratio"], rows)
    if ratios:
        print(f"median {statistics.median(ratios):.2f}x, least {min(ratios):.2f}x, "
              f"greatest {max(ratios):.2f}x, of {len(ratios)} rows")


def disturbed(measured):
    """Says how often a single thread did not have a processor to itself, or had more than one."""
    shares = [answer["processors"] for key, answers in measured.values.items() if key[1] == 1
              for answer in answers if "processors" in answer]
    few, many = sum(share < 0.95 for share in shares), sum(share > 1.1 for share in shares)
    if few:
        print(f"\n{few} of {len(shares)} measurements of peers on one thread had less than 95 % of "
              "a processor: something else was running, measure again")
    if many:
        print(f"\n{many} of {len(shares)} measurements of peers on one thread took more than one "
              "processor: not a fair comparison")
