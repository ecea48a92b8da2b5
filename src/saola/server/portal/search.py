"""Search over units, indicators, words and pages, blind to tones."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from saola import language
from saola.frameworks import Node
from saola.reports.subject import kind_name
from saola.server.portal import glossary
from saola.server.portal.cache import public
from saola.server.portal.reading import Edition
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


# A thing with its names in every language.
Named = tuple[list[str], Hit]


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
    """Give everything one of whose names, in any language, holds a folded word."""
    index = view.reader.once(("search", view.lang), lambda: _index(view))
    bare = _joined(word)
    hits: list[tuple[bool, bool, int, Hit]] = []
    for names, hit in index:
        kept = [name for name, joined in names if word in name or (bare and bare in joined)]
        if kept:
            first = min(kept, key=lambda name: (not name.startswith(word), len(name)))
            hits.append((word not in first, not first.startswith(word), len(first), hit))
    hits.sort(key=lambda found: found[:3])
    return [found[-1] for found in hits]


def _joined(word: str) -> str:
    """Leave out what stands between syllables: Hanoi is Hà Nội."""
    return "".join(sign for sign in word if sign.isalnum())


def _index(view: View) -> list[tuple[list[tuple[str, str]], Hit]]:
    """Give each thing with its folded names, each also with its syllables joined."""
    every = [*_pages(), *_indices(view), *_units(view), *_items(view), *_words(view)]
    index = []
    for names, hit in every:
        folded = dict.fromkeys(language.fold(name) for name in (hit.label, *names) if name)
        index.append(([(name, _joined(name)) for name in folded], hit))
    return index


def _editions(view: View) -> list[list[Edition]]:
    return list(view.reader.editions.values())


def _query(edition: Edition, **more: str) -> str:
    return urlencode({"index": edition.framework.index, **more})


def _pages() -> Iterator[Named]:
    kind = language.text("Page")
    for entry in (entry for room in ROOMS for entry in room.nav):
        names = [language.text(entry.label, lang=lang) for lang in language.LANGUAGES]
        yield names, Hit(language.text(entry.label), kind, reverse(entry.to))


def _indices(view: View) -> Iterator[Named]:
    """Give each index and its pillars, by the names of every edition that has a run."""
    kinds = language.text("Index"), language.text("Pillar")
    for editions in _editions(view):
        last = editions[-1]
        names = [name for each in editions for name in each.framework.label.values()]
        label = language.pick(last.framework.label, view.lang)
        to = f"{reverse('ranking')}?{_query(last)}"
        yield [*names, last.framework.index], Hit(label, kinds[0], to)
        for node in last.framework.children(last.framework.root.id):
            if isinstance(node, Node):
                label = language.pick(node.label, view.lang) or node.id
                to = f"{reverse('ranking')}?{_query(last, node=node.id)}"
                yield [*node.label.values(), node.id], Hit(label, kinds[1], to)


def _units(view: View) -> Iterator[Named]:
    """Give every unit that any edition assesses; its page opens on an index that has it."""
    labels = {code: (kind, label) for code, kind, label in view.names.iter_rows()}
    seen: set[str] = set()
    for edition in (each for editions in _editions(view) for each in reversed(editions)):
        rows = view.reader.scores(edition.run, node=edition.framework.root.id)
        for code in rows["unit"]:
            if code in seen:
                continue
            seen.add(code)
            kind, label = labels.get(code, ("", code))
            names = view.reader.units.unit(code).names.values() if code in labels else ()
            query = "" if edition == view.edition else f"?{_query(edition, period=edition.period)}"
            to = reverse("unit", args=[code]) + query
            yield list(names), Hit(label, kind_name(kind), to)


def _items(view: View) -> Iterator[Named]:
    kind = language.text("Indicator")
    seen: set[tuple[str, str]] = set()
    for edition in (each for editions in _editions(view) for each in reversed(editions)):
        framework = edition.framework
        own = edition == view.edition
        for item in framework.indicators:
            if (framework.index, item.id) in seen:
                continue
            seen.add((framework.index, item.id))
            label = language.pick(item.label, view.lang) or item.id
            query = "" if own else f"?{_query(edition, period=edition.period)}"
            to = reverse("indicator", args=[item.id]) + query
            # Indices share names of indicators: the index tells them apart.
            index = language.pick(framework.label, view.lang)
            yield list(item.label.values()), Hit(label, f"{kind} · {index}", to)


def _words(view: View) -> Iterator[Named]:
    kind = language.text("Glossary")
    to = reverse("glossary")
    for term in glossary.terms():
        label = language.pick(term.name, view.lang)
        yield list(term.name.values()), Hit(label, kind, f"{to}#{term.id}")
