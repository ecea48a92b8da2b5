"""axe-core on every page, in three languages, light and dark, on a phone and a desktop.

`make test` looks at each page in each language in one of the four views, so that the pages together
are seen in all; `make test-pages-all` looks at everything, `SAOLA_PAGES=map/` at all views of the
pages whose path begins so.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

import addresses
import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from served_site import violations
from visitors import Visitor

from saola import language

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DESKTOP, PHONE = (1280, 900), (390, 844)
VIEWS = tuple((scheme, size) for scheme in ("light", "dark") for size in (DESKTOP, PHONE))
LOG = logging.getLogger(__name__)
ASKED = os.environ.get("SAOLA_PAGES", "")
BEGIN = "" if ASKED == "all" else ASKED


@pytest.fixture(scope="module")
def context(browser: Browser, axe: str) -> Iterator[BrowserContext]:
    """A profile for all pages; the policy is bypassed for the tester's own script alone."""
    made = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    made.set_default_timeout(15_000)
    made.add_init_script(axe)
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(context: BrowserContext) -> Page:
    """One page for all of them."""
    return context.new_page()


def wide_words(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def looked_at(page: Page, address: str, views: tuple[Any, ...]) -> dict[str, list[str]]:
    """Open a page and say what is wrong with it in some views."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = {}
    for scheme, (width, height) in views:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        faults = violations(page)
        if too_wide := wide_words(page):
            faults.append(f"{too_wide} px wider than the window")
        found[f"{address} {scheme} {width}"] = faults
    return found


def views_of(who: str, place: int, lang: str) -> tuple[Any, ...]:
    """Choose the views of a page: all of them, or one that changes from page to page.

    The many pages of `anyone` are seen in each language; those of others in one that changes too.
    """
    turn = language.LANGUAGES.index(lang)
    if ASKED:
        return VIEWS
    if who != "anyone" and place % len(language.LANGUAGES) != turn:
        return ()
    return (VIEWS[(place + turn) % len(VIEWS)],)


def test_every_page_has_a_sample() -> None:
    """A page whose address takes something names the records it is looked at with."""
    assert [] == addresses.unsampled()


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("who", ["anyone", "officer", "nobody yet"])
def test_no_page_has_a_violation(
    page: Page, visitors: dict[str, Visitor], who: str, lang: str
) -> None:
    """WCAG 2.2 AA and best practice hold on every page, with usual, empty and extreme records."""
    visitor = visitors[who]
    page.context.clear_cookies()
    page.context.add_cookies(visitor.cookies)
    seen: dict[str, list[str]] = {}
    for place, path in enumerate(visitor.pages):
        views = views_of(who, place, lang) if path.startswith(BEGIN) else ()
        if views:
            seen |= looked_at(page, f"{visitor.site}/{lang}/{path}", views)
    LOG.info("%s, %s: %d pages, %d views", who, lang, len(visitor.pages), len(seen))

    assert {} == {view: faults for view, faults in seen.items() if faults}


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_the_empty_site_says_how_to_begin(
    page: Page, visitors: dict[str, Visitor], lang: str
) -> None:
    """A workspace without runs names three commands."""
    page.goto(f"{visitors['nobody yet'].site}/{lang}/")

    assert page.locator("code").count() == 3


@pytest.mark.parametrize("template", ["", "ranking/", "unit/XSA.P.08/", "method/", "data/"])
def test_pages_bear_400_percent(page: Page, site: str, template: str) -> None:
    """At 320 pixels, which is 1280 at 400 %, nothing but tables and drawings scrolls sideways."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}/fr/{template}")

    assert 0 == wide_words(page)
