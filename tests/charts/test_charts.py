import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from saola import charts, language
from saola.charts import palette, render
from saola.charts.chart import Chart, Scale
from saola.charts.slim import slim


def made(kind: str, frame: pl.DataFrame, lang: str = "en", **more: Any) -> Chart:
    """Make a chart by its name."""
    chart: Chart = getattr(charts, kind)(frame, lang, **more)
    return chart


def test_every_chart_says_what_it_shows(kind: str, frame: pl.DataFrame) -> None:
    """Title, a finding that ends as a sentence does, and the sentence in the specification."""
    chart = made(kind, frame)

    assert chart.title
    assert chart.finding.endswith(".")
    assert chart.finding == chart.spec["description"]
    assert f"{chart.title}. {chart.finding}" == chart.alt


def test_every_chart_speaks_three_languages(kind: str, frame: pl.DataFrame) -> None:
    """Finding, title and headings differ by language; none stays English or keeps a brace."""
    said = {lang: made(kind, frame, lang) for lang in language.LANGUAGES}

    assert 3 == len({chart.finding for chart in said.values()})
    assert said["en"].title not in {said["vi"].title, said["fr"].title}
    assert not any(re.search(r"[{}]", chart.alt) for chart in said.values())


def test_the_table_holds_every_row_drawn(kind: str, frame: pl.DataFrame) -> None:
    """The table behind a chart has a heading for each column and as many rows as the frame."""
    chart = made(kind, frame)

    assert set(chart.table.columns) == set(chart.headings)
    assert frame.height == chart.table.height


def test_an_empty_frame_is_no_error(kind: str, frame: pl.DataFrame) -> None:
    """Nothing to show gives a chart that says so."""
    chart = made(kind, frame.clear())

    assert chart.empty
    assert chart.finding
    assert b"<svg" in render.draw(chart)


def test_drawing_uses_one_typeface_and_known_colours(kind: str, frame: pl.DataFrame) -> None:
    """Every label is set in the shipped typeface; every colour has a name."""
    svg = render.draw(made(kind, frame, "vi")).decode()
    known = {light for light, _ in palette.COLOURS.values()}
    colours = set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg))

    assert {"Be Vietnam Pro"} >= set(re.findall(r'font-family="([^"]+)"', svg))
    assert "<text" in svg
    assert set() == colours - known


def test_page_version_obeys_a_strict_policy(kind: str, frame: pl.DataFrame) -> None:
    """No style attribute, no colour of one theme, no name shared with another drawing."""
    svg = render.inline(render.draw(made(kind, frame)).decode(), "one")

    assert not re.search(r'style="|#[0-9a-f]{6}', svg)
    assert all(name.startswith("one-") for name in re.findall(r'id="([^"]+)"', svg))
    assert 'aria-hidden="true"' in svg


def test_on_a_phone_a_chart_fits_and_stays_in_the_palette(kind: str, frame: pl.DataFrame) -> None:
    """The narrow layout is at most 300 pixels wide, with no colour and no number of its own."""
    chart = made(kind, frame, "vi")
    narrow = slim(chart)
    if narrow is None:
        assert kind in {"duels", "settling", "staircase"}
        return
    svg = render.draw(narrow).decode()
    (width,) = re.findall(r'^<svg[^>]* width="([\d.]+)"', svg)
    known = {light for light, _ in palette.COLOURS.values()}

    assert float(width) <= 300
    assert set() == set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg)) - known
    assert chart.table.equals(narrow.table)
    assert chart.digest != narrow.digest


@pytest.mark.parametrize("kind", ["lost", "compare"], indirect=True)
def test_on_a_phone_a_chart_may_have_no_mark(kind: str, frame: pl.DataFrame) -> None:
    """Where no point is lost, or no rank is known, an empty drawing fits the screen too."""
    full = {"lost": {"points": pl.col("max_points")}, "compare": {"score": None}}
    narrow = slim(made(kind, frame.with_columns(**full[kind]), "vi"))
    assert narrow is not None
    (width,) = re.findall(r'^<svg[^>]* width="([\d.]+)"', render.draw(narrow).decode())

    assert float(width) <= 300


