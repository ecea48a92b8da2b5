"""What drives the cost of a plan, and which of several plans to choose when prices are unsure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from saola.connect.costs import Money
from saola.connect.distances import Floats
from saola.sampling import indices, points, saltelli


@dataclass(frozen=True)
class Doubt:
    """The range of every price, as factors on the plan's own.

    Attributes:
        items: Cost items, in order.
        low: Cost at the low end over the middle, shape (items,).
        high: The same at the high end.
    """

    items: tuple[str, ...]
    low: Floats
    high: Floats

    @classmethod
    def of(cls, items: tuple[str, ...], money: Money) -> "Doubt":
        """Take the ranges of some items from the table of costs."""
        low, mid, high = (
            np.array([money.at(level).value(item) for item in items])
            for level in ("low", "mid", "high")
        )
        return cls(items, low / mid, high / mid)

    def factors(self, uniform: Floats) -> Floats:
        """Turn numbers in 0..1 into factors: triangular, the middle the likeliest.

        Args:
            uniform: Draws by items.
        """
        width = np.maximum(self.high - self.low, 1e-12)
        turn = (1.0 - self.low) / width
        rising = self.low + np.sqrt(uniform * width * (1.0 - self.low))
        falling = self.high - np.sqrt((1.0 - uniform) * width * (self.high - 1.0))
        drawn: Floats = np.where(uniform < turn, rising, falling)
        return drawn


def drivers(
    quantities: Mapping[str, float], money: Money, rng: np.random.Generator, *, draws: int = 1024
) -> tuple[pl.DataFrame, tuple[float, float, float]]:
    """Say how much of the doubt about a plan's cost each price explains.

    Args:
        quantities: Units of every item the plan needs.
        money: How costs are valued.
        rng: The source of chance.
        draws: Rows of each block of the design.

    Returns:
        `item, first, total, low, high` (the last two are the plan's cost with the item at either
        end of its range), largest total first; and the 5th, 50th and 95th percentile of the cost.
    """
    items = tuple(quantities)
    doubt = Doubt.of(items, money)
    cost = np.array([money.value(item, quantities[item]) for item in items])
    design = saltelli(draws, [1] * len(items), rng)
    outcome = doubt.factors(design.stacked()) @ cost
    found = indices(outcome, len(items))
    whole = float(cost.sum())
    table = pl.DataFrame(
        {
            "item": items,
            "first": found.first.reshape(len(items), -1)[:, 0].clip(0, 1),
            "total": found.total.reshape(len(items), -1)[:, 0].clip(0, 1),
            "low": whole + cost * (doubt.low - 1),
            "high": whole + cost * (doubt.high - 1),
        }
    )
    spread = np.quantile(outcome[: 2 * draws], [0.05, 0.5, 0.95])
    return table.sort("total", descending=True), (
        float(spread[0]), float(spread[1]), float(spread[2])
    )  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """One design that may be chosen.

    Attributes:
        name: What it was made for.
        quantities: Units of every item it needs.
        headroom: The largest factor on demand that it carries.
    """

    name: str
    quantities: Mapping[str, float]
    headroom: float


def regrets(
    candidates: list[Candidate],
    money: Money,
    rng: np.random.Generator,
    *,
    demand: tuple[float, float] = (0.7, 1.5),
    draws: int = 2048,
) -> pl.DataFrame:
    """Hold designs against each other under the same draws of prices and demand.

    A design that cannot carry a draw's demand fails in it; its regret counts only where it does
    not. Regret is what it costs more than the cheapest design that does not fail.

    Args:
        candidates: The designs.
        money: How costs are valued; its level is the middle.
        rng: The source of chance.
        demand: Lowest and highest factor on demand.
        draws: How many.

    Returns:
        `name, cost, p95, mean_regret, worst_regret, carries, chosen`: the chosen one has the least
        worst regret among those that carry as many draws as the best does, less a twentieth.
    """
    items = tuple(dict.fromkeys(item for one in candidates for item in one.quantities))
    doubt = Doubt.of(items, money)
    drawn = points(draws, len(items) + 1, rng)
    factors = doubt.factors(drawn[:, :-1])
    asked = demand[0] + (demand[1] - demand[0]) * drawn[:, -1]
    unit = np.array([money.value(item) for item in items])
    units = np.array([[one.quantities.get(item, 0.0) for item in items] for one in candidates])
    cost = factors @ (unit * units).T
    fails = asked[:, None] > np.array([one.headroom for one in candidates]) + 1e-9
    least = np.where(fails, np.inf, cost).min(axis=1)
    known = np.isfinite(least)
    regret = np.where(fails | ~known[:, None], np.nan, cost - np.where(known, least, 0.0)[:, None])
    carries = 1.0 - fails.mean(axis=0)
    counted = ~np.isnan(regret)
    total = np.where(counted, regret, 0.0).sum(axis=0)
    table = pl.DataFrame(
        {
            "name": [one.name for one in candidates],
            "cost": units @ unit,
            "p95": np.quantile(cost, 0.95, axis=0),
            "mean_regret": total / np.maximum(counted.sum(axis=0), 1),
            "worst_regret": np.where(counted, regret, 0.0).max(axis=0),
            "carries": carries,
        }
    )
    able = table.filter(pl.col("carries") >= carries.max() - 0.05)
    best = able.sort("worst_regret", "name")["name"][0]
    return table.with_columns(chosen=pl.col("name") == best)
