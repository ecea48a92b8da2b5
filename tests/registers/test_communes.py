# ruff: noqa: ARG001  (fixtures make the workspace)
"""A file names communes that there are: of today where somebody lives, of its time where born."""

import datetime as dt
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from saola.linkage import register_file
from saola.periods import Period
from saola.server.land import file_check
from saola.server.land.models import Transaction, Version
from saola.server.population import digitised, models
from saola.server.population.register import register as population
from saola.server.registries import intake
from saola.server.registries.communes import NOWHERE
from saola.server.registries.digitised import observed

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room
from register_visitors import account_with, signed_in

DATABASE = "population"
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
# Two communes went into one whole, a third was divided; Hòa An bears the number of one before it.
UNITS = """code,kind,parent,vi,en,fr,from,to,lat,lon,source
XSA,country,,Sa,Sa,Sa,,,,,invented
XSA.P.01,province,XSA,Núi Cao,Nui Cao,Nui Cao,,,,,invented
XSA.C.00001,commune,XSA.P.01,Long Biên,Long Bien,Long Bien,,,,,invented
XSA.C.00002,commune,XSA.P.01,Bãi Cũ,Bai Cu,Bai Cu,,2025-06-30,,,invented
XSA.C.00003,commune,XSA.P.01,Đồi Chia,Doi Chia,Doi Chia,,2025-06-30,,,invented
XSA.C.00004,commune,XSA.P.01,Hòa An,Hoa An,Hoa An,,2025-06-30,,,invented
XSA.C.00004@2025,commune,XSA.P.01,Hòa An,Hoa An,Hoa An,2025-07-01,,,,invented
XSA.C.00005,commune,XSA.P.01,Xưa Xưa,Xua Xua,Xua Xua,,1954-07-20,,,invented
"""
LINEAGE = """from,to,date,share,rule,source
XSA.C.00002,XSA.C.00004@2025,2025-07-01,1,sum,invented
XSA.C.00003,XSA.C.00001,2025-07-01,0.4,sum,invented
XSA.C.00003,XSA.C.00004@2025,2025-07-01,0.6,sum,invented
"""


@pytest.fixture
def communes(home: Path) -> Iterator[None]:
    """A workspace that knows some communes, and what became of them."""
    folder, kept = home / "units", home / "units-of-other-tests"
    if folder.exists():
        folder.rename(kept)
    folder.mkdir()
    (folder / "units.csv").write_text(UNITS, "utf-8")
    (folder / "lineage.csv").write_text(LINEAGE, "utf-8")
    yield
    shutil.rmtree(folder)
    if kept.exists():
        kept.rename(folder)


@pytest.fixture
def take(emptied: Callable[[], None], home: Path, tmp_path: Path) -> Callable[..., Any]:
    """Takes rows into the empty register, each as told."""
    emptied()

    def put(rows: list[dict[str, str | None]]) -> Any:
        people = register_file.people(len(rows) + 1, seed=3, faulty=0.0)[: len(rows)]
        told = pl.DataFrame(rows, schema=dict.fromkeys({key for row in rows for key in row}, str))
        file = tmp_path / "people.csv"
        kept = people.select(pl.exclude(told.columns)).hstack(told)
        kept.write_csv(file)
        return intake.run(population(), file, home=home, who="clerk", now=lambda: NOW)

    return put


def _homes() -> list[str]:
    rows = models.Residence.objects.using(DATABASE).filter(kind="permanent").order_by("person")
    return list(rows.values_list("commune", flat=True))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("XSA.C.00001", "XSA.C.00001"),
        ("00001", "XSA.C.00001"),
        ("1", "XSA.C.00001"),
        ("long bien", "XSA.C.00001"),
        ("Xã Long Biên, Tỉnh Núi Cao", "XSA.C.00001"),
        ("XSA.C.00002", "XSA.C.00004@2025"),
        ("Xã Bãi Cũ", "XSA.C.00004@2025"),
    ],
)
def test_a_commune_is_kept_under_its_code_of_today(
    communes: None, take: Callable[..., Any], written: str, kept: str
) -> None:
    """Code, official number and full name mean a commune; one that all of another took stands."""
    found = take([{"commune": written}])

    assert 1 == found.accepted, found.reasons
    assert [kept] == _homes()
    told = json.loads(models.Event.objects.using(DATABASE).get().changes)
    assert written == told.get("written", {}).get("commune", written)
    assert (written != kept) == ("written" in told)


