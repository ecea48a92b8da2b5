"""The clerk's and the citizen's path in a real browser, in three languages."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "pages"))
from served_site import Served, violations  # noqa: E402  (the folder has to be on the path first)

pytestmark = pytest.mark.browser
LANGUAGES = ("vi", "en", "fr")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}

BUDDHISM = {"vi": "Phật giáo", "en": "Buddhism", "fr": "Bouddhisme"}


@dataclass
class Office:
    """A served register, its people's sessions and files."""

    site: str
    home: Path
    sessions: dict[str, str]
    names: list[str]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A register of 120 invented people, served with its worker."""
    home = tmp_path_factory.mktemp("office") / "home"
    home.mkdir()
    env = {**os.environ, "SAOLA_HOME": str(home), "SAOLA_DATABASE_URL": "", "SAOLA_LOG": "ERROR"}
    said = subprocess.run(
        [sys.executable, HERE / "served_people.py"], env=env, check=True, capture_output=True
    )
    facts = json.loads(said.stdout)
    served = Served(home, jobs=True)
    yield Office(served.wait().address, home, facts["sessions"], facts["names"])
    served.stop()


@pytest.fixture
def enter(browser: Browser, office: Office, axe: str) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody; the policy is bypassed for the tester's own script alone."""
    opened = []

    def open_as(who: str, path: str, **more: Any) -> Page:
        context = browser.new_context(
            bypass_csp=True, viewport=DESKTOP, reduced_motion="reduce", **more
        )
        context.set_default_timeout(20_000)
        context.add_init_script(axe)
        cookie = {"name": "session", "value": office.sessions[who], "url": office.site}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(f"{office.site}{path}")
        opened.append(context)
        return page

    yield open_as
    for context in opened:
        context.close()


def sound(page: Page) -> None:
    """Nothing is wrong for a reader: light on a desktop, dark on a phone, nothing too wide.

    The rules of axe are asked in Vietnamese and once a page; a width depends on the words.
    """
    found = []
    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        if page.locator("html").get_attribute("lang") == "vi":
            found += violations(page)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    page.set_viewport_size(DESKTOP)
    assert [] == found
    assert 0 == wide


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_clerk_imports_reviews_merges_corrects_and_undoes(
    enter: Callable[..., Page], office: Office, lang: str
) -> None:
    """The whole path of a clerk, by clicking; each page on it is accessible."""
    page = enter(f"clerk-{lang}", f"/{lang}/registers/")
    sound(page)
    page.click(f'main a[href="/{lang}/registers/population/intake/"]')
    sound(page)
    page.set_input_files("#id_file", office.home / f"new-{lang}.csv")
    page.click("main form button")
    expect(page.locator("#c-name")).to_have_value("name")
    sound(page)
    page.click('button[name="begin"]')
    expect(page.locator('button[value="undo"]')).to_be_attached()
    expect(page.locator("#progress button")).to_have_count(0)  # done
    sound(page)
    batch = page.url
    with page.expect_download() as beside:
        page.click("a[download]")
    assert "reasons" in beside.value.path().read_text(encoding="utf-8-sig").splitlines()[0]

    page.goto(f"{office.site}/{lang}/population/pairs/")
    sound(page)
    page.locator("tbody a").first.click()
    pair = page.url
    sound(page)
    page.click('button[value="left"]')
    expect(page.locator('button[value="confirm"]')).to_have_count(0)
    other = enter(f"second-{lang}", pair.removeprefix(office.site))
    other.click('button[value="confirm"]')
    expect(other.locator('button[value="undo"]')).to_be_visible()

    page.goto(f"{office.site}/{lang}/population/30/correction/")
    sound(page)
    page.fill("#id_day", "2026-11-01")
    page.fill("#id_reason", "giấy khai sinh 5")
    page.select_option("#id_field", "religion")
    page.select_option("select#id_value", "Phật giáo")
    page.click("main form button")
    expect(page.locator("dl.facts")).to_contain_text(BUDDHISM[lang])
    sound(page)

    other.click('button[value="undo"]')
    expect(other.locator('button[value="left"]')).to_be_visible()
    page.goto(batch)
    page.click("details.data summary")
    page.click('button[value="undo"]')
    expect(page.locator('button[value="undo"]')).to_have_count(0)
    assert lang == page.locator("html").get_attribute("lang")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_citizen_sees_readers_and_asks_for_a_correction(
    enter: Callable[..., Page], office: Office, lang: str
) -> None:
    """My data, who read them, a wish sent, answered by a clerk, and seen."""
    key = 21 + LANGUAGES.index(lang)
    clerk = enter(f"clerk-{lang}", f"/{lang}/population/{key}/")
    page = enter(f"citizen-{lang}", f"/{lang}/registers/")
    page.click(f'main a[href="/{lang}/my-data/"]')
    expect(page.locator("h1")).to_have_text(office.names[key - 1])
    expect(page.locator("main")).to_contain_text("Sở Dân cư")
    sound(page)
    page.click(f'a[href="/{lang}/my-data/correct/"]')
    sound(page)
    page.select_option("#id_field", "marital")
    expect(page.locator("select#id_wanted")).to_be_visible()
    sound(page)
    page.select_option("#id_field", "ethnicity")
    expect(page.locator("#id_wanted-list option")).to_have_count(54)
    sound(page)
    page.fill("#id_wanted", "Tày")
    page.fill("#id_reason", "giấy khai sinh")
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("Tày")

    clerk.goto(f"{office.site}/{lang}/population/corrections/")
    sound(clerk)
    clerk.locator('button[value="accept"]').first.click()
    page.reload()
    expect(page.locator("dl.facts")).to_contain_text("Tày")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_land_is_seen_by_its_officer_and_its_holder(enter: Callable[..., Page], lang: str) -> None:
    """An officer sees how far the parcels are, and opens one; its holder sees who did."""
    page = enter(f"land-{lang}", f"/{lang}/land/")
    expect(page.locator(".progress-chart svg")).to_be_visible()
    sound(page)
    page.goto(page.url + f"?q=XSA.C.00001/1/{1 + LANGUAGES.index(lang)}")
    assert "/land/parcel/" in page.url
    sound(page)
    holder = enter(f"citizen-{lang}", f"/{lang}/my-data/")
    expect(holder.locator("h3[id=readers-land]")).to_be_visible()
    expect(holder.get_by_text(f"XSA.C.00001, 1/{1 + LANGUAGES.index(lang)} ·")).to_be_visible()
    sound(holder)


