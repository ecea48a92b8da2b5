"""Pages of a report: what stands on them, and their setting by Typst as a tagged PDF."""

import datetime as dt
import json
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import typst

from saola import language
from saola.charts import Chart
from saola.charts.palette import COLOURS, light
from saola.charts.render import draw
from saola.errors import InputError
from saola.language import text
from saola.reports.facts import made
from saola.reports.look import BADGE_GROUND, BADGE_INK
from saola.reports.subject import Subject

STANDARD: Literal["ua-1"] = "ua-1"
"""ISO 14289-1: tagged, with a title, a language and words for every drawing."""

_SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
# Points of paper for a pixel of a chart, and the width of the text in points.
_POINTS, _WIDTH = 0.6, 482.0


@dataclass(frozen=True)
class Drawing:
    """A chart as it is set: the SVG, its words and its share of the width in hundredths."""

    svg: str
    alt: str
    finding: str
    share: float

    @classmethod
    def of(cls, chart: Chart, *, room: float = 590) -> "Drawing | None":
        """Draw a chart, none where it has nothing to show; all at one size of type.

        Args:
            chart: What to draw.
            room: How high it may be, in points; one that is higher is drawn smaller.
        """
        if chart.empty:
            return None
        svg = draw(chart).decode()
        size = _SIZE.search(svg)
        width, height = (float(side) for side in size.groups()) if size else (1.0, 1.0)
        points = min(width * _POINTS, _WIDTH, room * width / height)
        return cls(svg, chart.alt, chart.finding, round(100 * points / _WIDTH, 2))


@dataclass(frozen=True)
class Head:
    """The head of a column: its words, whether numbers stand under it, its share of the width."""

    head: str
    right: bool = False
    share: float = 0


@dataclass(frozen=True)
class Listing:
    """A table of texts.

    Attributes:
        columns: Heads.
        rows: One text a cell.
        marked: Places of the rows that stand out.
        indents: How deep each row stands in a tree; empty where there is none.
    """

    columns: Sequence[Head]
    rows: Sequence[Sequence[str]]
    marked: Sequence[int] = ()
    indents: Sequence[int] = ()


@dataclass(frozen=True)
class Card:
    """One number with its name and a note."""

    label: str
    value: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a report under a heading.

    Attributes:
        title: The heading; none where it is empty.
        level: Of the heading, 2 or 3.
        sentences: Paragraphs.
        chart: A drawing under them.
        table: A table under it.
        facts: Names and values under that.
        fresh: Whether it begins a page.
    """

    title: str
    level: int = 2
    sentences: Sequence[str] = ()
    chart: Drawing | None = None
    table: Listing | None = None
    facts: Sequence[tuple[str, str]] = ()
    fresh: bool = False


@dataclass(frozen=True)
class Page:
    """A whole report.

    Attributes:
        head: Its title on the page.
        under: A line under it.
        cards: The numbers that matter most.
        summary: Plain sentences.
        parts: The rest.
    """

    head: str
    under: str
    cards: Sequence[Card] = ()
    summary: Sequence[str] = ()
    parts: Sequence[Part] = field(default_factory=tuple)


def styles() -> dict[str, dict[str, Any]]:
    """Give the looks that pages can have, by name: typeface, sizes, margins."""
    file = resources.files("saola.reports") / "styles.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def typeset(page: Page, subject: Subject, style: str) -> bytes:
    """Set a report as PDF/UA-1; the same run, language and style give the same bytes.

    Args:
        page: What stands on it, in the language in use.
        subject: The run, which gives the date and says whether its figures are invented.
        style: One of `styles`.

    Raises:
        InputError: `report-style-unknown`.
    """
    foot = text("Saola {engine} · run {run}", engine=subject.run.engine, run=subject.run.id)
    running = Running(subject.title, foot, subject.run.synthetic)
    return compiled(page, running, made(subject), style=style)


@dataclass(frozen=True)
class Running:
    """What stands on every page of a report.

    Attributes:
        title: Of what the report is about.
        foot: What made it.
        synthetic: Whether its figures are invented.
    """

    title: str
    foot: str
    synthetic: bool = False


def compiled(page: Page, running: Running, when: dt.datetime, *, style: str = "plain") -> bytes:
    """Set a report as PDF/UA-1; the same page, time, language and style give the same bytes.

    Raises:
        InputError: `report-style-unknown`.
    """
    known = styles()
    if style not in known:
        raise InputError("report-style-unknown", found=style, known=", ".join(known))
    colours = {name: light(name) for name in COLOURS}
    data = asdict(page) | {
        "title": f"{page.head} – {running.title}" if page.head != running.title else page.head,
        "subject": page.under,
        "running": running.title,
        "foot": running.foot,
        "lang": language.current(),
        "style": known[style],
        "synthetic": text("SYNTHETIC: invented figures") if running.synthetic else None,
        "colours": colours | {"badge-ink": BADGE_INK, "badge-ground": BADGE_GROUND},
    }
    folder = Path(str(resources.files("saola.reports") / "templates"))
    compiler = typst.Compiler(
        input=str(folder / "report.typ"),
        root=str(folder),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_safe(data), ensure_ascii=False)},
    )
    found = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=when)
    if not isinstance(found, bytes):  # the part's type allows a list, for pictures of pages
        raise TypeError(type(found))
    return found


@cache
def _fonts() -> typst.Fonts:
    """Read the shipped typefaces, and those inside Typst for signs that they lack."""
    folders = [str(resources.files(f"saola.{room}") / "fonts") for room in ("charts", "reports")]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


def _safe(said: Any) -> Any:
    """Put a mark where no typeface at hand draws a sign: a tagged PDF may not have holes.

    The narrow space of French numbers, which the typeface lacks, becomes a plain one.
    """
    if isinstance(said, str):
        spaced = " ".join(said.replace("\u202f", "\u00a0").split("\n"))
        return "".join(sign if _drawable(sign) else "\ufffd" for sign in spaced)
    if isinstance(said, dict):
        return {name: _safe(each) for name, each in said.items()}
    return [_safe(each) for each in said] if isinstance(said, list | tuple) else said


@cache
def _drawable(sign: str) -> bool:
    latin = ord(sign) < 0x0530 or 0x1E00 <= ord(sign) < 0x2300
    return latin and unicodedata.category(sign)[0] != "C"
