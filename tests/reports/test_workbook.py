import io
import zipfile
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
import python_calamine

from saola import language, reports
from saola.reports import Subject
from saola.reports.sheets import book

HEAD = 3


def sheets(raw: bytes) -> dict[str, list[list[Any]]]:
    """Read every sheet of a workbook."""
    found = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return {name: found.get_sheet_by_name(name).to_python() for name in found.sheet_names}


def parts(raw: bytes) -> dict[str, str]:
    """Read the XML parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


@pytest.fixture(scope="module")
def raw(subject: Subject) -> bytes:
    return reports.workbook(subject, "en")


def test_the_workbook_has_every_sheet_of_a_run(raw: bytes) -> None:
    """Cover, ranking, scores, points lost, framework, observations and notes, in this order."""
    expected = ["Cover", "Ranking", "Scores", "Points lost", "Framework", "Observations", "Notes"]

    assert expected == list(sheets(raw))


def test_scores_are_numbers_with_their_intervals(raw: bytes, subject: Subject) -> None:
    """A cell of a score holds the number itself, unrounded, not a text."""
    rows = sheets(raw)["Ranking"]
    first = dict(zip(rows[HEAD], rows[HEAD + 1], strict=False))
    best = subject.totals.filter(pl.col("node") == "OA").sort("rank").row(0, named=True)

    assert best["unit"] == first["Code"]
    assert best["score"] * 100 == pytest.approx(first["Score"], abs=1e-12)
    assert (1.0, 1.0, 3.0) == (first["Rank"], first["Best rank"], first["Worst rank"])


def test_every_score_of_the_run_is_in_the_table_of_scores(raw: bytes, subject: Subject) -> None:
    """Units × nodes holds each score of the totals, and nothing where there is none."""
    rows = sheets(raw)["Scores"]
    codes = [item.id for item in subject.shown]
    found = {
        (row[1], code): cell
        for row in rows[HEAD + 1 :]
        for code, cell in zip(codes, row[3:], strict=True)
    }

    for row in subject.totals.iter_rows(named=True):
        expected = "" if row["score"] is None else pytest.approx(row["score"] * 100)
        assert expected == found[row["unit"], row["node"]]


def test_points_lost_add_up_to_what_misses_in_the_index(raw: bytes, subject: Subject) -> None:
    """Where all indicators are known, the lost points are the most points less the points."""
    rows = sheets(raw)["Points lost"]
    lost = {row[1]: sum(cell for cell in row[3:] if cell != "") for row in rows[HEAD + 1 :]}
    whole = subject.totals.filter((pl.col("node") == "OA") & (pl.col("status") == "A"))

    for row in whole.iter_rows(named=True):
        assert row["max_points"] - row["points"] == pytest.approx(lost[row["unit"]])


def test_observations_say_their_check_and_source(raw: bytes, subject: Subject) -> None:
    """Every input is there with the value, how far it was checked and where it comes from."""
    rows = sheets(raw)["Observations"]
    first = dict(zip(rows[HEAD], rows[HEAD + 1], strict=False))

    assert subject.observations.height == len(rows) - HEAD - 1
    assert ("Synthetic", "Invented", 600.0) == (first["Check"], first["Source"], first["Value"])


def test_no_text_becomes_a_formula(raw: bytes) -> None:
    """A name that begins with an equals sign stays a text that an edit does not bring to life."""
    xml = parts(raw)

    assert "<t>=Tân Uyên</t>" in xml["xl/sharedStrings.xml"] or "=Tân Uyên" in str(xml)
    assert not any("<f>" in text for name, text in xml.items() if "worksheets" in name)
    assert 'quotePrefix="1"' in xml["xl/styles.xml"]


def test_every_sheet_bears_the_badge_of_invented_figures(raw: bytes, subject: Subject) -> None:
    """Each sheet of a synthetic run says so, also on paper; a real run never does."""
    real = replace(subject, run=replace(subject.run, synthetic=False))

    for name, rows in sheets(raw).items():
        assert rows[1][0].startswith("SYNTHETIC"), name
    printed = [text for name, text in parts(raw).items() if name.startswith("xl/worksheets/sheet")]
    assert all("SYNTHETIC" in text for text in printed)
    for rows in sheets(reports.workbook(real, "en")).values():
        assert not any("SYNTHETIC" in str(row) for row in rows[:3])


def test_heads_are_frozen_filtered_and_the_chart_is_described(raw: bytes) -> None:
    """Tables have a frozen head and a filter; the chart says in words what it shows."""
    xml = parts(raw)
    ranking = xml["xl/worksheets/sheet2.xml"]

    assert 'state="frozen"' in ranking
    assert any("<autoFilter" in text for name, text in xml.items() if "tables/" in name)
    assert "Bars of the score of" in "".join(t for n, t in xml.items() if "drawings/" in n)
    assert "<dc:title>" in xml["docProps/core.xml"]


def test_the_same_run_gives_the_same_bytes(raw: bytes, subject: Subject) -> None:
    """The file carries the date of the run, not that of its making."""
    assert raw == reports.workbook(subject, "en")
    assert "2026-11-21T08:32:00Z" in parts(raw)["docProps/core.xml"]


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_the_workbook_speaks_each_language(lang: str, subject: Subject) -> None:
    """Names of sheets fit the program's limit, and the label of the index is the language's."""
    found = sheets(reports.workbook(subject, lang))

    assert all(len(name) <= 31 for name in found)
    label = subject.framework.label[lang]
    assert all(label in rows[0][0] for rows in found.values())


def test_a_sheet_that_is_too_long_keeps_totals_and_says_so(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left out is counted in the note of the sheet, never silently."""
    monkeypatch.setattr("saola.reports.sheets.observations.ROWS", 20)
    monkeypatch.setattr(book, "ROWS", 20)
    rows = sheets(reports.workbook(subject, "en"))["Observations"]

    assert HEAD + 1 + 20 == len(rows)
    assert f"20 of {subject.observations.height} values" in rows[2][0]


def test_an_empty_run_still_makes_a_workbook(subject: Subject) -> None:
    """A run without a unit gives sheets with heads alone."""
    empty = replace(
        subject,
        scores=subject.scores.head(0),
        observations=subject.observations.head(0),
        history=subject.history.head(0),
    )

    assert "Ranking" in sheets(reports.workbook(empty, "en"))
