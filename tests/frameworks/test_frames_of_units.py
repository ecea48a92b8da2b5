import datetime as dt

import polars as pl
import pytest

from saola import frameworks, observations, units
from saola.errors import StateError

JULY_2025 = dt.date(2025, 7, 1)
PARTS = {
    "awareness": 100, "institutions": 100, "infrastructure": 100, "human": 100,
    "security": 100, "government": 200, "economy": 150, "society": 150,
}  # fmt: skip


def dti() -> frameworks.Framework:
    return frameworks.read(
        {
            "id": "dti", "index": "dti", "valid": ["2024"], "units": "VNM.P",
            "tie": "competition", "label": {"en": "DTI"}, "source": "test",
            "node": [{"id": "DTI"}],
            "indicator": [
                {"id": code, "parents": ["DTI"], "points": points, "rule": {"kind": "measured"}}
                for code, points in PARTS.items()
            ],
        }
    )  # fmt: skip


def scored(table: dict[str, float]) -> pl.DataFrame:
    rows = [
        {"indicator": code, "unit": unit, "period": "2024", "value": value}
        for unit, value in table.items()
        for code in PARTS
    ]
    return frameworks.score(dti(), observations.frame(rows))


def reframed(table: dict[str, float]) -> dict[str, tuple[float | None, int | None]]:
    found = frameworks.reframe(dti(), scored(table), units.registry(), on=JULY_2025)
    top = found.filter(pl.col("node") == "DTI")
    return {unit: (score, rank) for unit, score, rank in top.select("unit", "score", "rank").rows()}


def test_a_merged_province_takes_the_plain_mean_of_its_predecessors() -> None:
    """Da Nang falls behind Hue when it takes Quang Nam in: 63 became 34 on 1 July 2025."""
    found = reframed({"VNM.P.48": 0.80, "VNM.P.49": 0.60, "VNM.P.46": 0.75})

    assert (pytest.approx(0.70), 2) == found["VNM.P.48@2025"]
    assert (pytest.approx(0.75), 1) == found["VNM.P.46"]


def test_a_missing_predecessor_leaves_the_successor_without_a_figure() -> None:
    """A mean over fewer would be another figure."""
    assert reframed({"VNM.P.48": 0.80, "VNM.P.46": 0.75})["VNM.P.48@2025"] == (None, None)


def test_an_edition_whose_totals_are_carried_is_not_reframed() -> None:
    """What was never computed cannot be computed for other units."""
    with pytest.raises(StateError):
        frameworks.reframe(
            frameworks.framework("vn-dti-ministry-2022"),
            scored({"VNM.P.48": 0.8}),
            units.registry(),
            on=JULY_2025,
        )


def test_growth_is_given_only_between_comparable_editions() -> None:
    """The same edition compares; a new one with other points does not, and says so."""
    now, before = scored({"VNM.P.48": 0.60}), scored({"VNM.P.48": 0.50})
    same = frameworks.growth(now, before, edition=dti(), earlier=dti())
    other = frameworks.growth(
        now, before, edition=dti(), earlier=frameworks.framework("vn-dti-province-2020")
    )

    top = same.filter(pl.col("node") == "DTI").row(0, named=True)
    assert (True, pytest.approx(0.1), pytest.approx(0.2)) == (
        top["comparable"], top["change"], top["growth"],
    )  # fmt: skip
    assert ([False], [None]) == tuple(
        other.filter(pl.col("node") == "DTI")[name].to_list() for name in ("comparable", "change")
    )