@pytest.mark.parametrize(
    ("written", "reason", "said"),
    [
        ("XSA.C.99999", "commune-unknown", ""),
        ("99999", "commune-unknown", ""),
        ("XSA.P.01", "commune-unknown", ""),
        ("Long Biên, Huyện Khác", "commune-unknown", ""),
        ("x" * 5_000, "commune-unknown", ""),
        ("00004", "commune-several", "Hoa An, Nui Cao (XSA.C.00004); Hoa An, Nui Cao (XSA.C.0000"),
        ("Hòa An", "commune-several", "XSA.C.00004@2025"),
        ("XSA.C.00003", "commune-abolished", "now: Long Bien, Nui Cao (XSA.C.00001); Hoa An, "),
        ("XSA.C.00004", "commune-abolished", "no successor is known"),
    ],
)
def test_a_commune_that_is_not_clear_waits_with_the_reason(
    communes: None, take: Callable[..., Any], written: str, reason: str, said: str
) -> None:
    """What is no commune is set aside; what was divided goes to review, its successors named."""
    found = take([{"commune": written}, {"commune": "XSA.C.00001"}])

    assert {reason: 1} == dict(found.reasons)
    assert (1, reason.endswith("abolished")) == (found.accepted, found.review == 1)
    beside = pl.read_csv(found.file, infer_schema=False)
    assert said in beside["reasons_in_words"][0]
    assert beside["reasons_in_words"][0].startswith("Commune of permanent residence: ")


def test_old_papers_name_communes_of_their_time(communes: None, take: Callable[..., Any]) -> None:
    """Birth and last home of the dead may be where a commune stood; not where none did any more."""
    old, now = "XSA.C.00003", "XSA.C.00001"
    early, late = {"born": "1950-05-05", "number": None}, {"born": "2025-12-01", "number": None}
    found = take(
        [
            {"commune": old, "died": "2024-01-01", "birth_place": old, **early},
            {"commune": now, "died": None, "birth_place": "XSA.C.00005", **early},
            {"commune": now, "died": None, "birth_place": "XSA.C.00005", **late},
            {"commune": now, "died": None, "birth_place": "XSA.C.77777", **late},
            {"commune": now, "died": None, "birth_place": "Nhà hộ sinh A, Sa", **late},
            {"commune": now, "died": None, "birth_place": "079", **late},
            {"commune": now, "died": None, "birth_place": "00002", **early},
            {"commune": now, "died": None, "birth_place": "00004", **late},
            {"commune": now, "died": None, "birth_place": "VNM.C.00004", **late},
        ]
    )

    assert {"birth_place-abolished": 1, "birth_place-unknown": 1} == dict(found.reasons)
    assert [old, *[now] * 6] == _homes()
    born = (
        models.Person.objects.using(DATABASE).order_by("pk").values_list("birth_place", flat=True)
    )
    assert [old, "XSA.C.00005", "Nhà hộ sinh A, Sa", "079", "XSA.C.00002", "00004"] == list(born)[
        :6
    ]


def test_where_no_commune_is_known_all_pass(take: Callable[..., Any]) -> None:
    """A workspace without communes of its country takes any code that fits, and says so once."""
    found = take([{"commune": "ANY.C.1"}, {"commune": "x" * 21}])

    assert found.unchecked
    assert (1, {"commune-long": 1}) == (found.accepted, dict(found.reasons))


