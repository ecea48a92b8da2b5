"""Pages in a real browser: keyboard, no JavaScript, the strict policy, charts that answer."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from served_site import Watch
from visitors import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = ("", "ranking/", "unit/XSA.P.02/", "compare/", "map/", "left-behind/", "method/", "data/")


def test_the_skip_link_leads_to_the_content(watch: Watch, site: str) -> None:
    """The first Tab reaches the skip link; Enter moves the focus into the content."""
    watch.page.goto(f"{site}/en/ranking/")
    watch.page.keyboard.press("Tab")

    assert "Skip to the content" == watch.page.evaluate("document.activeElement.textContent")
    watch.page.keyboard.press("Enter")
    assert "main" == watch.page.evaluate("document.activeElement.id")


_STOPS = """[...document.querySelectorAll('a[href], button, select, input, textarea, summary,'
  + ' [tabindex="0"]')].filter(each => each.checkVisibility() && !each.disabled
  && each.type !== 'hidden' && each.tabIndex >= 0
  && !(each.type === 'radio' && !each.checked))"""
_LISTEN = f"""() => {{
  window.__bare = [];
  window.__missed = new Set({_STOPS});
  document.addEventListener('focusin', event => {{
    window.__missed.delete(event.target);
    const style = getComputedStyle(event.target);
    if (style.outlineStyle === 'none') window.__bare.push(event.target.outerHTML.slice(0, 120));
  }});
  return window.__missed.size;
}}"""
_TOLD = (
    "() => [...[...window.__missed].map(each => each.outerHTML.slice(0, 120)), ...window.__bare]"
)


@pytest.mark.parametrize("who", ["anyone", "officer"])
def test_everything_is_reached_by_tab(
    browser: Browser, visitors: dict[str, Visitor], who: str
) -> None:
    """On every page Tab visits all that can be used, shows where it is, and is not caught."""
    visitor = visitors[who]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies(visitor.cookies)
    page = context.new_page()
    found = {}
    for path in visitor.pages:
        page.goto(f"{visitor.site}/en/{path}")
        page.evaluate("document.activeElement.blur()")
        wanted = page.evaluate(_LISTEN)
        for _ in range(wanted + 3):
            page.keyboard.press("Tab")
        found[path] = page.evaluate(_TOLD)
    context.close()

    assert {} == {path: missed for path, missed in found.items() if missed}


_DEAD = """() => {
  const seen = each => each.checkVisibility({visibilityProperty: true});
  const submit = 'button:not([type=button]), input[type=submit]';
  const sends = form => form && [...form.querySelectorAll(submit)].some(seen);
  const used = 'main button, main select, main input, main textarea, header button';
  const controls = [...document.querySelectorAll(used)];
  const dead = controls.filter(each => seen(each) && each.type !== 'hidden'
    && !each.readOnly && !sends(each.form));
  return [...(seen(document.querySelector('h1') ?? document.body) ? [] : ['no heading']),
          ...dead.map(each => each.outerHTML.slice(0, 120))];
}"""


@pytest.mark.parametrize("who", ["anyone", "officer"])
def test_every_page_works_without_javascript(
    browser: Browser, visitors: dict[str, Visitor], who: str
) -> None:
    """Without scripts each page shows its heading, and no control is there that does nothing."""
    visitor = visitors[who]
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(visitor.cookies)
    page = context.new_page()
    found = {}
    for path in visitor.pages:
        page.goto(f"{visitor.site}/en/{path}")
        found[path] = page.evaluate(_DEAD)
    context.close()

    assert {} == {path: dead for path, dead in found.items() if dead}


def test_a_choice_answers_at_once_and_is_in_the_address(watch: Watch, site: str) -> None:
    """Changing a list shows the answer without a new page, and the address can be shared."""
    page = watch.page
    page.goto(f"{site}/en/ranking/")
    page.evaluate("window.__same = true")
    page.select_option("#f-level", "ministry")

    expect(page.locator("#view")).to_contain_text("Ministry of Land")
    assert "level=ministry" in page.url
    assert page.evaluate("window.__same")


def test_a_column_sorts_by_keyboard(watch: Watch, site: str) -> None:
    """The heading of a column is a link that sorts and says how."""
    page = watch.page
    page.goto(f"{site}/en/ranking/")
    page.locator("th a.sort", has_text="Unit").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=label**")

    expect(page.locator('th[aria-sort="ascending"]')).to_contain_text("Unit")
    names = page.locator('tbody th[scope="row"]').all_inner_texts()
    assert sorted(names) == names


def test_switching_language_keeps_the_view(watch: Watch, site: str) -> None:
    """The other language shows the same choice."""
    page = watch.page
    page.goto(f"{site}/en/ranking/?level=ministry&sort=label")
    page.locator(".tongues a", has_text="VI").click()

    expect(page.locator("h1")).to_have_text("Xếp hạng")
    assert page.url.endswith("/vi/ranking/?level=ministry&sort=label")


def test_dark_is_chosen_and_remembered(watch: Watch, site: str) -> None:
    """The switch changes the ground at once and on the next page."""
    page = watch.page
    page.goto(f"{site}/en/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("[data-theme-switch]").focus()
    page.keyboard.press("Enter")
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto(f"{site}/en/map/")

    assert before != after == page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert "true" == page.locator("[data-theme-switch]").get_attribute("aria-pressed")


@pytest.mark.parametrize("path", ["ranking/", "map/", "left-behind/"])
def test_charts_answer_to_the_pointer(watch: Watch, site: str, path: str) -> None:
    """Vega draws over the server's drawing, shows a tip, and the strict policy blocks nothing."""
    page = watch.page
    page.goto(f"{site}/en/{path}")
    still = page.locator(".drawing svg").first.bounding_box()
    page.locator(".drawing").first.hover()
    lively = page.locator(".drawing .vega-embed svg").first
    lively.wait_for()
    drawn = lively.bounding_box()
    kinds = (".mark-symbol path", ".mark-rect path", ".mark-shape path")
    mark = page.locator(", ".join(f".drawing .vega-embed {kind}" for kind in kinds)).nth(1)
    mark.hover(force=True)

    expect(page.locator("#vg-tooltip-element")).to_be_visible()
    assert still is not None
    assert drawn is not None
    assert abs(still["width"] - drawn["width"]) <= 2


