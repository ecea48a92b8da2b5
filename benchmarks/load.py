"""Load on a server: an open loop at a fixed rate. `wire` has a lighter one for programs' APIs."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def open_loop(ask: Callable[[int], object], *, rate: float, seconds: float) -> list[float]:
    """Ask at a fixed rate and give the sorted waits in ms, counted from when each was due.

    A server that stalls is asked on, so its stall is in every wait that it caused.
    """
    count = int(rate * seconds)
    start = time.perf_counter() + 0.5

    def visit(number: int) -> float:
        due = start + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        ask(number)
        return (time.perf_counter() - due) * 1000

    with ThreadPoolExecutor(max_workers=32) as pool:
        return sorted(pool.map(visit, range(count)))


def share(waits: list[float], part: float) -> float:
    """The wait that this part of the sorted waits does not exceed."""
    return waits[min(len(waits) - 1, int(part * len(waits)))]
