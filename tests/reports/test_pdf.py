import io
from dataclasses import replace

import polars as pl
import pypdf
import pytest

from saola import language, reports
from saola.errors import InputError
from saola.reports import Subject

ONE = "XSA.P.08"


def opened(raw: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(raw))


def written(raw: bytes) -> str:
    """Read the text of all pages on one line."""
    return " ".join(" ".join(page.extract_text().split()) for page in opened(raw).pages)


def drawings(raw: bytes) -> list[str]:
    """Give what stands for each drawing where it is not seen."""
    reader = opened(raw)
    found = []
    for number in range(1, len(reader.xref[0]) + 1):
        thing = reader.get_object(number)
        if isinstance(thing, pypdf.generic.DictionaryObject) and thing.get("/S") == "/Figure":
            found.append(str(thing.get("/Alt", "")))
    return found


@pytest.fixture(scope="module")
def unit(subject: Subject) -> bytes:
    return reports.unit_pdf(subject, ONE, "vi")


@pytest.fixture(scope="module")
def run(subject: Subject) -> bytes:
    return reports.run_pdf(subject, "fr")


@pytest.mark.parametrize(("kind", "lang"), [("unit", "vi"), ("run", "fr")])
def test_pages_are_tagged_and_say_their_language_and_title(
    kind: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """A report claims PDF/UA-1 and has what a screen reader needs."""
    reader = opened(request.getfixturevalue(kind))
    root = reader.root_object

    assert root["/MarkInfo"]["/Marked"]
    assert lang == root["/Lang"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert "2026" in str(reader.metadata.title)
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()


def test_every_drawing_has_words(unit: bytes, run: bytes) -> None:
    """Each chart carries its heading and finding as the text that stands for it."""
    assert 3 == len(drawings(unit))
    assert 2 == len(drawings(run))
    assert all(len(said) > 40 for said in drawings(unit) + drawings(run))


def test_only_the_shipped_typeface_is_used(unit: bytes) -> None:
    """Vietnamese words are set in one typeface that the file carries."""
    fonts = {
        str(font["/BaseFont"])
        for page in opened(unit).pages
        for font in (each.get_object() for each in page["/Resources"]["/Font"].values())
    }

    assert fonts
    assert all("BeVietnamPro" in font for font in fonts)


def test_the_profile_says_score_rank_and_interval(unit: bytes, subject: Subject) -> None:
    """The numbers of the run stand in the profile, written as the language does."""
    row = subject.totals.filter((pl.col("unit") == ONE) & (pl.col("node") == "OA"))
    own = row.row(0, named=True)
    text = written(unit)

    assert language.number(own["score"] * 100, lang="vi", decimals=1) in text
    low, high = (language.number(own[n] * 100, lang="vi", decimals=1) for n in ("low", "high"))
    assert f"{low} – {high}" in text
    assert f"hạng {own['rank']} trên" in text
    assert "Mỹ Trạch" in text


def test_the_ranking_names_every_unit(run: bytes, subject: Subject) -> None:
    """No unit of the run is missing from its table, scored or not."""
    text = written(run)

    with language.use("fr"):
        names = [subject.name(code) for code in subject.totals["unit"].unique()]
    assert all(name in text for name in names)


def test_the_method_and_the_digests_are_told(run: bytes, subject: Subject) -> None:
    """Rules, source, licence and the SHA-256 of inputs, framework and scores stand at the end."""
    text = written(run).replace(" ", "")

    assert "cible90%" in text.replace("\u00a0", "")
    assert subject.run.scores in text
    assert subject.run.inputs in text
    assert "CCBY4.0" in text


def test_every_page_bears_the_badge_of_invented_figures(
    unit: bytes, run: bytes, subject: Subject
) -> None:
    """A synthetic run says so on each page; a real one on none."""
    real = replace(subject, run=replace(subject.run, synthetic=False))

    assert all("GIẢ LẬP" in page.extract_text() for page in opened(unit).pages)
    assert all("SYNTHÉTIQUE" in page.extract_text() for page in opened(run).pages)
    assert "SYNTHETIC" not in written(reports.unit_pdf(real, ONE, "en"))


def test_the_same_run_gives_the_same_bytes(unit: bytes, subject: Subject) -> None:
    """The file carries the date of the run, not that of its making."""
    assert unit == reports.unit_pdf(subject, ONE, "vi")
    created = opened(unit).metadata
    assert created is not None
    assert "20261121083200" in str(created["/CreationDate"])


def test_a_unit_outside_the_run_is_refused(subject: Subject) -> None:
    """The error names the unit and the run."""
    with pytest.raises(InputError) as caught:
        reports.unit_pdf(subject, "VNM", "en")

    assert "report-unit-absent" == caught.value.code
    assert subject.run.id in caught.value.expected("en")


def test_a_unit_that_reports_little_still_has_its_profile(subject: Subject) -> None:
    """Missing indicators show as a dash, and the summary says that some are missing."""
    text = written(reports.unit_pdf(subject, "XSA.P.14", "en"))

    assert "Some indicators missing" in text
    assert "–" in text


def test_a_run_without_history_intervals_and_inputs_still_has_its_pages(subject: Subject) -> None:
    """What is not known is left out, and the method says that intervals were not computed."""
    bare = replace(
        subject,
        scores=subject.scores.with_columns(
            **{name: pl.lit(None, subject.scores.schema[name])
               for name in ("low", "high", "rank_low", "rank_high")}
        ),
        observations=subject.observations.head(0),
        history=subject.history.head(0),
    )  # fmt: skip

    assert "interval not computed" in written(reports.unit_pdf(bare, ONE, "en"))
    assert "no intervals" in written(reports.run_pdf(bare, "en"))


def test_a_run_without_a_unit_still_has_its_pages(subject: Subject) -> None:
    """An empty run tells its method and its sources."""
    empty = replace(subject, scores=subject.scores.head(0), history=subject.history.head(0))

    assert "Method" in written(reports.run_pdf(empty, "en"))


def test_signs_without_a_shape_do_not_stop_the_pages(subject: Subject) -> None:
    """A name in a script that no shipped typeface has is set with marks in its place."""
    odd = replace(subject.framework, label={"en": "指数 Ω ∑ ← 𝒳 \u0007 ☃ العربية"})

    assert "Ω" in written(reports.run_pdf(replace(subject, framework=odd), "en"))


def test_quoted_values_are_shown_as_published(subject: Subject) -> None:
    """Where most scores are only published, they are ranked so, and no rank is made up."""
    root = pl.col("node") == "OA"
    nothing = {name: pl.lit(None, subject.scores.schema[name])
               for name in ("low", "high", "rank_low", "rank_high")}  # fmt: skip
    quoted = subject.scores.with_columns(
        score=pl.when(root & (pl.col("unit") == ONE)).then("score"),
        rank=pl.when(root & (pl.col("unit") == ONE)).then(1).cast(pl.Int32),
        points=pl.lit(None, pl.Float64),
        published_score=pl.when(root).then("score"),
        published_rank=pl.when(root).then("rank"),
        **nothing,
    )
    shown = replace(subject, scores=quoted, history=subject.history.head(0))
    profile = written(reports.unit_pdf(shown, ONE, "en"))

    assert "as published" in written(reports.run_pdf(shown, "en"))
    assert "As published" in profile
    assert "rank 1 of" not in profile
