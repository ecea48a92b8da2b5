"""Sharing a range of rows among threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np


def in_parts(fill: Callable[[int, int], object], count: int, threads: int) -> None:
    """Call `fill(start, stop)` for parts that together are `count` rows, each part in a thread.

    The work must leave Python's lock (compiled code here does) and each row must depend on itself
    alone; then the result does not depend on the number of threads.
    """
    if threads <= 1:
        fill(0, count)
        return
    edges = np.linspace(0, count, threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        for part in [pool.submit(fill, start, stop) for start, stop in pairwise(edges)]:
            part.result()
