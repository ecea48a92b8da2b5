"""The tables of a region whose people all have service: nothing is built there."""

import polars as pl

from saola import language
from saola.connect.outcome import Outcome
from saola.language import number, text


def today(settlements: pl.DataFrame, price_year: int) -> tuple[Outcome, pl.DataFrame]:
    """Give the tables of a region whose people all have service, for which nothing is built.

    Args:
        settlements: A frame of `SETTLEMENTS`, all served.
        price_year: Of the plan.

    Returns:
        The tables, without stations and hops, and the sentences: `unit, vi, en, fr`.
    """
    nothing = {name: pl.lit(0.0) for name in ("cost", "satellite_cost", "revenue", "subsidy")}
    table = settlements.with_columns(
        technology=pl.lit("today"), site=pl.lit(""), connected="people", **nothing
    )
    sums = table.group_by("unit", maintain_order=True).agg(pl.sum("people"))
    communes = sums.with_columns(
        before="people", connected="people", cost=pl.lit(0.0), subsidy=pl.lit(0.0),
        technology=pl.lit("today"), sites=pl.lit(0, pl.Int64),
    )  # fmt: skip
    said: dict[str, list[str]] = {"unit": sums["unit"].to_list()}
    for lang in language.LANGUAGES:
        with language.use(lang):
            said[lang] = [_all_served(unit, people) for unit, people in sums.iter_rows()]
    own = pl.Series("sentence", said[language.current()], dtype=pl.String)
    people = float(table["people"].sum())
    totals = dict.fromkeys(("cost", "bound", "gap", "cost_a_person", "subsidy"), 0.0) | {
        "people": people, "before": people, "connected": people, "rules": {}, "saving": {},
        "price_year": price_year,
    }  # fmt: skip
    empty = pl.DataFrame()
    found = Outcome(empty, empty, table, communes.with_columns(own), totals)
    return found, pl.DataFrame(said)


def _all_served(unit: str, people: float) -> str:
    return text(
        "{unit}: all of its {people} people have service today.",
        unit=unit, people=number(people, decimals=0),
    )  # fmt: skip
