"""Time several ways to do the same work, fairly, in one process.

The idle threads of one library's BLAS spin for a while and slow the other's next call, so contestants take
turns in blocks of repetitions with a rest between; the first repetition of a block is not counted.
"""

import json
import platform
import statistics
import time


def alternate(contestants, blocks=5, repeats=10, rest=0.5, warm_up=2):
    """Median seconds of each contestant.

    Parameters
    ----------
    contestants : dict of str to callable
        Each call does the work once.
    blocks, repeats : int
        Turns that each takes, and counted repetitions within a turn.
    rest : float
        Seconds between turns.

    Returns
    -------
    dict of str to float
    """
    seconds = {name: [] for name in contestants}
    for work in contestants.values():
        for _ in range(warm_up):
            work()
    for _ in range(blocks):
        for name, work in contestants.items():
            time.sleep(rest)
            work()
            for _ in range(repeats):
                start = time.perf_counter()
                work()
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def report(what, seconds, ours="wta_np"):
    """Print a table, the ratios of ours to each peer, and all of it as one line of JSON, last."""
    print(f"\n{what}")
    for name, value in sorted(seconds.items(), key=lambda item: item[1]):
        print(f"  {name:32s} {1000 * value:9.2f} ms")
    ratios = {name: seconds[ours] / value for name, value in seconds.items() if name != ours}
    for name, ratio in ratios.items():
        print(f"  {ours} / {name}: {ratio:.2f}")
    result = {"what": what, "milliseconds": {n: round(1000 * s, 3) for n, s in seconds.items()}}
    result |= {"ratios": {n: round(r, 3) for n, r in ratios.items()}, "threads": threads()}
    print(json.dumps(result | {"machine": platform.machine(), "python": platform.python_version()}))
    return result


def threads():
    """Threads of each BLAS and OpenMP library that is loaded, where threadpoolctl can tell."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return {}
    return {f"{pool['internal_api']} {i}": pool["num_threads"] for i, pool in enumerate(threadpool_info())}