@pytest.mark.parametrize("kind", ["icicle"], indirect=True)
def test_on_a_phone_a_tree_is_a_list(kind: str, frame: pl.DataFrame) -> None:
    """Every part is named, indented under what it belongs to, with its weight in the index."""
    narrow = slim(made(kind, frame, "vi"))
    assert narrow is not None
    (rows,) = narrow.spec["datasets"].values()
    labels = ["Chỉ số", "Hạ tầng số", "Cáp quang", "Nhân lực số", "Kỹ năng", "Trống"]

    assert labels == [" ".join(row["name"].split("\n")) for row in rows]
    assert [0, 10, 20, 10, 20, 20] == [row["from"] for row in rows]
    assert ["100,0%", "60,0%"] == [row["weight"] for row in rows[:2]]
    widths = [row["to"] - row["from"] for row in rows]
    assert widths[0] * 0.6 == pytest.approx(widths[1]) == pytest.approx(widths[2])
    assert widths[-1] == 0
    svg = render.draw(narrow).decode()
    assert all(f">{label}<" in svg for label in labels)


@pytest.mark.parametrize("kind", ["heat", "tiles", "areas"], indirect=True)
@pytest.mark.parametrize("top", [100, 1])
def test_colours_have_a_legend(kind: str, frame: pl.DataFrame, top: float) -> None:
    """Every step of colour is told with the scores it stands for, as the index writes them."""
    more = {} if kind == "heat" else {"scale": Scale(top=top)}
    svg = render.draw(made(kind, frame, "vi", **more)).decode()
    spans = ("0,3–0,4", "0,8–1,0") if more and top == 1 else ("30–40", "80–100")

    assert all(f">{span}<" in svg for span in spans)


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("kind", ["tiles", "areas"], indirect=True)
def test_a_map_tells_of_units_it_cannot_draw(kind: str, frame: pl.DataFrame, lang: str) -> None:
    """Sentence and table are about every unit; those without a place are named, not drawn."""
    place = {"tiles": "row", "areas": "geometry"}[kind]
    top = pl.col("label") == "Huế"
    told = frame.with_columns(
        pl.when(~top).then(place).alias(place), score=pl.when(top).then(0.99).otherwise(0.25)
    )
    chart = made(kind, told, lang)
    start, end = {
        "vi": ("Cao nhất là Huế", "Không có chỗ trên bản đồ: Huế."),
        "en": ("Highest is Huế", "Without a place on the map: Huế."),
        "fr": ("Le plus haut est Huế", "Sans place sur la carte\u00a0: Huế."),
    }[lang]

    assert (True, True) == (chart.finding.startswith(start), chart.finding.endswith(end))
    assert 4 == chart.table.height
    assert "Huế" not in json.dumps({**chart.spec, "description": ""}, ensure_ascii=False)


@pytest.mark.parametrize("kind", ["tiles", "areas"], indirect=True)
def test_a_map_does_not_call_lowest_what_it_does_not_know(kind: str, frame: pl.DataFrame) -> None:
    """Where units have no score, the sentence says of how many it speaks."""
    some = frame.with_columns(score=pl.when(pl.col("label") != "Huế").then("score"))

    assert made(kind, some, "en").finding.startswith("Of 3 units with a figure, highest is ")


@pytest.mark.parametrize("kind", ["tiles", "areas"], indirect=True)
def test_a_map_of_one_score_has_no_highest_and_lowest(kind: str, frame: pl.DataFrame) -> None:
    """Where one unit alone has a score the sentence gives it; many absent ones are counted."""
    place = {"tiles": "row", "areas": "geometry"}[kind]
    only = pl.col("label") == "Huế"
    one = frame.with_columns(score=pl.when(only).then(0.5))
    many = pl.concat(
        [one, *[one.with_columns(pl.lit(None).alias(place))] * 6], how="vertical_relaxed"
    )

    assert "Huế has 50.0." == made(kind, one).finding
    assert made(kind, many).finding.endswith(" and 4 others.")
    assert made(kind, one.with_columns(pl.lit(None).alias(place))).empty


def test_dark_has_the_same_marks_in_other_colours(kind: str, frame: pl.DataFrame) -> None:
    """The dark drawing differs from the light one in colours alone."""
    chart = made(kind, frame)
    light, dark = (render.draw(chart, theme=theme).decode() for theme in ("light", "dark"))

    assert light != dark
    assert palette.themed(light, "dark") == dark


