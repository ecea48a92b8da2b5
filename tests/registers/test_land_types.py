"""Land types: lists with versions, names of their own list, codes carried over to the newest."""

from pathlib import Path

import polars as pl
import pytest

from saola import language
from saola.server.land import land_types

OWN = (
    "list,code,group,vi,en,fr,successor,source\n"
    "2024,HNK,farm,a,b,c,QTC+QTD,own\n"
    "2030,QTC,farm,Đất thử,Trial land,Terre d'essai,,own\n"
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a workspace with a list of its own, in which a code of 2024 falls into two."""
    (tmp_path / "land").mkdir()
    (tmp_path / "land" / "land_types.csv").write_text(OWN, encoding="utf-8")
    return tmp_path


def test_a_code_is_of_the_newest_list_that_has_it() -> None:
    """What both lists have is of 2024, what only the older has stays of 2014."""
    found = land_types.codes()

    assert "2024" == land_types.current()
    assert ("2024", "2024", "2014") == (found["LUC"], found["CNT"], found["BHK"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("BHK", "HNK"),
        ("BHK+NHK", "HNK"),  # two that became one are named once
        ("ONT+LUN", "ONT+LUK"),
        ("DDT", "DDD"),
        ("SKX", "SKX"),  # no single code took its place
        ("???", "???"),
    ],
)
def test_codes_are_carried_over_to_the_newest_list(old: str, new: str) -> None:
    """Each code of several becomes its successor; one without stays as it is."""
    assert new == land_types.crosswalk(old)


def test_codes_are_carried_from_list_to_list(own: Path) -> None:
    """A code goes on to the successor of its successor, which may be several."""
    assert "QTC+QTD" == land_types.crosswalk("BHK", own)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("2025-own,BHK,farm,x,x,x,,own\n", "BHK"),  # an older list carries it on, this one has it
        ("2030,XA,x,,,,XB,\n2031,XB,x,,,,XA,\n", "XA"),  # codes that name each other end there
    ],
)
def test_the_newest_list_that_has_a_code_says_what_became_of_it(
    own: Path, rows: str, code: str
) -> None:
    """A code that it keeps stays, and lists that lead back do not hang."""
    head = OWN.partition("\n")[0]
    (own / "land" / "land_types.csv").write_text(f"{head}\n{rows}", encoding="utf-8")

    assert code == land_types.crosswalk(code, own)


def test_a_code_has_the_name_of_its_own_list(own: Path) -> None:
    """The same code is named as its list named it, in the reader's language."""
    with language.use("vi"):
        assert "Đất chuyên trồng lúa nước" == land_types.said("LUC", "2014")
        assert "Đất chuyên trồng lúa" == land_types.said("LUC", "2024")
        assert "Đất thử, ???" == land_types.said("QTC+???", "2030", own)
    with language.use("fr"):
        assert "Terre d'essai" == land_types.said("QTC", home=own)


def test_every_type_has_a_name_in_three_languages_and_a_source() -> None:
    """No cell that is shown is empty, no code stands twice in a list, successors exist."""
    every = land_types.table()
    shown = every.select("list", "code", "group", "vi", "en", "fr", "source")
    later = every.filter(pl.col("successor") != "")["successor"].str.split("+").explode()

    assert 0 == sum(shown.null_count().row(0))
    assert every.height == every.unique(["list", "code"]).height
    assert set(later) <= set(every.filter(pl.col("list") == "2024")["code"])
