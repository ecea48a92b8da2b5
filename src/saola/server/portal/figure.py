"""A chart on a page: the drawing, and what stands around it."""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from saola import language
from saola.charts import Chart, render
from saola.charts.palette import light
from saola.charts.slim import slim
from saola.server.portal.figures import FIGURES
from saola.server.portal.figures.movement import editions_of
from saola.server.portal.view import View

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
FORMS = ("csv", "json", "xlsx", "svg", "png", "pdf")


@dataclass(frozen=True)
class Figure:
    """A chart with its address and its origin.

    Attributes:
        name: Its name among the figures.
        chart: The chart.
        view: What it shows.
    """

    name: str
    chart: Chart
    view: View

    @property
    def svg(self) -> SafeString:
        """The drawing, fit for the page."""
        drawn = render.kept(self.chart, drawings()).decode()
        return mark_safe(render.inline(drawn, self.name))  # noqa: S308  (drawn here, its labels escaped by the drawing program)

    @property
    def slim_svg(self) -> SafeString:
        """The drawing for a phone; empty where the chart has none."""
        if (chart := slim(self.chart)) is None:
            return SafeString()
        drawn = render.kept(chart, drawings()).decode()
        return mark_safe(render.inline(drawn, f"{self.name}-slim"))  # noqa: S308  (as above)

    @property
    def address(self) -> str:
        """Where the figure stands alone."""
        return f"{reverse('figure', args=[self.name])}?{self.view.query()}"

    @property
    def embed(self) -> str:
        """The address for other sites' frames."""
        return f"{reverse('embed', args=[self.name])}?{self.view.query()}"

    @property
    def spec(self) -> str:
        """The address of the specification that the browser draws."""
        return self._form("vl.json")

    def _form(self, form: str) -> str:
        return f"{reverse('figure-file', args=[self.name, form])}?{self.view.query()}"

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """Each form with its address."""
        return [(form.upper(), self._form(form)) for form in FORMS]

    @cached_property
    def origin(self) -> "Origin":
        """Where the numbers come from."""
        editions = editions_of(self.view) if self.name == "trend" else []
        return origin_of(self.view, [language.pick(each.framework.source) for each in editions])

    @property
    def headings(self) -> list[str]:
        """The headings of the table."""
        return [self.chart.headings[name] for name in self.chart.table.columns]

    @property
    def rows(self) -> list[list[str]]:
        """The table as written in the language, at most a thousand rows."""
        numbers = [kind.is_float() for kind in self.chart.table.dtypes]
        return [
            [
                _written(value, self.chart.lang, is_rate)
                for value, is_rate in zip(row, numbers, strict=True)
            ]
            for row in self.chart.table.head(1000).iter_rows()
        ]


def _written(value: object, lang: str, is_rate: bool) -> str:  # noqa: FBT001  (a column's kind)
    if value is None:
        return language.DASH
    if isinstance(value, bool):
        return language.text("yes") if value else language.text("no")
    if isinstance(value, float):
        return language.number(value, lang=lang, decimals=4 if is_rate and abs(value) <= 1 else 2)
    return language.number(value, lang=lang) if isinstance(value, int) else str(value)


@dataclass(frozen=True)
class Origin:
    """Where the numbers of a figure come from.

    Attributes:
        kind: `synthetic`, `published` or `computed`.
        label: The same in words.
        source: Who says so.
        licence: Under which terms.
        date: Day of the run.
        run: Its code.
    """

    kind: str
    label: str
    source: str
    licence: str
    date: dt.date
    run: str

    @property
    def line(self) -> str:
        """All of it in one line."""
        day = language.date(self.date)
        return " · ".join(part for part in (self.label, self.source, self.licence, day) if part)


def origin_of(view: View, sources: Sequence[str] = ()) -> Origin:
    """Say where the numbers of a view come from.

    Args:
        view: The view.
        sources: Of the editions shown, where they are more than the view's own.
    """
    framework, run = view.framework, view.run
    said = together(sources or [language.pick(framework.source)])
    if run.synthetic:
        kind, label = "synthetic", language.text("Synthetic: invented data")
    elif bool(view.rows["carried"].any()):
        kind, label = "published", language.text("As published: {source}", source=said)
    else:
        kind, label = "computed", language.text("Computed by Saola")
    day = timezone.localdate(dt.datetime.fromisoformat(run.when))
    source = "" if kind == "published" else said
    return Origin(kind, label, source, language.pick(framework.licence), day, run.id)


def together(sources: Sequence[str]) -> str:
    """Name sources in one line; editions that differ by their year alone become one of a range."""
    known = list(dict.fromkeys(filter(None, sources)))
    stems = {_YEAR.sub("{}", source) for source in known}
    years = sorted(year for source in known for year in _YEAR.findall(source))
    if len(known) > 1 and len(stems) == 1 and len(years) == len(known):
        return stems.pop().replace("{}", f"{years[0]}–{years[-1]}")
    return "; ".join(known)


def figure(name: str, view: View) -> Figure:
    """Make a figure by its name.

    Raises:
        Http404: If there is none of that name or nothing to show.
    """
    if name not in FIGURES or view.edition is None:
        raise Http404
    key = ("chart", name, view.lang, view.run.id, view.query())
    return Figure(name, view.reader.once(key, lambda: FIGURES[name](view)), view)


def drawings() -> Path:
    """Give the folder where drawings are kept."""
    return Path(settings.HOME) / "cache" / "charts"


def signed(figure: Figure) -> Chart:
    """Write heading and origin into the drawing, for when it leaves the page."""
    title: Mapping[str, Any] = {
        "text": figure.chart.title,
        "subtitle": [figure.origin.line, language.text("Run {run}", run=figure.origin.run)],
        "anchor": "start",
        "color": light("ink"),
        "subtitleColor": light("quiet"),
        "fontSize": 16,
        "subtitleFontSize": 11,
        "offset": 14,
    }
    return replace(figure.chart, spec={**figure.chart.spec, "title": title})


def browser_spec(figure: Figure, *, narrow: bool = False) -> str:
    """Give the specification with the number format of its language, for the browser.

    Args:
        figure: The figure.
        narrow: Whether a phone draws it.
    """
    chart = (slim(figure.chart) if narrow else None) or figure.chart
    options = {"formatLocale": render.number_locale(figure.chart.lang)}
    spec = {**chart.spec, "usermeta": {"embedOptions": options}}
    return json.dumps(spec, ensure_ascii=False)
