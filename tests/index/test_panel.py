from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from saola.cli.main import root
from saola.errors import InputError
from saola.index import Table, Tree, recipe_of
from saola.index.panel import changes, panel, studies
from saola.index.study import Sample

ROWS = [{"step": "normalise"}, {"step": "weigh", "noise": 0.25}]


def two(small: tuple[Table, Tree]) -> dict[str, tuple[Table, Tree, object]]:
    table, tree = small
    values = table.values.copy()
    values[0] = [8.0, 70.0, 10.0, 0.5]
    later = Table(table.units, table.indicators, values)
    return {"2020": (table, tree, recipe_of(ROWS)), "2022": (later, tree, recipe_of(ROWS))}


def test_what_rises_in_every_draw_is_told(small: tuple[Table, Tree]) -> None:
    """A unit that goes from last to first rose for certain; pushed down, another fell."""
    found = studies(two(small), Sample(64, 1))
    told = changes(found["2020"], found["2022"])

    assert ("rose", 1.0) == told.filter(unit="U").select("told", "rose").row(0)
    assert (6, 1) == told.filter(unit="U").select("rank_from", "rank_to").row(0)
    assert "fell" == told.filter(unit="Z")["told"][0]
    rows = panel(found)
    assert 12 == rows.height
    assert (rows["rank_low"] <= rows["rank_high"]).all()


def test_editions_are_compared_draw_by_draw(small: tuple[Table, Tree]) -> None:
    """Both editions take the same weights in the same draw; studies of two seeds do not compare."""
    found = studies(two(small), Sample(64, 1))
    other = studies(two(small), Sample(64, 2))

    assert found["2020"].weights().tolist() == found["2022"].weights().tolist()
    with pytest.raises(InputError) as caught:
        changes(found["2020"], other["2022"])
    assert "index-draws-differ" == caught.value.code


def test_an_equal_rank_counts_half(small: tuple[Table, Tree]) -> None:
    """Held against itself an edition raised nobody and lowered nobody: half of each, and open."""
    found = studies(two(small), Sample(64, 1))["2020"]
    told = changes(found, found)

    assert {0.5} == set(told["rose"])
    assert {"open"} == set(told["told"])


@pytest.mark.real
def test_ten_years_of_the_un_survey_stand_on_one_page(tmp_path: Path, shared_data: Path) -> None:
    """EGDI 2012-2022: the page shows which countries' ranks really differ and who really moved."""
    years = (2012, 2016, 2022)
    files = [str(shared_data / "egdi" / f"EGOV_DATA_{year}.csv") for year in years]
    args = ["index", "panel", "un-egdi", *files, "--draws", "200", "-o", str(tmp_path)]
    CliRunner().invoke(root, args, catch_exceptions=False)
    told = pl.read_csv(tmp_path / "changes.csv")
    rows = pl.read_csv(tmp_path / "panel.csv")

    assert 193 == told.height
    assert set(years) == set(rows["period"])
    assert {"rose", "fell", "open"} == set(told["told"])
    assert np.isfinite(rows["score"].to_numpy()).sum() > 570
    assert 1 == len(PdfReader(BytesIO((tmp_path / "panel.pdf").read_bytes())).pages)
