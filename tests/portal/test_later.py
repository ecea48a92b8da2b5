import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Route

from saola import language
from saola.server.portal import certainty, later

sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))
from served_site import violations

AUDIT = "/en/uncertainty/audit.pdf"


def test_an_audit_that_takes_long_is_announced(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page says that it is being written and looks again by itself, until it is there."""
    monkeypatch.setattr(later, "MOMENT", 0.0)
    first = reader.get(AUDIT)

    assert (202, str(later.AGAIN)) == (first.status_code, first["Refresh"])
    assert "no-store" == first["Cache-Control"]
    assert f'href="{AUDIT}"' in first.content.decode()
    monkeypatch.setattr(later, "MOMENT", 60.0)
    answer = reader.get(AUDIT)
    assert (200, b"%PDF") == (answer.status_code, answer.content[:4])


@pytest.mark.browser
def test_the_waiting_page_has_no_violation(
    reader: Client, monkeypatch: pytest.MonkeyPatch, browser: Browser, axe: str
) -> None:
    """WCAG 2.2 AA and best practice hold on it, in three languages, light and dark, at 360 px."""
    monkeypatch.setattr(later, "ready", lambda _name, _make: None)
    pages = {lang: reader.get(AUDIT.replace("/en/", f"/{lang}/")) for lang in language.LANGUAGES}
    context = browser.new_context(bypass_csp=True, viewport={"width": 360, "height": 740})
    context.add_init_script(axe)

    def answer(route: Route) -> None:
        """Give the page, which does not look again while it is judged, and its style sheets."""
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = finders.find(path.removeprefix("/static/"))
            route.fulfill(path=file) if file else route.abort()
        else:
            route.fulfill(body=pages[path.split("/")[1]].content, content_type="text/html")

    context.route("**/*", answer)
    page = context.new_page()
    found: list[str] = []
    for lang in language.LANGUAGES:
        page.goto(f"http://site.test{AUDIT.replace('/en/', f'/{lang}/')}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found += [f"{lang} {scheme} {fault}" for fault in violations(page)]
        assert 360 == page.evaluate("document.documentElement.scrollWidth")
        assert "Be Vietnam" in page.evaluate("getComputedStyle(document.body).fontFamily")
    context.close()

    assert {202} == {each.status_code for each in pages.values()}
    assert [] == found


def test_a_document_is_made_once_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks again while it is made waits for the same one; afterwards it is made anew."""
    made: list[int] = []
    may_end = threading.Event()

    def make() -> bytes:
        made.append(1)
        may_end.wait(60)
        return b"done"

    monkeypatch.setattr(later, "MOMENT", 0.01)
    assert [None, None] == [later.ready("a", make), later.ready("a", make)]
    may_end.set()
    monkeypatch.setattr(later, "MOMENT", 10.0)
    assert b"done" == later.ready("a", make)
    assert 1 == len(made)
    assert b"done" == later.ready("a", make)
    assert 2 == len(made)


def test_what_goes_wrong_is_told_to_who_asks() -> None:
    """An error on the thread is raised where the document was wanted, and the next try is new."""

    def fail() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        later.ready("b", fail)
    assert b"" == later.ready("b", lambda: b"")


def test_large_classes_name_their_first_units(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are counted."""
    monkeypatch.setattr(certainty, "_NAMED", 1)
    text = reader.get("/en/uncertainty/").content.decode()

    assert "more</span></th>" in text
