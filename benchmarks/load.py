"""Load on a server: an open loop at a fixed rate, and a closed loop of impatient clients."""

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


def closed_loop(ask: Callable[[int], object], *, clients: int, seconds: float) -> float:
    """Let each client ask again as soon as it is answered; give answers a second."""
    end = time.perf_counter() + seconds

    def insist(client: int) -> int:
        done = 0
        while time.perf_counter() < end:
            ask(client + clients * done)
            done += 1
        return done

    with ThreadPoolExecutor(max_workers=clients) as pool:
        return sum(pool.map(insist, range(clients))) / seconds


def share(waits: list[float], part: float) -> float:
    """The wait that this part of the sorted waits does not exceed."""
    return waits[min(len(waits) - 1, int(part * len(waits)))]
