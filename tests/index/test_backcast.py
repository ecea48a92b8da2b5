"""An edition on older data."""

from pathlib import Path

import polars as pl
import pytest
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from saola import frameworks, observations
from saola.cli.main import root
from saola.errors import InputError
from saola.frameworks import Framework
from saola.index.backcast import backcast

CODES = ("a1", "a2", "b1")


def edition(
    code: str = "t-2024", first: str = "2023", last: str = "2025", **head: object
) -> Framework:
    nodes = [{"id": "top"}, {"id": "a", "parents": ["top"]}, {"id": "b", "parents": ["top"]}]
    leaves = [
        {"id": each, "parents": [each[0]], "points": place, "rule": {"kind": "measured"}}
        for place, each in zip((1, 1, 2), CODES, strict=True)
    ]
    told = {"id": code, "index": "t", "valid": [first, last], "units": "XSA", "tie": "competition",
            "label": {"en": "T"}, "source": "invented"}  # fmt: skip
    return frameworks.read(told | head | {"node": nodes, "indicator": leaves})


def older(**columns: list[float | None]) -> pl.DataFrame:
    rows = [
        {"indicator": code, "unit": f"XSA.P.{place:02}", "period": "2020", "value": value}
        for code, values in columns.items()
        for place, value in enumerate(values)
        if value is not None
    ]
    return observations.frame(rows)


def test_an_indicator_that_nobody_had_is_left_out_for_all() -> None:
    """The others keep their weights among themselves, and the share that is known is said."""
    found = backcast(edition(), older(a2=[0.2, 0.8, 0.5], b1=[0.6, 0.1, 0.5]))

    assert ["XSA.P.02", "XSA.P.00", "XSA.P.01"] == found.scores["unit"].to_list()
    assert_allclose([0.5, 1.4 / 3, 1.0 / 3], found.scores["score"].to_numpy())
    assert [1, 2, 3] == found.scores["rank"].to_list()
    assert [0.75] * 3 == found.scores["known"].to_list()
    assert [("2020", "a1", 0.25)] == found.absent.rows()


@pytest.mark.parametrize(
    ("missing", "expected"), [("skip", 0.6), ("zero", 0.3), ("null", None)]
)  # fmt: skip
def test_what_one_unit_lacks_is_treated_as_the_edition_says(
    missing: str, expected: float | None
) -> None:
    """A gap of a single unit is left out, counts nothing, or voids the score."""
    rows = older(a1=[None, 0.4], a2=[None, 0.4], b1=[0.6, 0.4])
    found = backcast(edition(missing=missing), rows, least=0.5).scores.sort("unit")

    assert expected == pytest.approx(found["score"][0])
    assert 0.4 == pytest.approx(found["score"][1])
    assert [0.5, 1.0] == found["known"].to_list()


def test_too_little_known_is_no_score() -> None:
    """A unit below the least share of points has neither score nor rank."""
    rows = older(a1=[0.5, 0.4], a2=[None, 0.4], b1=[None, 0.4])
    found = backcast(edition(missing="skip"), rows).scores.sort("unit")

    assert [None, 1] == found["rank"].to_list()
    assert found["score"][0] is None


def test_the_edition_of_the_time_stands_beside() -> None:
    """Of the same index the edition valid then is scored too, and the ranks compared."""
    then = edition("t-2020", "2019", "2021")
    foreign = edition("u-2020", "2019", "2021", index="u")
    later = edition("t-2030", "2029", "2031")
    rows = older(a1=[0.9, 0.4, 0.1], a2=[0.2, 0.8, 0.5], b1=[0.6, 0.1, 0.5])
    found = backcast(edition(tie="dense"), rows, [foreign, later, edition(), then])

    assert {"t-2020"} == set(found.scores["edition"])
    assert found.scores["score"].to_list() == found.scores["score_then"].to_list()
    assert found.scores["rank"].to_list() == found.scores["rank_then"].to_list()
    assert [("2020", "backcast", "then", 3, 1.0)] == found.agreement()[
        "period", "one", "other", "units", "spearman"
    ].rows()


def test_without_an_edition_of_the_time_nothing_is_compared() -> None:
    """Ranks stand alone, and there is no agreement to speak of."""
    found = backcast(edition(), older(a1=[0.9], a2=[0.2], b1=[0.6]))

    assert [None] == found.scores["rank_then"].to_list()
    assert found.agreement().is_empty()


def test_an_open_edition_is_valid_from_its_start_on() -> None:
    """An edition without an end counts for every later period."""
    then = edition("t-2010", "2010", "2010")
    endless = frameworks.read({
        "id": "t-open", "index": "t", "valid": ["2015"], "units": "XSA", "tie": "competition",
        "label": {"en": "T"}, "source": "invented", "node": [{"id": "top"}],
        "indicator": [{"id": "a1", "parents": ["top"], "points": 1, "rule": {"kind": "measured"}}],
    })  # fmt: skip
    found = backcast(edition(), older(a1=[0.9], a2=[0.2], b1=[0.6]), [then, endless])

    assert ["t-open"] == found.scores["edition"].to_list()


@pytest.mark.parametrize("least", [0.0, 1.1])
def test_what_cannot_be_asked_is_refused(least: float) -> None:
    """A share outside (0, 1] and data of another index are named."""
    with pytest.raises(InputError) as caught:
        backcast(edition(), older(a1=[0.5]), least=least)
    assert "index-share" == caught.value.code

    with pytest.raises(InputError) as caught:
        backcast(edition(), older(zz=[0.5]))
    assert "index-nothing-left" == caught.value.code


@pytest.mark.real
def test_todays_egdi_on_the_survey_of_2010(tmp_path: Path, shared_data: Path) -> None:
    """With equal weights the EGDI of 2010 moves by less than .002, and hardly any rank."""
    files = [str(shared_data / "egdi" / f"EGOV_DATA_{year}.csv") for year in (2008, 2010)]
    args = ["index", "backcast", "un-egdi-2022", *files, "-o", str(tmp_path)]
    CliRunner().invoke(root, args, catch_exceptions=False)
    told = pl.read_csv(tmp_path / "backcast.csv").filter(period=2010)
    vietnam = told.filter(unit="VNM").row(0, named=True)

    assert (0.44544, 0.44686) == pytest.approx((vietnam["score_then"], vietnam["score"]), abs=6e-5)
    scored = told.filter(pl.col("score_then") > 0)
    assert (scored["score"] - scored["score_then"]).abs().max() < 0.006
    agreed = pl.read_csv(tmp_path / "agreement.csv")
    assert [2008, 2010] == agreed["period"].to_list()
    assert (agreed["spearman"] > 0.999).all()
    asked = CliRunner().invoke(root, [*args, "--json"], catch_exceptions=False)
    assert '"spearman"' in asked.stdout