def test_drawings_are_kept_by_what_they_show(tmp_path: Path) -> None:
    """A drawing is made once; another specification is another file."""
    frame = pl.DataFrame({"label": ["A"], "score": [0.5], "median": [0.4]})
    chart = charts.pillars(frame, "en")
    first = render.kept(chart, tmp_path)
    (file,) = tmp_path.glob("*/*.svg")
    file.write_bytes(b"kept")

    assert first.startswith(b"<svg")
    assert b"kept" == render.kept(chart, tmp_path)
    assert chart.digest != charts.pillars(frame, "fr").digest


def test_drawings_never_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the drawings in a folder the oldest go; the one just made stays."""
    monkeypatch.setattr(render, "MOST_KEPT", 2)
    chart = charts.pillars(pl.DataFrame({"label": ["A"], "score": [0.5], "median": [0.4]}), "en")
    folder = tmp_path / chart.digest[:2]
    folder.mkdir()
    for place, name in enumerate(("a.svg", "b.svg", "c.svg")):
        (folder / name).write_bytes(b"old")
        os.utime(folder / name, (place, place))
    render.kept(chart, tmp_path)

    assert {"c.svg", f"{chart.digest}-light.svg"} == {each.name for each in folder.iterdir()}


def test_png_and_pdf_are_what_they_say() -> None:
    """Each form begins with its signature."""
    chart = charts.pillars(pl.DataFrame({"label": ["A"], "score": [0.5], "median": [0.4]}), "vi")

    assert b"\x89PNG" == render.draw(chart, "png")[:4]
    assert b"%PDF" == render.draw(chart, "pdf")[:4]


@pytest.mark.parametrize(("lang", "expected"), [("en", "0.7521"), ("vi", "0,7521")])
def test_a_scale_writes_scores_as_the_index_does(lang: str, expected: str) -> None:
    """An index between 0 and 1 keeps four decimals, in the language's own signs."""
    assert expected == Scale(top=1, decimals=4).write(0.75213, lang)


def test_missing_values_become_null_in_the_specification() -> None:
    """NaN, which JSON does not know, never reaches the browser."""
    frame = pl.DataFrame({"label": ["A", "B"], "score": [0.5, None], "median": [float("nan"), 0.4]})

    json.loads(charts.pillars(frame, "en").text, parse_constant=pytest.fail)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_marks_stand_out_from_the_ground(theme: int) -> None:
    """Marks have 3:1 against the ground, words 4.5:1."""
    ground = palette.COLOURS["paper"][theme]
    marks = ("mark", "soft", "interval", *palette.SERIES)

    for name in marks:
        assert contrast(palette.COLOURS[name][theme], ground) >= 3, name
    for name in ("ink", "quiet"):
        assert contrast(palette.COLOURS[name][theme], ground) >= 4.5, name


@pytest.mark.parametrize("theme", [0, 1])
def test_numbers_are_read_on_every_step(theme: int) -> None:
    """The number in a cell has 4.5:1 against its colour; steps rise evenly in lightness."""
    of = {name: forms[theme] for name, forms in palette.COLOURS.items()}
    for place, name in enumerate(palette.STEPS):
        ink = of["on-strong"] if place >= 4 else of["ink"]
        assert contrast(of[name], ink) >= 4.5, (name, contrast(of[name], ink))
    light = [luminance(of[name]) for name in palette.STEPS]

    assert light == sorted(light, reverse=theme == 0)


# Machado, Oliveira, Fernandes 2009, severity 1.0.
DEFICIENCIES = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "none": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
}


