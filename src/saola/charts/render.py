"""Charts as SVG, PNG and PDF, drawn without a browser and kept by what they show."""

import json
import re
import tempfile
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import vl_convert

from saola.charts.chart import Chart
from saola.charts.palette import Theme, named, themed

VEGA_LITE = "6.4"
# Drawings kept in each of the 256 folders: some 500 MB in all.
MOST_KEPT = 64

Form = Literal["svg", "png", "pdf"]

_CLIP = re.compile(r"\bclip(\d+)\b")

# What the languages write that d3's own locales do not say.
_LOCALES: dict[str, dict[str, Any]] = {
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]},
    "fr": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", " €"]},
}


def number_locale(lang: str) -> dict[str, Any]:
    """Give d3's number locale of a language."""
    return _LOCALES[lang]


@cache
def _fonts() -> None:
    """Register the shipped typeface: without it Vietnamese labels mix typefaces."""
    vl_convert.register_font_directory(str(resources.files("saola.charts") / "fonts"))


def draw(chart: Chart, form: Form = "svg", theme: Theme = "light") -> bytes:
    """Draw a chart.

    Args:
        chart: What to draw.
        form: `svg`, `png` (two pixels a point) or `pdf`.
        theme: Light or dark; a PNG gets the ground of its theme.
    """
    _fonts()
    # The shipped typeface has no narrow space; its plain one that does not break is near.
    spec = json.loads(themed(chart.text, theme).replace("\u202f", "\u00a0"))
    options: dict[str, Any] = {
        "vl_version": VEGA_LITE,
        "allowed_base_urls": [],
        "format_locale": number_locale(chart.lang),
    }
    if form == "svg":
        drawn: str = vl_convert.vegalite_to_svg(spec, **options)
        return _renumbered(drawn).encode()
    spec["background"] = "#ffffff" if theme == "light" else "#10171b"
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=2, **options))
    return bytes(vl_convert.vegalite_to_pdf(spec, **options))


def _renumbered(svg: str) -> str:
    """Number clips from 1: the drawing program counts on from one drawing to the next."""
    numbers: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return "clip" + numbers.setdefault(found.group(1), str(len(numbers) + 1))

    return _CLIP.sub(numbered, svg)


def kept(chart: Chart, folder: Path, form: Form = "svg", theme: Theme = "light") -> bytes:
    """Draw a chart, or read what was drawn of the same specification before.

    Args:
        chart: What to draw.
        folder: Where drawings are kept, one file each, named by the specification's hash.
        form: As for `draw`.
        theme: As for `draw`.
    """
    file = folder / chart.digest[:2] / f"{chart.digest}-{theme}.{form}"
    with suppress(FileNotFoundError):
        return file.read_bytes()
    drawn = draw(chart, form, theme)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as draft:
        draft.write(drawn)
    Path(draft.name).replace(file)
    _thin(file.parent)
    return drawn


def _thin(folder: Path) -> None:
    """Throw the oldest drawings of a folder away: addresses may ask for any number of them."""
    found = list(folder.glob("[!.]*"))
    if len(found) > MOST_KEPT:
        with suppress(FileNotFoundError):  # another process thins the same folder
            for old in sorted(found, key=lambda each: each.stat().st_mtime_ns)[:-MOST_KEPT]:
                old.unlink()


_SIZE = re.compile(r'<svg([^>]*?) width="([\d.]+)" height="([\d.]+)"')
_STYLE = re.compile(r' style="[^"]*"')
_IDENTITY = re.compile(r'\b(id="|url\(#)(clip|gradient_)')


def inline(svg: str, name: str) -> str:
    """Make an SVG fit for a page: colours by name, no style attributes, no fixed size.

    Args:
        svg: A drawing in the light colours.
        name: A word that keeps its inner names apart from those of other drawings on the page.
    """
    head = r'<svg\1 width="\2" aria-hidden="true" focusable="false"'
    fitted = _SIZE.sub(head, svg, count=1)
    fitted = _IDENTITY.sub(rf"\g<1>{name}-\g<2>", _STYLE.sub("", fitted))
    return named(fitted)


def browser_bundle() -> str:
    """Give the browser's Vega, Vega-Lite and Vega-Embed of the version that draws here."""
    make: Any = vl_convert.javascript_bundle  # its type says that a snippet must be given
    bundle: str = make(vl_version=VEGA_LITE)
    return bundle