def test_the_drawing_is_dark_where_the_page_is(browser: Browser, site: str) -> None:
    """The server's drawing takes the colours of the theme without being sent twice."""
    colours = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{site}/en/map/")
        colours.add(
            page.evaluate("getComputedStyle(document.querySelector('.drawing svg text')).fill")
        )
        context.close()

    assert 2 == len(colours)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_javascript(browser: Browser, site: str, path: str) -> None:
    """Without scripts each page shows its content, its drawings and its tables."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/en/{path}")

    expect(page.locator("h1")).to_be_visible()
    for drawing in page.locator(".drawing").all():
        expect(drawing.locator("svg").filter(visible=True)).to_have_count(1)
    expect(page.locator("[data-theme-switch]")).to_be_hidden()
    context.close()


def test_forms_work_without_javascript(browser: Browser, site: str) -> None:
    """A choice is sent with the button, and numbers open below their chart."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/en/ranking/")
    page.select_option("#f-level", "ministry")
    page.locator(".choose button").click()
    page.wait_for_url("**level=ministry**")
    page.locator("details.data summary").click()

    expect(page.locator("details.data table")).to_be_visible()
    expect(page.locator("#view")).to_contain_text("Ministry of Land")
    context.close()


def test_search_finds_without_tones(watch: Watch, site: str) -> None:
    """A reader who types without tones finds the name."""
    page = watch.page
    page.goto(f"{site}/vi/")
    page.fill("#search", "doi che")
    page.keyboard.press("Enter")
    page.locator("main .list a").first.click()

    expect(page.locator("h1")).to_have_text("Đồi Chè")


@pytest.fixture
def outside(site: str, tmp_path: Path) -> Iterator[str]:
    """Another site, which frames an embed and a whole page of ours."""
    frames = "".join(
        f'<iframe name="{name}" width="800" height="600" src="{site}/en/{path}"></iframe>'
        for name, path in (("yes", "embed/ranking/"), ("no", "ranking/"))
    )
    (tmp_path / "index.html").write_text(f"<!doctype html>{frames}", encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{other.server_port}/"
        other.shutdown()


def test_an_embed_stands_in_another_page(browser: Browser, outside: str) -> None:
    """An embed loads in a frame of another origin; other pages refuse."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(outside)
    page.frame_locator('[name="yes"]').locator("figcaption").wait_for()

    assert 0 == page.frame_locator('[name="no"]').locator(".brand").count()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_print_shows_the_content_alone(browser: Browser, site: str, path: str) -> None:
    """On paper there are no menus, forms or download links."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/en/{path}")
    page.emulate_media(media="print")

    assert not page.locator(".main-nav").is_visible()
    assert not any(each.is_visible() for each in page.locator(".downloads, .choose").all())
    assert page.locator("h1").is_visible()
    assert re.match(rb"%PDF", page.pdf())
    context.close()