def seen(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """A colour as seen with a deficiency, in CIELAB."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0), 1) for row in matrix
    )
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_series_stay_apart_for_every_eye(theme: int, deficiency: str) -> None:
    """Any two series differ by a CIE76 distance of 12 or more under each deficiency."""
    colours = [
        seen(palette.COLOURS[name][theme], DEFICIENCIES[deficiency]) for name in palette.SERIES
    ]
    distances = [
        sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
        for one, other in itertools.combinations(colours, 2)
    ]

    assert min(distances) >= 12


def test_style_sheet_names_every_colour_twice() -> None:
    """Both themes define each colour, by the browser's wish and by the reader's choice."""
    assert 3 * len(palette.COLOURS) == palette.stylesheet().count("--c-")


def test_of_many_units_the_first_sixty_are_drawn() -> None:
    """The table holds all, and the finding says how many are drawn."""
    frame = pl.DataFrame(
        {"label": [f"u{n:03}" for n in range(61)], "rank": range(1, 62)}
    ).with_columns(rank_low="rank", rank_median="rank", rank_high="rank")
    chart = made("rank_spans", frame)
    drawn = render.draw(chart).decode()

    assert (61, True) == (chart.table.height, "The first 60 are drawn." in chart.finding)
    assert ("u059" in drawn, "u060" in drawn) == (True, False)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.9, 0.5, 0.1], "A leads 3 units with 90.0; C is last with 10.0."),
        ([0.9, 0.9, 0.1], "2 of 3 units lead with 90.0; C is last with 10.0."),
        ([0.9, 0.1, 0.1], "A leads 3 units with 90.0; 2 are last with 10.0."),
        ([0.9, 0.9, 0.1, 0.1], "2 of 4 units lead with 90.0; 2 are last with 10.0."),
        ([0.9, 0.9], "All 2 units have 90.0."),
        ([0.9], "A has 90.0."),
    ],
)
def test_units_that_share_a_place_are_counted(scores: list[float], expected: str) -> None:
    """Nobody is said to lead or to be last alone who shares the place."""
    frame = pl.DataFrame({"unit": list("abcd"), "label": list("ABCD"), "rank": [1, 2, 3, 4]}).head(
        len(scores)
    )
    frame = frame.with_columns(
        score=pl.Series(scores, dtype=pl.Float64),
        **dict.fromkeys(("low", "high"), pl.lit(None, pl.Float64)),
        **dict.fromkeys(("rank_low", "rank_high"), pl.lit(None, pl.Int64)),
    )

    assert made("ranking", frame).finding.startswith(expected)


def _line(stretches: list[int]) -> pl.DataFrame:
    """A series of one period a year; numbers tell which periods may stand on one line."""
    changed = [None, *(a == b for a, b in itertools.pairwise(stretches))]
    years = [f"{2012 + 2 * place}" for place in range(len(stretches))]
    score = [0.3 + 0.1 * place for place in range(len(stretches))]
    unknown = pl.lit(None, pl.Float64)
    facts = {"period": years, "score": score, "stretch": stretches, "comparable": changed}
    return pl.DataFrame(facts).with_columns(series=pl.lit("Huế"), low=unknown, high=unknown)


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_a_change_of_edition_breaks_the_line_and_is_marked(lang: str) -> None:
    """Between editions that are not comparable stand a sign and a dashed rule, and no line."""
    broken, whole = (made("trend", _line(each), lang) for each in ([0, 1, 1], [0, 0, 0]))
    drawn = [render.draw(each).decode() for each in (broken, slim(broken)) if each is not None]

    assert [1, 1] == [len(re.findall('<text[^>]* fill="#[^>]*>≠<', each)) for each in drawn]
    assert [1, 1] == [each.count("stroke-dasharray") for each in drawn]
    assert "≠" not in render.draw(whole).decode()


def test_the_sentence_states_no_change_across_editions() -> None:
    """Only what may stand on one line is said to rise; the periods that may not are named."""
    broken, all_apart = (made("trend", _line(each)).finding for each in ([0, 1, 1], [0, 1, 2, 3]))

    assert "Huế rose from 40.0 in 2014 to 50.0 in 2016." in broken
    assert broken.endswith("Not comparable, as the editions differ: 2012 and 2014.")
    assert all_apart == (
        "Huế had 60.0 in 2018. "
        "None of the editions from 2012 to 2018 is comparable with the one before."
    )


def test_the_table_says_which_periods_are_comparable() -> None:
    """The table behind a trend has a column for it, with a heading in the language."""
    chart = made("trend", _line([0, 1, 1]), "fr")

    assert [None, False, True] == chart.table["comparable"].to_list()
    assert "Comparable à la période précédente" == chart.headings["comparable"]
