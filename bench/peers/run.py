"""Runs embudo and every peer found on the same work, taking turns, and prints the ratios.

The peers are PyTorch (eager, channels_last, torch.compile), Debian's PyTorch, JAX and, for
forward passes alone, onnxruntime; sh bench/peers/make-venv.sh installs all but Debian's. See
README.md in bench/.
"""
import argparse
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True

import contenders  # noqa: E402: found once the path above is set
import measure  # noqa: E402
import network as notation  # noqa: E402
import tables  # noqa: E402

WORKS = ("train", "forward", "single", "large")


def say(text):
    print(text, file=sys.stderr, flush=True)


def jobs_of(works, networks, batches):
    """[(network's name, work, batch)] of train, forward and single."""
    jobs = []
    for network in networks:
        for work in works:
            if work == "single":
                jobs += [(network, one, 1) for one in contenders.SINGLE]
            elif work != "large":
                jobs += [(network, work, batch) for batch in batches]
    return jobs


def takes_part(member, job, large):
    _, work, _ = job
    if large and member.key not in ("embudo", *contenders.TORCH):
        return False
    return work in member.works and (work in contenders.THROUGHPUT or member.threads == 1)


def play(members, jobs, networks, options, large, measured):
    """All rounds of all jobs, one network after the other so that no peer holds two at a time."""
    out = set()  # (contender, threads[, job]) that failed once
    for name in dict.fromkeys(job[0] for job in jobs):
        for number in range(options.rounds):
            turn = number % len(members)
            for job in (job for job in jobs if job[0] == name):
                say(f"round {number + 1} of {options.rounds}: {name}, {job[1]}, batch {job[2]}")
                for member in members[turn:] + members[:turn]:
                    place = (member.key, member.threads, *job)
                    if place in out or not takes_part(member, job, large):
                        continue
                    try:
                        answer = member.ask(job[1], networks[name], job[2], options.seconds)
                        measured.add(member, job, answer)
                    except contenders.Failed as error:
                        out.add(place)
                        measured.values.pop(place, None)
                        say(f"{member.name}, {member.threads} threads, is left out of {name}, "
                            f"{job[1]}, batch {job[2]}: {error}")


def rows_of(measured, versions, options, load):
    rows = []
    for (key, threads, network, work, batch), answers in measured.values.items():
        single = work in contenders.SINGLE
        field = "median_us" if single else "images_per_s"
        values = [answer[field] for answer in answers]
        middle = statistics.median(values)
        ours = measured.median("embudo", threads, (network, work, batch), field)
        ratio = (middle / ours if single else ours / middle) if ours else None
        p99 = statistics.median(answer["p99_us"] for answer in answers) if single else None
        rows.append({
            "network": network, "work": work, "batch": batch, "threads": threads,
            "contender": key, "version": versions[key], "embudo": versions["embudo"],
            "how": answers[-1].get("how", ""),
            "rounds": len(answers), "seconds": options.seconds,
            "unit": "us" if single else "images/s", "median": f"{middle:.1f}",
            "min": f"{min(values):.1f}", "max": f"{max(values):.1f}",
            "p99": f"{p99:.1f}" if single else "",
            "embudo_times_faster": f"{ratio:.3f}" if ratio else "", "load_before": f"{load:.2f}"})
    return rows


def report(measured, jobs, options, large):
    names = list(dict.fromkeys(job[0] for job in jobs))
    views = [1, None] if options.threads != [1] else [1]
    if 1 not in options.threads:
        views = [None]
    if large:
        for threads in views:
            tables.large(measured, names, options.large_batches, threads, options.threads)
        return
    for name in names:
        for work in contenders.THROUGHPUT:
            if work in options.works:
                for threads in views:
                    tables.throughput(measured, name, work, options.batches, threads,
                                      options.threads)
        if "single" in options.works:
            tables.single(measured, name)


def find_network(name):
    """The .net file with that path or name, after a check that the peers can read it."""
    places = [pathlib.Path(name), *(folder / f"{name}.net" for folder in notation.FOLDERS)]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise argparse.ArgumentTypeError(f"no network {name} in models/ or bench/models/")
    try:
        notation.read(found)
    except notation.UnknownNetwork as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return found.resolve()


