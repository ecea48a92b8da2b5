"""The cost that no design can beat: whole stations priced, cuts added, until neither helps."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from saola.connect.distances import Flags, Floats, Ints
from saola.connect.plan.cuts import violated
from saola.connect.plan.fitouts import Offers, Priced, grades_of, offers_of, priced
from saola.connect.plan.master import Master, least
from saola.connect.plan.model import values_of
from saola.connect.plan.problem import Design, Problem

CLOSED = 1e-3  # open share of the optimum at which columns are enough for now
NEARLY = 0.02  # open share at which cuts may begin
EVERY = 3
INWARD = 0.3  # how far towards a valid design cuts are looked for
PATIENCE = 8  # rounds of cuts without GAIN after which none are sought
GAIN = 5e-4
SLACK_FOR = 2  # rounds after which a slack cut is taken out
PROMISE = 1e-7  # share of the cost a new fit-out must promise
STEPS = 20  # solutions a round of cuts, far more than it takes
USED = 1e-3
LATEST = 3  # solutions whose variables are worth trying


@dataclass(frozen=True, eq=False)
class Certificate:
    """What the linear program over whole stations proves, and where it points.

    Args:
        bound: What no design can cost less than.
        used: Variables of the plan, but flows, that its last solutions used.
        cuts: The cuts that bind, rows over those variables that are at least 0.
    """

    bound: float
    used: Flags
    cuts: Any


def certified(
    problem: Problem,
    designs: list[Design],
    rounds: int,
    budget: float | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Certificate:
    """Prove a bound by columns and cuts.

    Every round gives a valid bound, whatever the solver's tolerances; the best is kept.

    Args:
        problem: The region.
        designs: Valid designs, at least one, the best first.
        rounds: The most rounds of cuts.
        budget: If given, people are the aim, as in `program`; the bound is then below −people.
        progress: Told how many rounds of cuts are done.

    Source: Dantzig and Wolfe (1960); Geoffrion (1974) for the bound of any prices.
    """
    grades = grades_of(problem)
    offers = offers_of(problem, grades)
    master = Master(problem, grades, designs, budget)
    inner = values_of(problem, designs[0])[: master.width]
    best, step = -np.inf, 0
    seen: list[float] = []
    used: deque[Flags] = deque([inner > USED], maxlen=LATEST)
    while True:
        step += 1
        state = _priced(master, offers)
        best = max(best, state.bound)
        closed = state.apart <= CLOSED or not len(state.new)
        if step > STEPS * (rounds + PATIENCE):  # a solver in trouble: what is proven stands
            break
        if closed or (state.apart <= NEARLY and step % EVERY == 0):
            seen.append(state.total)
            progress(min(len(seen), rounds))
            used.append(state.values > USED)
            master.drop(state.dual, SLACK_FOR)
            if len(seen) > rounds or _stalled(seen):
                break
            rows = violated(problem, master.at, state.values, inner, INWARD)
            if rows.shape[0]:
                master.cut(rows)
            elif closed:
                break
        _add(master, offers, state)
    return Certificate(best, np.logical_or.reduce(used), master.cuts)


@dataclass(frozen=True, eq=False)
class _State:
    """A master solved, and its prices answered by every station."""

    values: Floats
    dual: Floats
    total: float
    bound: float
    found: Priced
    new: Ints

    @property
    def apart(self) -> float:
        """Give the share of the optimum that columns not yet in could save."""
        return (self.total - self.bound) / max(abs(self.total), 1.0)


def _priced(master: Master, offers: Offers) -> _State:
    values, dual, total = master.solve()
    price, grade, paid = master.prices(dual)
    found = priced(offers, price[master.at.station], price[master.at.link], grade)
    low = least(master, offers, found, price, paid)
    new = _promising(offers, found, PROMISE * max(abs(total), 1.0))
    return _State(values, dual, total, low, found, new)


def _stalled(seen: list[float]) -> bool:
    if len(seen) <= PATIENCE:
        return False
    return seen[-1] - seen[-1 - PATIENCE] < GAIN * abs(seen[-1])


def _promising(offers: Offers, found: Priced, promise: float) -> Ints:
    """Choose the best offer of every station, if it is below 0."""
    order = np.lexsort((found.value, offers.station))
    station = offers.station[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = station[1:] != station[:-1]
    chosen = order[first]
    new: Ints = chosen[found.value[chosen] < -promise]
    return new


def _add(master: Master, offers: Offers, state: _State) -> None:
    found, new = state.found, state.new
    links = [found.link[found.start[one] : found.start[one + 1]] for one in new]
    master.add(offers.station[new], offers.grade[new], links)
