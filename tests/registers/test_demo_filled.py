"""The registers of the demo: what a visitor finds there before anybody did anything."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from saola.server.demo.beside import filled

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))
import demo_home
from served_site import Served, violations

Ask = Callable[[str, str], list[Any]]


PARTS = {
    "clerk": "population/?q=nguyen",
    "second-clerk": "population/pairs/?state=proposed",
    "land": "land/",
    "auditor": "population/protection/",
    "citizen": "my-data/",
}
LANGUAGES = ("vi", "en", "fr")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo."""
    return demo_home.build(tmp_path_factory.mktemp("demo") / "home")


@pytest.fixture(scope="module")
def ask(home: Path) -> Ask:
    """Ask a table of the small demo."""

    def asked(database: str, query: str) -> list[Any]:
        with closing(sqlite3.connect(home / "db" / f"{database}.sqlite3")) as held:
            return list(held.execute(query))

    return asked


def test_files_came_through_the_intake_and_every_row_ended_somewhere(ask: Ask) -> None:
    """Rows read are accepted, set aside or to be reviewed; each register has some of each."""
    for register in ("population", "land"):
        rows = ask(register, f"SELECT rows, accepted, aside, review FROM {register}_batch")  # noqa: S608  (our own)

        assert [each[0] for each in rows] == [sum(each[1:]) for each in rows]
        assert all(sum(column) > 0 for column in zip(*rows, strict=True))


def test_people_and_parcels_lie_in_communes_of_the_invented_country(ask: Ask) -> None:
    """No place of a real country is named by a record."""
    places = ask("population", "SELECT DISTINCT commune FROM population_residence")
    places += ask("population", "SELECT DISTINCT birth_place FROM population_person")
    places += ask("population", "SELECT DISTINCT native_place FROM population_person")
    places += ask("land", "SELECT DISTINCT commune FROM land_version")

    assert set() == {code for (code,) in places if code and not code.startswith("XSA.C.")}
    assert [("XSA",)] == ask(
        "population",
        "SELECT DISTINCT nationality FROM population_person WHERE nationality IS NOT NULL",
    )


def test_there_is_work_for_every_part(ask: Ask) -> None:
    """Pairs wait, two are proposed, corrections are asked for, parcels have findings and acts."""
    states = dict(ask("population", "SELECT state, count(*) FROM population_pair GROUP BY 1"))
    kinds = {kind for (kind,) in ask("population", "SELECT DISTINCT kind FROM population_event")}
    rules = {rule for (rule,) in ask("land", "SELECT DISTINCT rule FROM land_finding")}

    assert 2 == states["proposed"]
    assert states["open"] > 5
    assert {"marriage", "move", "death", "birth", "absence", "correction"} <= kinds
    assert {"overlap", "gap", "ring-invalid", "area-document", "holder-absent"} <= rules
    assert [(2,)] == ask("population", "SELECT count(*) FROM population_wish WHERE state = 'open'")
    assert [("transfer",), ("mortgage",)] == ask(
        "land", "SELECT kind FROM land_transaction WHERE kind <> 'entry' ORDER BY id"
    )


def test_nobody_can_sign_in_to_a_part(ask: Ask) -> None:
    """The accounts of the parts have neither a password, a passkey, nor an address for letters."""
    found = ask("accounts", "SELECT password, email FROM identity_account ORDER BY id")

    assert 5 == len(found)
    assert all(word.startswith("!") for word, _ in found)
    assert all(email.endswith("@demo.invalid") for _, email in found)
    assert [(0,)] == ask("accounts", "SELECT count(*) FROM mfa_authenticator")
    assert [(0,)] == ask("accounts", "SELECT count(*) FROM account_emailaddress")


def test_a_demo_never_fills_a_database_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a PostgreSQL server named, the demo's people still go into its own files."""
    seen: dict[str, Any] = {}

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, line: list[str], **facts: Any) -> None:
            seen.update(facts["env"])
            super().__init__([line[0], "-c", ""], **facts)

    monkeypatch.setenv("SAOLA_DATABASE_URL", "postgresql://country/registers")
    monkeypatch.setattr(subprocess, "Popen", Watched)
    with filled(tmp_path, seed=1, now=demo_home.NOW):
        pass

    assert "SAOLA_DATABASE_URL" not in seen
    assert str(tmp_path) == seen["SAOLA_HOME"]


def test_filling_that_fails_is_said(tmp_path: Path) -> None:
    """Where the registers cannot be filled the demo fails, too, and is taken back whole."""
    (tmp_path / "saola.toml").write_text("country = [")

    with (
        pytest.raises(subprocess.CalledProcessError),
        filled(tmp_path, seed=1, now=demo_home.NOW),
    ):
        pass


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """The small demo, served as `make demo` serves it."""
    served = Served(home)
    yield served.wait().address
    served.stop()


@pytest.fixture
def page(browser: Browser, axe: str) -> Iterator[Page]:
    """A page of a stranger; the policy is bypassed for the tester's own script alone."""
    context = browser.new_context(bypass_csp=True, viewport=DESKTOP, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    context.add_init_script(axe)
    yield context.new_page()
    context.close()


def _sound(page: Page) -> None:
    """Nothing is wrong for a reader: light on a desktop, dark on a phone, nothing too wide."""
    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        assert [] == violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(DESKTOP)


@pytest.mark.browser
def test_a_beginner_comes_from_the_registers_to_every_part(page: Page, site: str) -> None:
    """Registers, sign in, try the demo, one button: each part sees its pages, in each language."""
    for place, (part, path) in enumerate(PARTS.items()):
        language = LANGUAGES[place % len(LANGUAGES)]
        page.goto(f"{site}/{language}/registers/")
        if not place:
            page.locator(f"a[href='/{language}/demo/']").click()
        else:
            page.locator(f".playing a[href='/{language}/demo/']").click()
        _sound(page)
        page.locator(f"button[value='{part}']").click()
        answer = page.goto(f"{site}/{language}/{path}")

        assert answer is not None
        assert 200 == answer.status
        expect(page.locator(".playing")).to_be_visible()
        expect(page.locator(".notice.synthetic")).to_be_visible()
        assert page.locator("main table, main dl").count() > 0
        _sound(page)


@pytest.mark.browser
def test_two_clerks_merge_what_one_alone_cannot(page: Page, site: str) -> None:
    """The first clerk proposes, the second confirms; the citizen's file says who read it."""
    page.goto(f"{site}/en/demo/")
    page.locator("button[value='clerk']").click()
    page.goto(f"{site}/en/population/pairs/?state=proposed")
    page.locator("tbody a").first.click()
    assert 0 == page.locator("button[value='confirm']").count()
    pair = page.url

    page.goto(f"{site}/en/demo/")
    page.locator("button[value='second-clerk']").click()
    page.goto(pair)
    page.locator("button[value='confirm']").click()

    expect(page.get_by_role("status")).to_contain_text("The records are merged.")
