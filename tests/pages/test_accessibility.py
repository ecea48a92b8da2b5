"""axe-core on every template, in three languages, light and dark, on a phone and a desktop."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from served_site import violations

from saola import language

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DESKTOP, PHONE = (1280, 900), (390, 844)

# A usual, an empty and an extreme record where a template shows one.
TEMPLATES = (
    "",
    "ranking/",
    "ranking/?level=commune",
    "ranking/?q=zzzz",
    "unit/XSA.P.01/",
    "unit/XSA.P.08/",
    "unit/XSA/",
    "unit/XSA.P.08/why/",
    "uncertainty/",
    "structure/",
    "compare/?unit=XSA.P.01,XSA.P.08",
    "indicators/",
    "indicator/online-dossiers/",
    "left-behind/",
    "map/",
    "map/?level=ministry",
    "plans/",
    "plan/invented-valley/",
    "plan/invented-valley/commune/0/",
    "method/",
    "data/",
    "glossary/",
    "search/?q=a",
    "accessibility/",
    "figure/heat/",
    "figure/ranking/correct/",
    "embed/ranking/",
    "run/",
    "nothing-here/",
)


@pytest.fixture(scope="module")
def page(browser: Browser, axe: str) -> Iterator[Page]:
    """One page for all of them; the policy is bypassed for the tester's own script alone."""
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    context.add_init_script(axe)
    made = context.new_page()
    yield made
    context.close()


def sized(page: Page, size: tuple[int, int]) -> None:
    """Give the window a size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})


def wide_words(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_has_a_violation(page: Page, site: str, template: str, lang: str) -> None:
    """WCAG 2.2 AA and best practice hold, light on a desktop and dark on a phone."""
    sized(page, DESKTOP)
    page.emulate_media(color_scheme="light")
    page.goto(f"{site}/{lang}/{template}")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = {"desktop, light": violations(page)}
    page.emulate_media(color_scheme="dark")
    sized(page, PHONE)
    found["phone, dark"] = violations(page)

    assert {} == {view: faults for view, faults in found.items() if faults}
    assert 0 == wide_words(page)


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_the_empty_site_has_no_violation(page: Page, empty_site: str, lang: str) -> None:
    """A workspace without runs says how to begin, on pages that are as accessible."""
    for path in ("", "ranking/", "data/"):
        page.goto(f"{empty_site}/{lang}/{path}")

        assert [] == violations(page)
        assert page.locator("code").count() == 3


@pytest.mark.parametrize("template", ["", "ranking/", "unit/XSA.P.08/", "method/", "data/"])
def test_pages_bear_400_percent(page: Page, site: str, template: str) -> None:
    """At 320 pixels, which is 1280 at 400 %, nothing but tables and drawings scrolls sideways."""
    sized(page, (320, 640))
    page.goto(f"{site}/fr/{template}")

    assert 0 == wide_words(page)
