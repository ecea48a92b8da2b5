"""Every page of sign-in under axe-core, by keyboard, without JavaScript, on a small phone."""

from collections.abc import Iterator

import pytest
from identity_site import Site
from playwright.sync_api import Browser, Page, expect
from served_site import violations

pytestmark = pytest.mark.browser

# How each language is shown: all views of all pages would take minutes.
VIEWS = {
    "vi": ("light", (1280, 900)),
    "en": ("dark", (360, 740)),
    "fr": ("dark", (1280, 900)),
}

# Pages with records in them; tests/pages looks at every page without. Who opens what: "" is
# nobody, and a word in braces is an address that the site made.
PAGES = (
    ("", "account/login/"),
    ("", "account/signup/passkey/"),
    ("", "account/password/reset/"),
    ("new", "account/"),
    ("new", "account/organisations/"),
    ("hoa", "account/organisations/"),
    ("hoa", "{company}"),
    ("hoa", "account/2fa/"),
    ("hoa", "account/2fa/webauthn/"),
    ("hoa", "account/2fa/webauthn/add/"),
    ("hoa", "account/2fa/totp/activate/"),
    ("hoa", "account/2fa/recovery-codes/generate/"),
    ("hoa", "account/password/set/"),
    ("hoa", "account/reauthenticate/"),
    ("hoa", "account/2fa/reauthenticate/"),
    ("hoa", "account/2fa/webauthn/reauthenticate/"),
    ("lan", "account/"),
    ("lan", "{consent}"),
    ("lan", "account/device/?user_code=BCDF-GHJK"),
    ("lan", "account/people/"),
    ("lan", "account/services/"),
    ("lan", "account/organisations/approvals/"),
    ("lan", "account/audit/"),
)


@pytest.fixture(scope="module")
def page(browser: Browser, axe: str) -> Iterator[Page]:
    """One page for all of them; the policy is bypassed for the tester's own script alone."""
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    context.add_init_script(axe)
    made = context.new_page()
    yield made
    context.close()


@pytest.mark.parametrize("lang", list(VIEWS))
@pytest.mark.parametrize("who", ["", "new", "hoa", "lan"])
def test_no_page_has_a_violation(page: Page, site: Site, who: str, lang: str) -> None:
    """WCAG 2.2 AA and best practice hold, nothing is cut off, and the page is the one asked for."""
    scheme, size = VIEWS[lang]
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a literal of the table
    site.enter(page.context, who)
    found = {}
    for owner, path in PAGES:
        if owner != who:
            continue
        address = f"{site.address}/{lang}/{path.format(**site.pages)}"
        answer = page.goto(address)
        assert answer is not None
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        found[path] = [*violations(page), *([f"{wide} px too wide"] if wide else [])]
        found[path] += [] if answer.status == 200 else [f"status {answer.status}"]
        found[path] += [] if lang == page.locator("html").get_attribute("lang") else ["language"]

    assert {} == {path: faults for path, faults in found.items() if faults}


@pytest.mark.parametrize(
    ("who", "path"),
    [("", "account/login/"), ("lan", "{consent}"), ("hoa", "{company}"), ("lan", "account/audit/")],
)
def test_everything_is_reached_by_tab(page: Page, site: Site, who: str, path: str) -> None:
    """Tab visits every link, button and field, shows where it is, and is never caught."""
    page.set_viewport_size({"width": 1280, "height": 900})
    site.enter(page.context, who)
    page.goto(f"{site.address}/en/{path.format(**site.pages)}")
    wanted = page.evaluate(
        """[...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')]
        .filter(each => each.checkVisibility() && !each.hidden && each.type !== 'hidden').length"""
    )
    seen = set()
    for _ in range(wanted + 12):  # a field for a date has parts of its own
        page.keyboard.press("Tab")
        place, outlined = page.evaluate(
            """(() => { const at = document.activeElement; const style = getComputedStyle(at);
            return [[...document.querySelectorAll('*')].indexOf(at),
                    at === document.body || style.outlineStyle !== 'none']; })()"""
        )
        assert outlined
        seen.add(place)

    assert len(seen) >= wanted


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page of a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    made = context.new_page()
    made.set_default_timeout(20_000)
    yield made
    context.close()


def test_forms_work_without_javascript(plain: Page, site: Site) -> None:
    """Without scripts a person invites, an auditor searches, and sign-in says what is missing."""
    site.enter(plain.context, "hoa")
    plain.goto(f"{site.address}/en/{site.pages['company']}")
    plain.fill("#id_email", "helper@example.org")
    plain.click("form.sheet button")
    expect(plain.locator("[role=status]")).to_contain_text("good for 14 days")
    expect(plain.locator("main")).to_contain_text("helper@example.org")

    site.enter(plain.context, "lan")
    plain.goto(f"{site.address}/en/account/audit/")
    plain.select_option("#kind", "member-invited")
    plain.click("form.choose button")
    expect(plain.locator("tbody tr").first).to_contain_text("member-invited")

    site.enter(plain.context, "")
    plain.goto(f"{site.address}/en/account/login/")
    expect(plain.locator(".notice:visible")).to_contain_text("JavaScript")
    plain.locator("summary", has_text="password").click()
    expect(plain.locator("input[type=password]")).to_be_visible()


def test_two_people_approve_an_organisation_in_the_browser(page: Page, site: Site) -> None:
    """What one person asked for, the desk approves; then it is in force on the first one's page."""
    site.enter(page.context, "lan")
    page.goto(f"{site.address}/en/account/organisations/approvals/")
    row = page.locator("tr", has_text="Hợp tác xã Chè Núi")
    row.get_by_role("button", name="Approve").click()
    expect(page.locator("tr", has_text="Hợp tác xã Chè Núi")).to_contain_text("In force")

    site.enter(page.context, "duc")
    page.goto(f"{site.address}/en/account/organisations/")
    card = page.locator(".card", has_text="Hợp tác xã Chè Núi")
    expect(card).to_contain_text("In force")
    card.get_by_role("link", name="Officers and delegates").click()
    expect(page.locator("h1")).to_have_text("Hợp tác xã Chè Núi")
