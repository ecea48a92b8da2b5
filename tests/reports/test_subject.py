import datetime as dt
import io
from dataclasses import replace

import polars as pl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from saola import frameworks, language, reports
from saola.reports import Subject
from saola.reports.facts import cover, made
from saola.reports.formula import formula
from saola.reports.sheets.book import HEAD, Book, Column


@pytest.fixture
def mixed(subject: Subject) -> Subject:
    """The run with the country among the provinces, as runs of several kinds have it."""
    own = subject.scores.filter(pl.col("unit") == "XSA.P.12").with_columns(unit=pl.lit("XSA"))
    return replace(subject, scores=pl.concat([subject.scores, own]))


def test_each_kind_of_unit_is_ranked_among_itself(mixed: Subject) -> None:
    """The country has rank 1 of countries, and takes no rank from a province."""
    assert ["country", "province"] == mixed.kinds
    assert [1] == mixed.ranking("country")["rank"].to_list()
    assert list(range(1, 15)) == mixed.ranking("province")["rank"].to_list()


def test_each_group_is_ranked_among_itself(mixed: Subject) -> None:
    """Units of two rank groups have a first each, and groups stand one after the other."""
    low = pl.col("unit") < "XSA.P.08"
    scores = mixed.scores.with_columns(group=pl.when(low).then(pl.lit("A")).otherwise(pl.lit("B")))
    ranking = replace(mixed, scores=scores).ranking("province")

    assert ["A"] * 7 + ["B"] * 7 == ranking["group"].to_list()
    assert list(range(1, 8)) * 2 == ranking["rank"].to_list()


def test_units_without_a_score_come_last_in_the_order_of_words(subject: Subject) -> None:
    """Where nothing ranks them, units stand as a Vietnamese dictionary has them."""
    empty = subject.scores.with_columns(score=pl.lit(None, pl.Float64), rank=pl.lit(None, pl.Int32))
    with language.use("vi"):
        labels = replace(subject, scores=empty).ranking("province")["label"].to_list()

    assert sorted(labels, key=language.sort_key) == labels
    assert labels.index("Bình Khê") < labels.index("Đông Hải") < labels.index("Gia Phước")


def test_a_report_of_a_mixed_run_has_a_part_for_each_kind(mixed: Subject) -> None:
    """Pages, workbook and profile are made of a run of several kinds too."""
    assert reports.run_pdf(mixed, "en").startswith(b"%PDF")
    assert reports.unit_pdf(mixed, "XSA", "en").startswith(b"%PDF")
    assert reports.workbook(mixed, "en").startswith(b"PK")


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("code", sorted(frameworks.catalogue()))
def test_every_rule_of_the_catalogue_has_a_formula(code: str, lang: str) -> None:
    """No rule of a shipped framework is written by the name of its kind alone."""
    edition = frameworks.framework(code)

    with language.use(lang):
        for indicator in edition.indicators:
            said = formula(edition, indicator)
            assert said
            assert not said.startswith(f"{indicator.rule.kind}:")


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


@given(cells=st.lists(TEXTS, min_size=1, max_size=5))
def test_any_text_comes_back_from_a_sheet_as_text(cells: list[str]) -> None:
    """Whatever a name begins with, the cell holds that text and no formula."""
    book = Book(
        title="t",
        subject="s",
        made=dt.datetime(2026, 1, 1),  # noqa: DTZ001  (a file's property has no zone)
        synthetic=False,
        number_format="0.0",
    )
    frame = pl.DataFrame({"name": cells}, schema={"name": pl.String})
    book.table(book.sheet("Sheet", "Title"), frame, [Column("name", "Name")])
    raw = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book.bytes()))
    rows = raw.get_sheet_by_name("Sheet").to_python()

    found = [str(row[0]) for row in rows[HEAD + 1 :]]
    assert [c for c in cells if c.strip()] == [c for c in found if c.strip()]


def test_the_cover_says_the_time_of_the_zone(subject: Subject) -> None:
    """People read the time where the office is, and how far that is from UTC."""
    there = replace(subject, zone=dt.timezone(dt.timedelta(hours=7)))

    def said(of: Subject) -> str:
        return dict(cover(of))["Computed on"]

    assert language.moment(made(subject), dt.UTC) == said(subject)
    assert language.moment(made(subject), there.zone) == said(there)
    assert said(there).endswith(" UTC+7")