def test_rows_mended_by_their_words_come_back(
    communes: None, take: Callable[..., Any], home: Path
) -> None:
    """The file to be corrected says reasons in words; with them still in it, it is taken in."""
    first = take([{"commune": "XSA.C.00003"}, {"commune": "nowhere"}, {"commune": "00001"}])
    beside = pl.read_csv(first.file, infer_schema=False)
    mended = first.file.with_name("mended.csv")
    beside.with_columns(commune=pl.lit("XSA.C.00001")).write_csv(mended)
    second = intake.run(population(), mended, home=home, who="clerk", now=lambda: NOW)

    assert (2, [first.batch]) == (second.accepted, second.corrects)
    assert ["XSA.C.00001"] * 3 == _homes()
    intake.undo(population(), second.batch, now=lambda: NOW)
    assert ["XSA.C.00001"] == _homes()


def test_the_desk_sees_the_successors(communes: None, take: Callable[..., Any]) -> None:
    """An intake's page names successors and counts whom they took; a person's, what was written."""
    found = take([{"commune": "XSA.C.00003"}, {"commune": "Bãi Cũ"}])
    clerk = signed_in(account_with("clerk"))
    page = clerk.get(f"/en/registers/population/intake/{found.batch}/").content.decode()
    key = models.Person.objects.using(DATABASE).get().pk
    record = clerk.get(f"/en/population/{key}/").content.decode()

    assert "Long Bien, Nui Cao (XSA.C.00001)" in page
    assert "Rows whose commune went as a whole into another, kept there: 1" in page
    assert "written: Commune of permanent residence: Bãi Cũ" in record


def test_rows_of_no_commune_are_counted_together(communes: None, take: Callable[..., Any]) -> None:
    """Texts that are no commune make one row, the last, and no figure of a unit."""
    odd = ["Không Có", "XSA.C.99999", "Hòa An"]
    take([{"commune": text} for text in ["00001", *odd]])
    counted = digitised.counts()
    keyed = counted.filter(step="keyed").select("commune", "records")
    page = signed_in(account_with("clerk")).get("/en/registers/population/progress/")
    body = page.content.decode().rpartition("<tbody>")[2]

    assert {"XSA.C.00001": 1, NOWHERE: 3} == dict(keyed.iter_rows())
    assert ["XSA.C.00001"] == sorted({row["unit"] for row in _observed(counted)})
    assert body.index("Long Bien") < body.index("commune unknown")
    assert not any(text in body for text in odd)


def _observed(counted: pl.DataFrame) -> list[dict[str, Any]]:
    return observed(counted, Period.parse("2026-Q4"), DATABASE)


def test_a_parcel_keeps_its_older_key(communes: None, home: Path, tmp_path: Path) -> None:
    """A parcel lies in the commune of today under the key of its sheet; a divided one waits."""
    room.empty()
    rows = room.rows(3, commune=["XSA.C.00002", "XSA.C.00003", "Long Biên"])
    file = tmp_path / "parcels.csv"
    rows.write_csv(file)
    tried = intake.rehearse(room.register(home), file, home=home, today=room.DAY)
    found = room.take(file, home)

    assert {"commune-abolished": 1} == dict(found.reasons) == dict(tried.reasons)
    assert (1, 1) == (tried.carried, found.carried)
    assert (2, 1) == (found.accepted, found.review)
    kept = Version.objects.using("land").order_by("parcel").values_list("commune", "key")
    expected = [("XSA.C.00004@2025", "XSA.C.00002/1/1"), ("XSA.C.00001", "XSA.C.00001/1/3")]
    assert expected == list(kept)
    entry = Transaction.objects.using("land").order_by("id").first()
    assert {"row": 1, "written": {"commune": "XSA.C.00002"}} == json.loads(entry.changes)
    assert "key-taken" in room.take(_again(file), home).reasons


def _again(file: Path) -> Path:
    other = file.with_name("again.csv")
    pl.read_csv(file, infer_schema=False).with_columns(
        sheet=pl.lit("1"), origin=pl.lit("x")
    ).write_csv(other)
    return other


