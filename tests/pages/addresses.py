"""Every page of the site, found in the table of addresses."""

import os
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

if "DJANGO_SETTINGS_MODULE" not in os.environ:
    os.environ["SAOLA_HOME"] = tempfile.mkdtemp(prefix="saola-pages-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"

import django

django.setup()

from django.urls import URLPattern, URLResolver, get_resolver  # noqa: E402  (set up above)
from django.urls.resolvers import LocalePrefixPattern  # noqa: E402

_TOLD = tomllib.loads((Path(__file__).parent / "samples.toml").read_text(encoding="utf-8"))
SAMPLES: dict[str, list[str]] = _TOLD["samples"]
ABSENT = SAMPLES["absent"]  # a page that is not there is a page too
NOT_PAGES: dict[str, str] = _TOLD["not_pages"] | _TOLD["elsewhere"]


def patterns() -> dict[str, str]:
    """Give the address of each page under the language, as written in the table, by its name."""
    localised = [
        each
        for each in get_resolver().url_patterns
        if isinstance(each, URLResolver) and isinstance(each.pattern, LocalePrefixPattern)
    ]
    return {name: route for each in localised for name, route in _walked(each, "")}


def _walked(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield each.name or route, route
        else:
            yield from _walked(each, route)


def unsampled() -> list[str]:
    """Name the pages that take something and have neither a sample nor a reason."""
    known = {*SAMPLES, *NOT_PAGES}
    return [name for name, route in patterns().items() if "<" in route and name not in known]


def paths() -> list[str]:
    """List the paths to look at, without the language."""
    plain = [
        route for name, route in patterns().items() if "<" not in route and name not in NOT_PAGES
    ]
    return [*plain, *(path for listed in SAMPLES.values() for path in listed)]
