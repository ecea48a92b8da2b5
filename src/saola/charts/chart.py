"""A finished chart: its specification, what it says in a sentence, and the table behind it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import altair as alt
import polars as pl

from saola import language
from saola.charts.look import configured


@dataclass(frozen=True)
class Scale:
    """How a rate in 0..1 is written.

    Attributes:
        top: What 1 is written as: 100 for points of a hundred, 1 for an index.
        decimals: Places after the comma.
    """

    top: float = 100
    decimals: int = 1

    def write(self, rate: float | None, lang: str) -> str:
        """Write a rate."""
        return language.number(
            None if rate is None else rate * self.top, lang=lang, decimals=self.decimals
        )


@dataclass(frozen=True)
class Chart:
    """A chart in one language.

    Attributes:
        kind: Which chart it is, such as `ranking`.
        title: Its heading.
        finding: One sentence that says what it shows; screen readers hear it.
        spec: The Vega-Lite specification, in the light colours.
        table: The numbers behind it, one row a mark.
        headings: A heading in the language for each column of the table.
        lang: Its language.
    """

    kind: str
    title: str
    finding: str
    spec: Mapping[str, Any]
    table: pl.DataFrame
    headings: Mapping[str, str] = field(default_factory=dict)
    lang: str = "en"

    @property
    def alt(self) -> str:
        """What stands for the drawing where it is not seen: heading and finding."""
        return f"{self.title}. {self.finding}"

    @cached_property
    def text(self) -> str:
        """The specification as canonical JSON."""
        return json.dumps(self.spec, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the specification and its language, by which drawings are kept."""
        return hashlib.sha256(f"{self.lang}\n{self.text}".encode()).hexdigest()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.table.is_empty()

    def _repr_mimebundle_(self, *_: object, **__: object) -> dict[str, Any]:
        """Show the chart in a notebook."""
        return {"application/vnd.vegalite.v6+json": dict(self.spec), "text/plain": self.alt}


def rows(frame: pl.DataFrame) -> alt.InlineData:
    """Put a frame's rows into a specification; what is not finite becomes null."""
    clean = frame.with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name)
        for name, kind in frame.schema.items()
        if kind.is_float()
    )
    return alt.InlineData(values=clean.to_dicts())


def finished(
    kind: str,
    drawing: alt.TopLevelMixin,
    *,
    title: str,
    finding: str,
    table: pl.DataFrame,
    headings: Mapping[str, str],
    lang: str,
) -> Chart:
    """Make a chart from an Altair drawing."""
    spec: dict[str, Any] = drawing.to_dict(validate=False)
    spec["config"] = configured()
    spec["description"] = finding
    kept = table.select(name for name in headings if name in table.columns)
    return Chart(kind, title, finding, spec, kept, headings, lang)


def words(lang: str, **sentences: str) -> dict[str, str]:
    """Say the headings of a table's columns."""
    return {name: language.text(sentence, lang=lang) for name, sentence in sentences.items()}
