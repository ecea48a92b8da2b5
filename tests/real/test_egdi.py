"""The United Nations' published tables, recomputed."""

from pathlib import Path

import polars as pl
import pytest

from saola import frameworks, observations, units
from saola.frameworks.doubts import implausible, misprints

pytestmark = pytest.mark.real

EXACT = (2004, 2005, 2010, 2012, 2014, 2016, 2018, 2020, 2022)
YEARS = sorted((*EXACT, 2003, 2008))

# Errors of the published tables, by edition: country → what is wrong.
MISPRINTS = {
    2008: {
        "KHM": "index printed .2989, its components give .3017",
        "CMR": "index printed .2734, its components give .2855",
    },
}

# Human capital above 1 in the edition of 2003.
IMPOSSIBLE = {"FSM": 1.422, "TUV": 1.03}


def scored(folder: Path, year: int) -> pl.DataFrame:
    reading = observations.read(folder / f"egdi/EGOV_DATA_{year}.csv", units.registry())
    assert reading.aside.is_empty()
    scores = frameworks.score(frameworks.framework(f"un-egdi-{year}"), reading.observations)
    return scores.filter(pl.col("node") == "EGDI")


@pytest.mark.parametrize("year", YEARS)
def test_recomputed_index_equals_the_published_one(shared_data: Path, year: int) -> None:
    """Wherever an index was published, it is within 1e-4, but for the misprints we can name."""
    found = scored(shared_data, year).filter(pl.col("published_score") > 0)
    off = found.filter((pl.col("score") - pl.col("published_score")).abs() > 1e-4)

    assert 173 <= found.height
    assert set(MISPRINTS.get(year, ())) == set(off["unit"])


@pytest.mark.parametrize("year", YEARS)
def test_ranking_published_values_gives_published_ranks(shared_data: Path, year: int) -> None:
    """By the tie rule of the edition every published rank comes out, without exception."""
    found = scored(shared_data, year).drop_nulls("published_rank")

    assert found["published_rank"].to_list() == found["rank_of_published"].to_list()


@pytest.mark.parametrize("year", [2003, 2004, 2005])
def test_before_2008_no_online_presence_is_an_index_of_zero(shared_data: Path, year: int) -> None:
    """Countries printed with zero come out as zero, whatever their other components."""
    found = scored(shared_data, year).filter(pl.col("published_score") == 0)

    assert 12 < found.height
    assert {0.0} == set(found["score"])


def test_the_impossible_values_of_2003_are_kept_and_named(shared_data: Path) -> None:
    """Two human capital values above 1 stay as published and show as above 1."""
    reading = observations.read(shared_data / "egdi/EGOV_DATA_2003.csv", units.registry())
    odd = reading.observations.filter((pl.col("indicator") == "un-hci") & (pl.col("value") > 1))

    assert IMPOSSIBLE == dict(odd.select("unit", "value").rows())


@pytest.mark.parametrize(("year", "expected"), [(2018, 0.54906), (2020, 0.59877), (2022, 0.61019)])
def test_the_world_mean_is_the_known_one(shared_data: Path, year: int, expected: float) -> None:
    """The mean of all countries as in the surveys."""
    assert expected == pytest.approx(scored(shared_data, year)["published_score"].mean(), abs=5e-6)


@pytest.mark.parametrize("year", YEARS)
def test_users_are_told_the_errors_of_each_table_and_of_no_other(
    shared_data: Path, year: int
) -> None:
    """What `saola score` names as doubtful are the misprints and the impossible values, no more."""
    reading = observations.read(shared_data / f"egdi/EGOV_DATA_{year}.csv", units.registry())
    edition = frameworks.framework(f"un-egdi-{year}")
    scores = frameworks.score(edition, reading.observations)

    odd = implausible(reading.observations, [edition])
    assert (IMPOSSIBLE if year == 2003 else {}) == dict(odd.select("unit", "found").rows())
    assert set(MISPRINTS.get(year, ())) == set(misprints(scores)["unit"])
