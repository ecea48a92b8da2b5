"""A unit's page opens on an index that assesses the unit."""

import datetime as dt
from pathlib import Path

import pytest

from saola import demo
from saola.server.portal.reading import Reader
from saola.server.portal.unit import assessing
from saola.server.portal.view import View


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    home: Path = tmp_path_factory.mktemp("elsewhere") / "home"
    when = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    workspace = demo.build(
        home, when=when, communes=40, provinces=3, quarters=demo.QUARTERS[:1]
    )  # fmt: skip
    reader = Reader(workspace, "")
    return View(reader, reader.editions["online-activity"][-1], False, {}, "en")


@pytest.mark.parametrize(
    ("code", "index"),
    [
        ("XSA.P.01", "online-activity"),
        ("XSA.C.00001", "online-activity-commune"),
        ("SGP", "un-egdi"),
        ("FRA", "online-activity"),
    ],
)
def test_where_no_index_is_named_one_that_knows_the_unit_is_shown(
    view: View, code: str, index: str
) -> None:
    """A commune opens on the communes' index, a unit that none assesses on the first."""
    assert index == assessing(view, code, named=False).framework.index


def test_an_index_that_is_named_stays(view: View) -> None:
    """Who asks for an index gets it, even where it does not assess the unit."""
    assert view == assessing(view, "XSA.C.00001", named=True)