def test_a_file_of_parcels_is_checked_for_communes(
    communes: None, home: Path, tmp_path: Path
) -> None:
    """`land check FILE` names rows of no commune, and still checks their shapes."""
    rows = room.rows(4, commune=["nowhere", "XSA.C.00003", "00001", "XSA.C.00001"])
    rows = rows.with_columns(geometry=pl.lit(rows["geometry"][0]))
    file = tmp_path / "parcels.csv"
    rows.write_csv(file)
    found = file_check.run(file, home=home, epsg=5897, today=room.DAY).findings

    named = found.filter(pl.col("rule").str.starts_with("commune-")).select("rule", "parcel").rows()
    assert [("commune-unknown", 1), ("commune-abolished", 2)] == named
    assert {1, 2, 3, 4} == set(
        found.filter(pl.col("rule") == "overlap").select("parcel", "other").unpivot()["value"]
    )
    one = file_check.run(file, home=home, epsg=5897, today=room.DAY, commune="Long Biên")
    assert 2 == one.rows


def test_a_form_takes_a_name_and_offers_those_like_it(
    communes: None, take: Callable[..., Any]
) -> None:
    """A name typed without marks is a commune; of several, or none, those like it are offered."""
    take([{"commune": "XSA.C.00001"}])
    key = models.Person.objects.using(DATABASE).get().pk
    clerk = signed_in(account_with("clerk"))
    form = {"day": "2026-11-01", "reason": "paper 1", "address": "2 B"}

    part = clerk.get("/en/registers/population/communes/", {"commune": "hoa"}).content.decode()
    none = clerk.get("/en/registers/population/communes/", {"commune": "zzzz"}).content.decode()
    wrong = clerk.post(f"/en/population/{key}/move/", {**form, "commune": "Lonh Bien"})

    assert 'value="XSA.C.00004@2025"' in part
    assert "Hoa An, Nui Cao" in part
    assert 'XSA.C.00004"' not in part
    assert "No commune is called so." in none
    assert 'name="commune-chosen" value="XSA.C.00001"' in wrong.content.decode()
    said = {**form, "commune": "Lonh Bien", "commune-chosen": "XSA.C.00004@2025"}
    assert 302 == clerk.post(f"/en/population/{key}/move/", said).status_code
    lives = models.Residence.objects.using(DATABASE).filter(end=None, superseded=None)
    assert ["XSA.C.00004@2025"] == list(lives.values_list("commune", flat=True))


def test_a_birth_is_recorded_in_a_commune_by_its_name(
    communes: None, take: Callable[..., Any]
) -> None:
    """A birth names its commune as a move does, within the officer's reach."""
    take([{"commune": "XSA.C.00001"}])
    clerk = signed_in(account_with("clerk"))
    child = {"name": "Phạm Thị Bé", "born": "2026-11-01", "sex": "F", "reason": "paper 2"}
    answer = clerk.post("/vi/population/birth/", {**child, "commune": "Xã Long Biên, Núi Cao"})

    assert 302 == answer.status_code
    assert ["XSA.C.00001"] * 2 == _homes()


@pytest.mark.parametrize("unit", ["XSA.C.00002", "XSA.C.00004@2025"])
def test_a_birth_needs_the_reach_of_the_commune_that_is_kept(
    communes: None, take: Callable[..., Any], unit: str
) -> None:
    """A child born in a commune abolished since is kept, and so recorded, where its heir is."""
    take([{"commune": "XSA.C.00001"}])
    clerk = signed_in(account_with("clerk", unit=unit))
    child = {"name": "Phạm Thị Bé", "born": "2025-05-01", "sex": "F", "reason": "paper 2"}
    answer = clerk.post("/en/population/birth/", {**child, "commune": "XSA.C.00002"})

    reached = unit == "XSA.C.00004@2025"
    assert (302 if reached else 200) == answer.status_code
    assert ["XSA.C.00001", *(["XSA.C.00004@2025"] if reached else [])] == _homes()


def test_findings_are_filtered_by_the_name_of_a_commune(communes: None, home: Path) -> None:
    """The filter of the land register's findings takes a name and shows its code."""
    officer = signed_in(account_with("land"))
    page = officer.get("/en/land/findings/", {"commune": "long bien"}).content.decode()

    assert 'value="XSA.C.00001"' in page