def list_of(kind):
    def read(text):
        values = [kind(word) for word in text.split(",") if word]
        if not values:
            raise argparse.ArgumentTypeError("the list is empty")
        return list(dict.fromkeys(values))

    return read


def one_of(names):
    def read(word):
        if word not in names:
            raise argparse.ArgumentTypeError(f"{word!r} is not one of {', '.join(names)}")
        return word

    return read


def positive(kind):
    def read(word):
        try:
            value = kind(word)
        except ValueError:
            value = 0
        if not 0 < value < 1e6:
            raise argparse.ArgumentTypeError(f"{word!r} is not a number above 0")
        return value

    return read


def default_threads():
    """1, 2, 4 ... and the number of processors"""
    count, numbers = measure.processors(), [1]
    while numbers[-1] * 2 < count:
        numbers.append(numbers[-1] * 2)
    return sorted({*numbers, count})


def read_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--works", type=list_of(one_of(WORKS)), default=list(WORKS[:3]), metavar="LIST",
        help="any of train, forward, single, large; default: train,forward,single")
    add("--networks", type=list_of(find_network), metavar="LIST",
        help="names or .net files; default: notebook, and all of bench/models/ for large")
    add("--batches", type=list_of(positive(int)), metavar="LIST",
        help="default: 16,64,256,1024; for large 16,64")
    add("--threads", type=list_of(positive(int)), default=default_threads(), metavar="LIST",
        help="default: 1, 2, 4 ... up to this machine's processors")
    add("--rounds", type=positive(int), metavar="N", help="default: 5; for large 3")
    add("--seconds", type=positive(float), metavar="X", help="length of one measurement; default: 1")
    add("--quick", action="store_true", help="one round of 0.3 seconds")
    add("--peers", type=list_of(one_of(contenders.PEERS)), default=list(contenders.PEERS),
        metavar="LIST", help="any of " + ",".join(contenders.PEERS))
    add("--python", default=str(contenders.VENV_PYTHON), metavar="PATH",
        help="the peers' Python; default: build/peers/bin/python")
    add("--embudo", metavar="PATH", help="the program; default: build/release/embudo")
    options = parser.parse_args()
    options.seconds = options.seconds or (0.3 if options.quick else 1.0)
    options.large_batches = options.batches or [16, 64]
    options.batches = options.batches or [16, 64, 256, 1024]
    options.given_rounds, options.threads = options.rounds, sorted(options.threads)
    return options


def contest(large, members, versions, options, load):
    """One part: the notebook's works, or the larger networks. Adds its rows to the results."""
    files = options.networks or (sorted((measure.HERE / "models").glob("*.net")) if large
                                 else [measure.ROOT / "models" / "notebook.net"])
    networks = {file.stem: file for file in files}
    works = ["train"] if large else options.works
    jobs = jobs_of(works, networks, options.large_batches if large else options.batches)
    options.rounds = options.given_rounds or (1 if options.quick else 3 if large else 5)
    measured = tables.Measurements()
    play(members, jobs, networks, options, large, measured)
    print(f"\n{measure.machine()}; median of {options.rounds} rounds of {options.seconds:g} s")
    report(measured, jobs, options, large)
    tables.disturbed(measured)
    rows = rows_of(measured, versions, options, load)
    if rows:
        measure.append("peers.csv", rows)


def main():
    options = read_options()
    try:
        first = (options.networks or [measure.ROOT / "models" / "notebook.net"])[0]
        program = contenders.find_embudo(options.embudo, first)
    except contenders.Failed as error:
        sys.exit(str(error))
    load = measure.warn_if_busy()
    members = [contenders.Embudo(program, number) for number in options.threads]
    members += contenders.open_peers(options.peers, options.python, options.threads, say)
    try:
        if len(members) == len(options.threads):
            sys.exit("no peer was found; to install some: sh bench/peers/make-venv.sh")
        versions = {member.key: member.version for member in members}
        if set(options.works) != {"large"}:
            contest(False, members, versions, options, load)
        if "large" in options.works:
            contest(True, members, versions, options, load)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        for member in members:
            member.close()


if __name__ == "__main__":
    main()
