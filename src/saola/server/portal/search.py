"""Search over units, indicators, words and pages, blind to tones."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from saola import language
from saola.reports.subject import kind_name
from saola.server.portal import glossary
from saola.server.portal.cache import public
from saola.server.portal.view import View, view_of
from saola.server.rooms import ROOMS

MOST = 50


@dataclass(frozen=True)
class Hit:
    """One thing found.

    Attributes:
        label: Its name.
        kind: What it is.
        to: Its address.
    """

    label: str
    kind: str
    to: str


@public
def show(request: HttpRequest) -> HttpResponse:
    """Show what a word finds, names that begin with it first."""
    view = view_of(request)
    word = language.fold(request.GET.get("q", "")[:100].strip())
    hits = found(view, word) if word else []
    facts = {
        "view": view,
        "q": request.GET.get("q", "")[:100],
        "hits": hits[:MOST],
        "count": len(hits),
    }
    return render(request, "portal/search.html", facts)


def found(view: View, word: str) -> list[Hit]:
    """Give everything whose name holds a folded word."""
    index = view.reader.once(("search", view.lang), lambda: _index(view))
    hits = [(folded, hit) for folded, hit in index if word in folded]
    hits.sort(key=lambda pair: (not pair[0].startswith(word), len(pair[0])))
    return [hit for _, hit in hits]


def _index(view: View) -> list[tuple[str, Hit]]:
    hits = [*_pages(), *_units(view), *_items(view), *_words(view)]
    return [(language.fold(hit.label), hit) for hit in hits]


def _pages() -> list[Hit]:
    kind = language.text("Page")
    entries = [entry for room in ROOMS for entry in room.nav]
    return [Hit(language.text(entry.label), kind, reverse(entry.to)) for entry in entries]


def _units(view: View) -> list[Hit]:
    if view.edition is None:
        return []
    assessed = view.reader.scores(view.run, node=view.framework.root.id).select("unit")
    rows = assessed.join(view.names, left_on="unit", right_on="code", how="left")
    return [
        Hit(label or unit, kind_name(kind or ""), reverse("unit", args=[unit]))
        for unit, kind, label in rows.iter_rows()
    ]


def _items(view: View) -> list[Hit]:
    if view.edition is None:
        return []
    kind = language.text("Indicator")
    return [
        Hit(
            language.pick(item.label, view.lang) or item.id,
            kind,
            reverse("indicator", args=[item.id]),
        )
        for item in view.framework.indicators
    ]


def _words(view: View) -> list[Hit]:
    kind = language.text("Glossary")
    to = reverse("glossary")
    return [
        Hit(language.pick(term.name, view.lang), kind, f"{to}#{term.id}")
        for term in glossary.terms()
    ]
