"""The glossary, from `glossary.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola import language
from saola.server.portal.cache import public


@dataclass(frozen=True)
class Term:
    """One word.

    Attributes:
        id: Its anchor.
        name: The word by language.
        meaning: What it means, by language.
        source: Who defines it so.
    """

    id: str
    name: Mapping[str, str]
    meaning: Mapping[str, str]
    source: str = ""


@cache
def terms() -> tuple[Term, ...]:
    """Read the words."""
    file = Path(__file__).with_name("glossary.toml")
    rows = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(Term(code, **row) for code, row in rows.items())


@public
def show(request: HttpRequest) -> HttpResponse:
    """Show the words in the order of the language."""
    ordered = sorted(terms(), key=lambda term: language.sort_key(language.pick(term.name)))
    return render(request, "portal/glossary.html", {"terms": ordered})
