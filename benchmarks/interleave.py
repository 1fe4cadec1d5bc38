"""Time several implementations of the same work, fairly, in one process.

The idle threads of one library's BLAS spin for a while and slow the other's next call, so they take
turns in blocks of repetitions with a rest before each; the first repetition of a block is not counted. Of
every block only the median is kept. Whatever disturbs the machine for longer than a block meets all
of them in a round, so ratios are taken round by round.
"""

import time

import numpy as np

BLOCK_SECONDS, MOST_REPEATS = 1.0, 100
LONG = 2.0  # seconds of one repetition from which on the first of a block is counted, too


def interleave(works, blocks=5, repeats=None, rest=0.5, sync=None, clock=time.perf_counter, sleep=time.sleep):
    """Median seconds of each work in each block.

    Parameters
    ----------
    works : dict of str to callable
        Each call does the work once.
    blocks : int
        Turns that each takes; the order is reversed from round to round.
    repeats : int, optional
        Counted repetitions within a turn; by default so many that the slowest fills about a second.
    rest : float
        Seconds before each turn.
    sync : callable, optional
        Waits until the work is done, where a call only queues it.
    clock, sleep : callable
        For tests.

    Returns
    -------
    dict of str to list of float
        One median for each block, in the order of the rounds.
    """

    def timed(work):
        start = clock()
        work()
        if sync is not None:
            sync()
        return clock() - start

    slowest = 0.0
    for work in works.values():
        timed(work)  # buffers are made, caches filled
        slowest = max(slowest, timed(work)) if slowest < LONG else slowest
    if repeats is None:
        repeats = max(1, min(MOST_REPEATS, round(BLOCK_SECONDS / max(slowest, 1e-9))))
    medians = {name: [] for name in works}
    for block in range(blocks):
        for name in list(works)[:: -1 if block % 2 else 1]:
            sleep(rest)
            if slowest < LONG:
                timed(works[name])
            medians[name].append(float(np.median([timed(works[name]) for _ in range(repeats)])))
    return medians


def quartiles(values):
    """Lower quartile, median, upper quartile.

    >>> quartiles([4.0, 1.0, 2.0, 3.0, 5.0])
    [2.0, 3.0, 4.0]
    """
    return [float(value) for value in np.quantile(values, (0.25, 0.5, 0.75))]


def ratios(ours, peer):
    """Quartiles of ours over the peer's, taken round by round.

    >>> ratios([1.0, 2.0, 9.0], [2.0, 4.0, 18.0])
    [0.5, 0.5, 0.5]
    """
    return quartiles([a / b for a, b in zip(ours, peer)])


def report(what, seconds, ours="wta_np"):
    """Print the medians and the ratio of ours to each peer, with quartiles.

    Names that begin with `ours` are variants of it, not peers.
    """
    print(f"\n{what}")
    for name, values in sorted(seconds.items(), key=lambda item: quartiles(item[1])[1]):
        low, median, high = (1000 * value for value in quartiles(values))
        print(f"  {name:50s} {median:9.2f} ms   ({low:.2f} to {high:.2f})")
    for name, values in seconds.items():
        if not name.startswith(ours):
            low, median, high = ratios(seconds[ours], values)
            print(f"  {ours} / {name}: {median:.2f}   ({low:.2f} to {high:.2f})")
