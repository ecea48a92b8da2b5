"""What the invented agencies report: realistic, gappy, late, and always synthetic."""

import numpy as np
import polars as pl
import pytest

from saola import demo, frameworks
from saola.demo.quantities import quantities
from saola.observations import KEY, SCHEMA

PLACE = demo.country(5, communes=240, provinces=12)
SENT = demo.reports(PLACE)
ALL = pl.concat([SENT.on_time, SENT.late]).unique(KEY, keep="last", maintain_order=True)
EDITIONS = {code: frameworks.read(__import__("tomllib").loads(text))
            for code, text in demo.editions().items()}  # fmt: skip


def scores(code: str, prefix: str, *periods: str) -> pl.DataFrame:
    rows = ALL.filter(pl.col("unit").str.starts_with(prefix), pl.col("period").is_in(periods))
    return frameworks.score(EDITIONS[code], rows)


def rates(top: str, below: str, prefix: str, breakdown: str = "_T") -> pl.DataFrame:
    rows = ALL.filter(pl.col("unit").str.starts_with(prefix), pl.col("field") == "_T")
    one, other = (
        rows.filter(pl.col("indicator") == code, pl.col("breakdown") == breakdown).select(
            "unit", "period", name="value"
        )
        for code in (top, below)
    )
    both = one.join(other, on=["unit", "period"])
    return both.select("unit", "period", rate=pl.col("name") / pl.col("name_right"))


def test_every_observation_is_synthetic_and_of_the_invented_country() -> None:
    """No real unit gets a number, and every number says that it is invented."""
    for frame in (SENT.on_time, SENT.late):
        assert SCHEMA == frame.schema
        assert {"synthetic"} == set(frame["check"])
        assert frame["unit"].str.starts_with("XSA").all()
        assert frame["source"].str.contains("invented").all()


def test_five_years_by_quarter_and_every_input_of_the_framework() -> None:
    """There are 20 quarters, and the inputs are those the framework describes."""
    found = frameworks.framework("online-activity")

    assert list(demo.QUARTERS) == ALL["period"].unique().sort().to_list()
    assert {item.id for item in found.inputs} == set(ALL["indicator"])
    assert {each.code for each in quantities()} <= set(ALL["indicator"])
    assert set(found.fields) | {"_T"} == set(ALL["field"])
    assert 9 == ALL["breakdown"].n_unique()


def test_a_part_is_never_more_than_its_whole() -> None:
    """Once corrected, no numerator passes its denominator."""
    for quantity in quantities():
        if quantity.kind == "share":
            found = rates(quantity.code, quantity.of, "XSA.")
            assert found["rate"].max() <= 1, quantity.code  # type: ignore[operator]
            assert found["rate"].min() >= 0, quantity.code  # type: ignore[operator]


def test_no_key_comes_twice_in_a_batch() -> None:
    """Within a batch each key stands once."""
    assert not SENT.on_time.select(KEY).is_duplicated().any()
    assert not SENT.late.select(KEY).is_duplicated().any()


def test_scores_rise_and_spread() -> None:
    """The mean score about doubles in five years and provinces stay well apart."""
    found = scores("online-activity", "XSA.P.", "2021-Q1", "2025-Q4").filter(node="OA", field="_T")
    first, last = (found.filter(period=period)["score"] for period in ("2021-Q1", "2025-Q4"))

    assert 0.25 < float(first.mean()) < 0.45  # type: ignore[arg-type]
    assert 0.65 < float(last.mean()) < 0.88  # type: ignore[arg-type]
    assert 0.03 < float(last.std()) < 0.15  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("behind", "ahead"),
    [("SEX=F", "SEX=M"), ("AGE=65+", "AGE=15-64"), ("URBANISATION=R", "URBANISATION=U"),
     ("DISABILITY=Y", "DISABILITY=N")],
)  # fmt: skip
def test_gaps_are_there_and_close_slowly(behind: str, ahead: str) -> None:
    """One group of each pair is online less, and less so at the end than at the start."""
    gaps = {}
    for period in ("2021-Q1", "2025-Q4"):
        one, other = (
            rates("users", "persons", "XSA.P.", group).filter(period=period)["rate"].mean()
            for group in (behind, ahead)
        )
        gaps[period] = float(other) - float(one)  # type: ignore[arg-type]

    assert 0 < gaps["2025-Q4"] < gaps["2021-Q1"]


