"""What all peers' processes share: reading the parent's lines, warming up, timing. Standard library alone.

A worker (torch_peer.py, jax_peer.py, onnxruntime_peer.py) reads one JSON object a line,

    {"work": "train", "network": "models/notebook.net", "batch": 16, "threads": 1,
     "variant": "eager", "seconds": 1.0}

and answers each with one line, {"images_per_s": ...} for train and forward, {"median_us": ...,
"p99_us": ...} for encode1 and decode1, {"version": ...} for hello, {"error": ...} where it failed.
Threads and variant hold for the whole process, since most frameworks read them once. Making a
network, compiling and warming up happen outside of what is timed.
"""
import json
import os
import statistics
import sys
import time

CHUNK = 100  # steps between two looks at the loss and the clock, at most
TRIAL = 0.3  # seconds for each of several ways, to find the fastest


def pace(go, seconds):
    """Warms up for a quarter of the time. Gives the steps between two looks at the clock."""
    go(1)
    begin, done = time.perf_counter(), 0
    while done == 0 or time.perf_counter() - begin < seconds / 4:
        go(1)
        done += 1
    return min(done, CHUNK)


def rate(go, seconds):
    """(steps a second, processors that were busy meanwhile)"""
    chunk, done = pace(go, seconds), 0
    begin, used = time.perf_counter(), time.process_time()
    while done == 0 or time.perf_counter() - begin < seconds:
        go(chunk)
        done += chunk
    elapsed = time.perf_counter() - begin
    return done / elapsed, (time.process_time() - used) / elapsed


def latencies(call, seconds):
    """Of single calls, in us, sorted; the first quarter of the time warms up."""
    times, clock = [], time.perf_counter_ns
    begin = clock()
    warm, end = begin + int(seconds * 2.5e8), begin + int(seconds * 1.25e9)
    before = begin
    while before < end:
        before = clock()
        call()
        after = clock()
        if before > warm:
            times.append((after - before) / 1000)
    return sorted(times) or [(after - before) / 1000]


def fastest(ways, work):
    """(way, its name) of the fastest in {name: way}: what a peer's manual leaves open."""
    if len(ways) == 1:
        name, way = next(iter(ways.items()))
        return way, name
    if work in ("train", "forward"):
        cost = {name: -rate(way, TRIAL)[0] for name, way in ways.items()}
    else:
        cost = {name: statistics.median(latencies(way, TRIAL)) for name, way in ways.items()}
    name = min(cost, key=cost.get)
    return ways[name], name


def measure(request, way, how, more=None):
    if request["work"] in ("train", "forward"):
        steps, busy = rate(way, request["seconds"])
        return {"images_per_s": steps * request["batch"], "how": how, "processors": busy}
    times = latencies(way, request["seconds"])
    return {"median_us": statistics.median(times), "p99_us": times[int(len(times) * 0.99)],
            "how": how, **(more or {})}


def serve(load):
    """load(threads, variant) gives (version, prepare); prepare(request) gives (way, how), where
    way(steps) does so many steps and waits for them, or way() is one call on one image; a dict
    after the two is added to the answer. What was prepared is kept until another network comes."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    version, prepare, ready, current = None, None, {}, None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if prepare is None:
                version, prepare = load(request["threads"], request["variant"])
            if request["work"] == "hello":
                answer = {"version": version}
            else:
                if request["network"] != current:
                    ready.clear()
                    current = request["network"]
                key = request["work"], request["batch"]
                if key not in ready:
                    ready[key] = prepare(request)
                answer = measure(request, *ready[key])
        except Exception as error:  # whatever it is, the parent reports it and continues
            answer = {"error": f"{type(error).__name__}: {error}".strip().splitlines()[0][:300]}
        print(json.dumps(answer), file=answers, flush=True)