def test_a_search_answers_as_it_is_typed(enter: Callable[..., Page], office: Office) -> None:
    """Letters without tones find a person before the form is sent."""
    page = enter("clerk-vi", "/vi/population/")
    sound(page)
    page.locator("#find").press_sequentially(office.names[40].split()[0])
    expect(page.locator("#found tbody tr").first).to_be_visible()
    assert page.url.endswith("/vi/population/")
    sound(page)
    page.fill("#find", "nguyen")
    page.locator('.pager a[href*="q=nguyen"]').click()  # once the answer is there
    expect(page.locator("#found tbody tr").first).to_be_visible()
    assert page.url.endswith("?q=nguyen&page=2")
    assert "nguyen" == page.input_value("#find")
    sound(page)


def test_nothing_of_it_needs_javascript(enter: Callable[..., Page], office: Office) -> None:
    """Search, record as it was on a day, and an upload work by plain forms."""
    page = enter("clerk-en", "/en/population/", java_script_enabled=False)
    page.fill("#find", office.names[40])
    page.click(".choose button")
    page.locator("#found tbody a").first.click()
    page.fill("#on", "2026-11-01")
    page.click(".choose button")
    expect(page.locator(".notice")).to_be_visible()
    page.goto(f"{office.site}/en/registers/population/intake/")
    page.set_input_files("#id_file", office.home / "new-plain.csv")
    page.click("main form button")
    page.click('button[name="begin"]')
    expect(page.locator("#progress")).to_be_visible()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("clerk-vi", "population/birth/"),
        ("clerk-vi", "population/99999999/"),
        ("auditor", "population/pairs/"),
        ("land-vi", "land/parcel/1/split/"),
        ("clerk-vi", "population/exports/"),
        ("clerk-vi", "population/30/"),
        ("clerk-vi", "registers/population/progress/"),
        ("land-vi", "registers/land/progress/"),
        ("clerk-vi", "registers/errand/"),
        ("auditor", "population/protection/"),
        ("auditor", "population/readers/?person=30"),
    ],
)
def test_other_pages_are_accessible(enter: Callable[..., Page], who: str, path: str) -> None:
    """Forms and reports that the two paths do not meet."""
    lang = who.partition("-")[2] or "vi"
    sound(enter(who, f"/{lang}/{path}"))