def test_provinces_add_up_their_communes() -> None:
    """People of a province are the people of its communes."""
    rows = ALL.filter(
        pl.col("indicator") == "persons", pl.col("period") == "2023-Q2", pl.col("breakdown") == "_T"
    )
    parent = dict(
        zip(PLACE.communes, (PLACE.provinces[each] for each in PLACE.land.province), strict=True)
    )
    below = rows.filter(pl.col("unit").is_in(list(parent))).with_columns(
        parent=pl.col("unit").replace_strict(parent)
    )
    whole = dict(
        rows.filter(pl.col("unit").str.starts_with("XSA.P.")).select("unit", "value").rows()
    )
    for code, sums, count in below.group_by("parent").agg(
        pl.col("value").sum(), pl.len()
    ).rows():  # fmt: skip
        if code in whole and count == sum(each == code for each in parent.values()):
            assert whole[code] == sums


def test_some_reports_are_missing_late_or_corrected() -> None:
    """A small share never comes, some comes late, and some is corrected later."""
    keys = [SENT.on_time.select(KEY), SENT.late.select(KEY)]
    corrected = keys[1].join(keys[0], on=KEY, how="semi")
    last = SENT.on_time.filter(period=demo.QUARTERS[-1])
    usual = SENT.on_time.filter(period=demo.QUARTERS[4])

    assert 0 < corrected.height < SENT.late.height
    assert 0.01 < SENT.late.height / ALL.height < 0.1
    assert 0.85 < last["unit"].n_unique() / usual["unit"].n_unique() < 1
    assert {"A", "P"} == set(SENT.on_time["status"])
    assert {"A"} == set(SENT.late["status"])


def test_surveys_carry_their_error() -> None:
    """Counts that come from a sample have a standard error, and full counts have none."""
    users = ALL.filter(pl.col("indicator") == "users", pl.col("value").is_not_null())
    persons = ALL.filter(pl.col("indicator") == "persons")

    assert 0 == users["stderr"].null_count()
    assert (users["stderr"] > 0).all()
    assert persons.height == persons["stderr"].null_count()


def test_levels_differ_in_what_they_count() -> None:
    """Communes report no fields; ministries without public services have no dossiers."""
    communes = ALL.filter(pl.col("unit").str.starts_with("XSA.C."))
    office = ALL.filter(unit="XSA.M.GOV")

    assert {"_T"} == set(communes["field"])
    assert {"dossiers", "services"}.isdisjoint(office["indicator"])
    assert {"systems", "staff"} <= set(office["indicator"])


@pytest.mark.parametrize("code", EDITIONS)
def test_each_level_has_its_edition(code: str) -> None:
    """Each level is scored by the same rules and points as the shipped framework."""
    shipped = frameworks.framework("online-activity")
    own = EDITIONS[code]

    assert code == own.id
    assert shipped.nodes == own.nodes
    for one, other in zip(shipped.indicators, own.indicators, strict=True):
        assert (one.id, one.points, one.rule) == (other.id, other.points, other.rule)
    assert own.fields == (shipped.fields if code == "online-activity" else ())
    communes = pl.col("unit").str.starts_with("XSA.C.")
    inside = ALL.filter(pl.col("period") == "2024-Q4", communes == (own.units == "XSA.C"))
    found = frameworks.score(own, inside).filter(node="OA", field="_T")
    assert found["score"].drop_nulls().is_between(0.2, 1).all()


def test_the_same_seed_gives_the_same_reports() -> None:
    """Reports depend on the country alone."""
    small = demo.country(3, communes=40, provinces=3)
    one, other = (demo.reports(small, quarters=demo.QUARTERS[:2]) for _ in range(2))

    assert one.on_time.equals(other.on_time)
    assert one.late.equals(other.late)


def test_progress_is_told() -> None:
    """Whoever waits is told how far the work is."""
    small = demo.country(3, communes=40, provinces=3)
    told: list[tuple[int, int]] = []
    demo.reports(small, quarters=demo.QUARTERS[:1], progress=lambda *step: told.append(step))

    assert [5] == np.unique([total for _, total in told]).tolist()
    assert (5, 5) == told[-1]
