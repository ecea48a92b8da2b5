"""Tags and filters that every template has without loading them.

`{% t "English sentence {fact}" fact=value %}` says a sentence in the language of the request;
numbers among the facts are written as that language does.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.templatetags.static import static as static_url
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from saola import language, timezones
from saola.server.languages import moved
from saola.server.rooms import ROOMS, Entry

register = template.Library()
register.simple_tag(static_url, name="asset")


def _told(value: object) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return language.number(value)
    return day(value) if isinstance(value, dt.date) else value


@register.simple_tag
def t(sentence: str, **facts: object) -> str:
    """Say an English sentence in the language of the request; `about` is its gettext context."""
    about = facts.pop("about", None)
    told: dict[str, Any] = {name: _told(value) for name, value in facts.items()}
    return language.text(sentence, context=str(about) if about else None, **told)


@register.simple_tag
def tn(one: str, many: str, count: float, **facts: object) -> str:
    """Say a sentence about a count; `{n}` is the count."""
    told: dict[str, Any] = {name: _told(value) for name, value in facts.items()}
    return language.plural(one, many, count, **told)


@register.filter
def said(sentence: str) -> str:
    """Say an English sentence that is a variable."""
    return language.text(sentence)


@register.filter
def num(value: float | None, decimals: int | None = None) -> str:
    """Write a number as the language does."""
    return language.number(value, decimals=decimals)


@register.filter
def usd(value: float | None) -> str:
    """Write an amount of US dollars as the language does."""
    if value is None:
        return language.DASH
    return language.text("USD {amount}", amount=language.number(value, decimals=0))


@register.filter
def pct(value: float | None, decimals: int = 1) -> str:
    """Write a share in 0..1 as a percentage."""
    return language.percent(value, decimals=decimals)


@register.filter
def day(value: dt.date | None) -> str:
    """Write a date as the language does; of a moment the day here."""
    here = timezone.localdate(value) if isinstance(value, dt.datetime) else value
    return language.date(here) if here else language.DASH


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Write a moment as the language does, in the time of the zone that the page's foot names."""
    here = timezone.get_current_timezone()
    return language.moment(value, here, named=False) if value else language.DASH


@register.filter
def moment_named(value: dt.datetime) -> str:
    """Write a moment as the language does, and say how far its time is from UTC."""
    return language.moment(value, timezone.get_current_timezone())


@register.simple_tag
def zone() -> str:
    """Name the time zone of the times on the pages."""
    found = timezones.zone(timezone.get_current_timezone_name())
    return timezones.title(found, timezone.localdate().year)


@register.filter
def label(labels: Mapping[str, str] | None) -> str:
    """Take the label in the language of the request."""
    return language.pick(labels or {})


@register.simple_tag
def lang() -> str:
    """Give the code of the language in use."""
    return language.current()


@register.simple_tag(takes_context=True)
def languages(context: template.Context) -> list[dict[str, Any]]:
    """List the languages with the address of the same view in each."""
    request: HttpRequest | None = context.get("request")
    here = request.get_full_path() if request else "/"
    return [
        {
            "code": code,
            "name": language.NAMES[code],
            "path": moved(here, code),
            "current": code == language.current(),
        }
        for code in language.LANGUAGES
    ]


def _links(entries: list[Entry], path: str) -> list[dict[str, Any]]:
    links = []
    for entry in entries:
        try:
            to = reverse(entry.to)
        except NoReverseMatch:
            continue
        root = to.count("/") <= 2
        here = path == to or (not root and path.startswith(to))
        links.append({"label": language.text(entry.label), "path": to, "current": here})
    return links


@register.simple_tag(takes_context=True)
def navigation(context: template.Context, part: str = "nav") -> list[dict[str, Any]]:
    """List the links of the head: `nav` or `account`."""
    request: HttpRequest | None = context.get("request")
    entries = [entry for room in ROOMS for entry in getattr(room, part)]
    return _links(entries, request.path if request else "")


@register.simple_tag
def scored(view: Any, rate: float | None) -> str:
    """Write a rate as the view's index does."""
    said: str = view.scale.write(rate, view.lang)
    return said


@register.simple_tag
def change(view: Any, name: str, value: object) -> str:
    """Write the query of the view with one choice changed."""
    query: str = view.query(**{name: str(value)})
    return query


@register.simple_tag(takes_context=True)
def turned(context: template.Context, number: int, name: str = "page") -> str:
    """Write the query of this address with another page of one of its tables."""
    query = context["request"].GET.copy()
    query[name] = str(number)
    said: str = query.urlencode()
    return said


@register.simple_tag
def current(view: Any) -> str:
    """Write the query of the same view on the current run."""
    return urlencode({"index": view.framework.index, "period": view.period, **view.asked})


@register.simple_tag
def figure_name(name: str) -> str:
    """Say what a figure is called."""
    return language.text(FIGURE_NAMES[name])


FIGURE_NAMES = {
    "ranking": "Ranking",
    "heat": "Heat map",
    "trend": "Over time",
    "pillars": "Scores by pillar",
    "lost": "Points lost",
    "map": "Map",
    "areas": "Map of boundaries",
    "gaps": "Who is left behind",
    "compare": "Comparison",
    "rank-errors": "Ranks, given known errors",
    "rank-choices": "Ranks under other methods",
    "duels": "Who is ahead of whom",
    "sobol": "What moves the ranks",
    "sobol-unit": "What moves the rank",
    "settling": "Enough draws?",
    "icicle": "What makes up the index",
    "together": "Which parts go together",
    "contributions": "What makes the difference",
    "change": "What changed",
}


@register.inclusion_tag("parts/sortable.html", takes_context=True)
def sorted_by(
    context: Mapping[str, Any], column: str, heading: str, *, numeric: bool = False
) -> dict[str, Any]:
    """Give the heading of a list that sorts it by a column, whatever else the address asks for."""
    asked = context["request"].GET.copy()
    sort = str(asked.get("sort", ""))
    chosen, down = sort.removeprefix("-") == column, sort.startswith("-")
    asked["sort"] = f"-{column}" if chosen and not down else column
    asked.pop("page", None)
    return {
        "heading": language.text(heading),
        "query": asked.urlencode(),
        "way": "none" if not chosen else "descending" if down else "ascending",
        "numeric": numeric,
        "request": None,
    }


@register.inclusion_tag("parts/sortable.html")
def sortable(view: Any, column: str, heading: str, sort: str) -> dict[str, Any]:
    """Give a column's heading that sorts by it, and the other way when asked again."""
    chosen = sort.removeprefix("-") == column
    down = sort.startswith("-")
    way = "none" if not chosen else "descending" if down else "ascending"
    return {
        "heading": language.text(heading),
        "query": view.query(sort=f"-{column}" if chosen and not down else column, page=""),
        "way": way,
        "numeric": column != "label",
        "request": None,
    }
