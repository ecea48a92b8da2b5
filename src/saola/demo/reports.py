"""Five years of quarterly reports by communes, provinces, ministries and the country."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from saola import frameworks
from saola.demo import gaps, growth
from saola.demo.counting import FRAMEWORK, Made, counted
from saola.demo.country import CODE, Country, ministries
from saola.demo.growth import Bodies
from saola.demo.ledger import Count, Ledger
from saola.demo.post import Reports, sent
from saola.demo.quantities import quantities
from saola.frameworks.inequality import across
from saola.progress import Progress, silent

Values = npt.NDArray[np.float64]

QUARTERS = tuple(f"{year}-Q{part}" for year in range(2021, 2026) for part in range(1, 5))


def reports(
    place: Country,
    *,
    quarters: Sequence[str] = QUARTERS,
    progress: Progress = silent,
) -> Reports:
    """Let everyone report.

    Args:
        place: The country.
        quarters: The periods, one after another.
        progress: Called with the steps done and the steps there are.
    """
    rng = np.random.default_rng([place.seed, 2])
    ledger = Ledger(quarters, place.source)
    communes = _communes(rng, place, len(quarters), ledger)
    progress(1, 5)
    provinces = _provinces(rng, place, communes, len(quarters), ledger)
    progress(2, 5)
    _ministries(rng, len(quarters), ledger)
    progress(3, 5)
    _country(rng, provinces, len(quarters), ledger)
    truth = ledger.frame()
    progress(4, 5)
    truth = pl.concat([truth, _inequality(place, truth)])
    found = sent(rng, truth, quarters)
    progress(5, 5)
    return found


# -- who counts ------------------------------------------------------------------------------


def _communes(rng: np.random.Generator, place: Country, quarters: int, ledger: Ledger) -> Made:
    years = np.arange(quarters)[:, None] / 4
    people = np.round(place.people * (1 + place.growth) ** years)
    count = people.shape[1]
    bodies = Bodies(
        "commune", people / people.mean(), people, place.ease, np.ones((1, count)), _all(count)
    )
    return counted(rng, bodies, quarters, ledger, place.communes, ())


def _provinces(
    rng: np.random.Generator, place: Country, below: Made, quarters: int, ledger: Ledger
) -> Made:
    names = place.provinces
    member = np.eye(len(names))[place.land.province]
    people = below["persons"][:, 0, :] @ member
    fields = frameworks.framework(FRAMEWORK).fields
    weights = rng.dirichlet(np.full(len(fields), 9.0), len(names)).T
    scale = (people / people.mean(axis=1, keepdims=True)) ** 0.7
    bodies = Bodies("province", scale, people, place.standing, weights, _all(len(names)))
    made = counted(rng, bodies, quarters, ledger, names, fields)
    for quantity in quantities():
        if quantity.province < 0:
            whole = below[quantity.code] @ member
            made[quantity.code] = whole
            of = made.get(quantity.of)
            ledger.put(names, Count(quantity.code, whole, sample=quantity.sample, whole=of))
    towns = (below["persons"][:, 0, :] * place.urban) @ member
    _split(rng, made, 1 - towns / people, names, ledger)
    made["_towns"] = towns[:, None, :]
    return made


def _ministries(rng: np.random.Generator, quarters: int, ledger: Ledger) -> None:
    fields = frameworks.framework(FRAMEWORK).fields
    table = ministries()
    weights = np.zeros((len(fields), len(table)))
    for column, each in enumerate(table):
        own = each["fields"].split("|") if each["fields"] else []
        for rank, name in enumerate(own):
            weights[fields.index(name), column] = 0.5**rank
    weights /= np.maximum(weights.sum(axis=0), 1e-9)
    desk = np.array([bool(each["fields"]) for each in table])
    weights[:, ~desk] = 1 / len(fields)  # no field is theirs: only their total is told
    ease = rng.normal(0, 0.8, len(table))
    scale = np.ones((quarters, 1)) * rng.lognormal(0, 0.5, len(table))
    bodies = Bodies("ministry", scale, scale, ease, weights, desk)
    codes = [f"{CODE}.M.{each['code']}" for each in table]
    counted(rng, bodies, quarters, ledger, codes, fields)


def _country(rng: np.random.Generator, provinces: Made, quarters: int, ledger: Ledger) -> None:
    one = Bodies(
        "province", np.ones((quarters, 1)), np.ones((quarters, 1)), np.ones(1), np.ones((1, 1)),
        _all(1),
    )  # fmt: skip
    whole: Made = {}
    for quantity in quantities():
        if quantity.kind in ("size", "share") and quantity.code in provinces:
            total = provinces[quantity.code].sum(axis=(1, 2), keepdims=True)
            whole[quantity.code] = total
            of = whole.get(quantity.of)
            sample = 20 * quantity.sample
            ledger.put([CODE], Count(quantity.code, total, sample=sample, whole=of))
        elif quantity.kind == "words":
            places = growth.words(rng, quantity, one, quarters)
            ledger.put([CODE], Count(quantity.code, places, words=quantity.words))
        elif quantity.kind == "count":
            found = growth.count(rng, quantity, one, quarters)
            ledger.put([CODE], Count(quantity.code, found))
    towns = provinces["_towns"].sum(axis=2)
    _split(rng, whole, 1 - towns / whole["persons"][:, 0, :], [CODE], ledger)


def _all(count: int) -> npt.NDArray[np.bool_]:
    return np.ones(count, dtype=bool)


def _split(
    rng: np.random.Generator, made: Made, country: Values, units: Sequence[str], ledger: Ledger
) -> None:
    users, persons = made["users"][:, 0, :], made["persons"][:, 0, :]
    for breakdown, part, people in gaps.split(rng, users, persons, country):
        whole = people[:, None, :]
        online = Count("users", part[:, None, :], breakdown, sample=500, whole=whole)
        ledger.put(units, online)
        ledger.put(units, Count("persons", whole, breakdown))


def _inequality(place: Country, truth: pl.DataFrame) -> pl.DataFrame:
    """Measure how unequally communes use the internet, in each province and in the country."""
    above = [place.provinces[each] for each in place.land.province]
    parents = pl.DataFrame({"unit": place.communes * 2, "parent": [*above, *([CODE] * len(above))]})
    rows = truth.filter(
        pl.col("indicator").is_in(["users", "persons"]),
        pl.col("unit").str.starts_with(f"{CODE}.C."),
    )
    found = across(rows, parents, top="users", below="persons", code="access")
    return found.with_columns(source=pl.lit(place.source))
