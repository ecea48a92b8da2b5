# ruff: noqa: ARG001  (fixtures make the tables)
"""The door of the demo: a part is entered without proof, so every other case is refused."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from saola import demo
from saola.cli import serve
from saola.server.configuration import Configuration
from saola.server.demo import door, parts
from saola.server.demo.models import Filled, Part
from saola.server.identity import levels, rights
from saola.server.identity import settings as chosen
from saola.server.identity.models import Account, Event, Organisation, Right, SignIn
from saola.server.registries import desk, known

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with, signed_in

DEMO = "[demo]\nseed = 7\ncommunes = 60\n"
Shut = Callable[[], bool]


def _mark(home: Path, *, country: str = demo.CODE, more: str = DEMO) -> None:
    said = f'country = "{country}"\n[label]\nen = "Here"\n{more}'
    (home / "saola.toml").write_text(said, encoding="utf-8")


@pytest.fixture
def place(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A demo on this machine, served to this machine alone, with a clerk to be played."""
    file = home / "saola.toml"
    before = file.read_bytes() if file.exists() else None
    _mark(home)
    monkeypatch.setattr(settings, "CONFIGURATION", Configuration())
    monkeypatch.setattr(chosen, "SAOLA_ISSUER", "http://localhost:8000")
    monkeypatch.setenv(door.LISTENS, "127.0.0.1")
    begun = []
    for each in known.every():
        batches = each.make().batch.objects.using(each.name)
        first = batches.order_by("pk").first()
        if first is None:
            first = batches.create(sha256="5a", source="a", who="b", started=timezone.now())
            begun.append(first)
        Filled.objects.create(register=each.name, batch=first.pk, sha256=first.sha256)
    account = parts.enrol("clerk", "Người Đóng Vai")
    agency, _ = Organisation.objects.get_or_create(
        code="XSA.M.PEOPLE", defaults={"name": "Sở Dân cư", "agency": True, "keeps": True}
    )
    rights.grant(account, "clerk", organisation=agency)
    yield home
    SignIn.objects.filter(account=account).delete()
    Right.objects.filter(account=account).delete()
    Part.objects.all().delete()
    account.delete()
    Filled.objects.all().delete()
    for each in begun:
        each.delete()
    file.unlink(missing_ok=True)
    if before is not None:
        file.write_bytes(before)


def _browser(**more: Any) -> Client:
    return Client(enforce_csrf_checks=True, headers={"host": "localhost:8000"}, **more)


def _enter(browser: Client, part: str = "clerk", **more: Any) -> Any:
    """Enter a part as a browser does: with the token of the page's form."""
    page = browser.get("/en/demo/", **more)
    token = browser.cookies["csrf"].value if "csrf" in browser.cookies else ""
    sent = {"part": part, "csrfmiddlewaretoken": token}
    return page, browser.post("/en/demo/", sent, **more)


def test_a_part_is_entered_by_one_button_and_works_as_an_officer(place: Path) -> None:
    """The clerk's page opens without a password, says that it is a part, and can be left."""
    browser = _browser()

    page, entered = _enter(browser)
    desk = browser.get("/en/population/pairs/")

    assert (200, 302) == (page.status_code, entered.status_code)
    assert reverse("desk") == entered.url
    assert 200 == desk.status_code
    assert "You play: Clerk of the population register." in desk.content.decode()
    token = browser.cookies["csrf"].value
    browser.post("/en/demo/leave/", {"csrfmiddlewaretoken": token})
    assert 302 == browser.get("/en/population/pairs/").status_code


def test_every_entry_is_in_the_log_with_a_level_of_its_own(place: Path) -> None:
    """A part proves nothing: level 0, no method; entering and leaving are logged."""
    browser = _browser()
    _enter(browser)
    account = Part.objects.get(code="clerk").account
    visit = SignIn.objects.get(account=account)
    token = browser.cookies["csrf"].value
    browser.post("/en/demo/leave/", {"csrfmiddlewaretoken": token})

    events = Event.objects.filter(account=account.pk).order_by("id")
    kinds = [each.kind for each in events]
    entered = events.get(kind="demo-entered")
    assert (0, [levels.PLAYED]) == (visit.level, visit.amr)
    assert ["demo-entered", "demo-left"] == kinds[-2:]
    assert ("clerk", "127.0.0.1", 0) == tuple(
        entered.facts[name] for name in ("part", "address", "level")
    )


def test_a_part_is_no_account(place: Path) -> None:
    """Account pages, passkeys and services see a stranger: nothing of the account can change."""
    browser = _browser()
    _enter(browser)

    for path in (
        "/en/account/", "/en/account/2fa/", "/en/account/password/set/", "/en/account/email/",
        "/en/account/number/", "/en/account/log/", "/en/account/organisations/",
    ):  # fmt: skip
        answer = browser.get(path)
        assert 302 == answer.status_code, path
        assert "/account/login/" in answer.url


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-Host": "localhost"},
        {"X-Forwarded-Proto": "http"}, {"Forwarded": "for=127.0.0.1"}, {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"}, {"CF-Connecting-IP": "1.2.3.4"},
    ],
)  # fmt: skip
def test_what_passed_a_proxy_finds_no_page(place: Path, header: dict[str, str]) -> None:
    """A forwarding header of any kind shuts the door, and ends a part that is played."""
    browser = _browser()
    _enter(browser)

    assert 404 == browser.get("/en/demo/", headers=header).status_code
    assert 404 == _enter(_browser(), headers=header)[0].status_code
    assert 302 == browser.get("/en/population/pairs/", headers=header).status_code


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.4", "::ffff:10.0.0.7", "2001:db8::1"])
def test_another_machine_finds_no_page(place: Path, address: str) -> None:
    """Only loopback addresses enter; a cookie carried elsewhere opens nothing there."""
    browser = _browser()
    _enter(browser)

    assert 404 == browser.get("/en/demo/", REMOTE_ADDR=address).status_code
    assert 302 == browser.get("/en/population/pairs/", REMOTE_ADDR=address).status_code


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_every_address_of_this_machine_enters(place: Path, address: str) -> None:
    """Loopback is known in each of its spellings."""
    assert 200 == _browser(REMOTE_ADDR=address).get("/en/demo/").status_code


def test_a_name_that_was_rebound_to_this_machine_is_refused(place: Path) -> None:
    """A page of another site that makes its name point here gets no answer from the demo."""
    answer = _browser().get("/en/demo/", headers={"host": "evil.example:8000"})

    assert 400 == answer.status_code


def test_a_name_the_operator_added_shuts_the_door(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers to another name serves others, even when asked by its local one."""
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", [*settings.ALLOWED_HOSTS, "dti.example"])

    assert 404 == _browser().get("/en/demo/", headers={"host": "dti.example"}).status_code


def test_another_site_cannot_press_the_button(place: Path) -> None:
    """Without the form's token, or from another origin or port, nobody enters."""
    browser = _browser()
    browser.get("/en/demo/")
    token = browser.cookies["csrf"].value
    sent = {"part": "clerk", "csrfmiddlewaretoken": token}

    bare = browser.post("/en/demo/", {"part": "clerk"})
    other = browser.post("/en/demo/", sent, headers={"Origin": "https://evil.example"})
    port = browser.post("/en/demo/", sent, headers={"Origin": "http://localhost:3000"})

    assert (403, 403, 403) == (bare.status_code, other.status_code, port.status_code)
    assert not SignIn.objects.filter(account=Part.objects.get(code="clerk").account).exists()


def test_asking_for_the_page_changes_nothing(place: Path) -> None:
    """A link enters nobody: only the button does."""
    browser = _browser()

    assert 200 == browser.get("/en/demo/?part=clerk").status_code
    assert 405 == browser.get("/en/demo/leave/").status_code
    assert not SignIn.objects.filter(account=Part.objects.get(code="clerk").account).exists()


def _reference(session: Any) -> str:
    request = RequestFactory().get("/")
    request.session = session
    return desk.said(request)["reference"]


def test_who_signs_in_over_a_part_leaves_it(place: Path) -> None:
    """A sign-in in the browser that plays a part ends it, says so, and keeps no errand of it."""
    password = "correct horse battery staple"
    officer = Account.objects.create_user("over@example.org", password, name="Lê Thị Sáu")
    officer.emailaddress_set.create(email=officer.email, verified=True, primary=True)
    browser = _browser()
    _enter(browser)
    part = Part.objects.get(code="clerk").account
    token = browser.cookies["csrf"].value
    sent = {"login": officer.email, "password": password, "csrfmiddlewaretoken": token}

    played = _reference(browser.session)
    browser.post("/en/account/login/", sent)

    assert ("Trying the demo", "") == (played, _reference(browser.session))
    assert officer.pk == SignIn.objects.get(pk=browser.session["sign-in"]).account_id
    assert not SignIn.objects.filter(account=part, ended_at=None).exists()
    assert 1 == Event.objects.filter(account=part.pk, kind="demo-left").count()
    officer.delete()


@pytest.mark.parametrize("part", ["", "administrator", "citizen", "clerk2", "../clerk"])
def test_only_parts_that_the_demo_made_are_entered(place: Path, part: str) -> None:
    """A part that is not in the list, or was not made here, is not found."""
    assert 404 == _enter(_browser(), part)[1].status_code


def test_an_officer_in_a_demo_stays_an_account_until_a_part_is_entered(place: Path) -> None:
    """Entering ends the sign-in of whoever was there, and keeps nothing of its session."""
    account = account_with("clerk")
    browser = signed_in(account)
    before = browser.session.session_key

    _enter(browser)

    assert before != browser.session.session_key
    assert not browser.session.get("_auth_user_id")


@pytest.mark.parametrize(
    ("country", "more"),
    [("VNM", DEMO), ("XSB", DEMO), (demo.CODE, ""), (demo.CODE, "[demo]\n")],
)
def test_no_workspace_but_a_demo_has_the_page(place: Path, country: str, more: str) -> None:
    """A copied mark in a real country's workspace, or the invented country without one: 404."""
    browser = _browser()
    _enter(browser)
    _mark(place, country=country, more=more)

    assert 404 == browser.get("/en/demo/").status_code
    assert 302 == browser.get("/en/population/pairs/").status_code


def test_a_folder_without_workspace_has_no_page(place: Path) -> None:
    """A server that was started before there is a workspace offers no parts."""
    (place / "saola.toml").unlink()

    assert 404 == _browser().get("/en/demo/").status_code


@pytest.mark.parametrize("register", ["population", "land"])
def test_copied_marks_and_accounts_open_no_other_register(place: Path, register: str) -> None:
    """Each register has to begin with the intake that filled the demo."""
    found = Filled.objects.filter(register=register)
    kept = dict(found.values("batch", "sha256")[0])
    shut = []
    for wrong in ({"batch": kept["batch"] + 10_000}, {"sha256": "other"}):
        found.update(**kept | wrong)
        shut.append(_browser().get("/en/demo/").status_code)
    found.delete()
    shut.append(_browser().get("/en/demo/").status_code)

    assert [404, 404, 404] == shut


@pytest.mark.parametrize("register", ["population", "land"])
def test_a_register_that_lies_elsewhere_shuts_the_door(
    place: Path, register: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A demo's accounts open no database that the environment names instead of the demo's files."""
    connections[register].ensure_connection()
    monkeypatch.setitem(connections[register].settings_dict, "NAME", "/srv/country.sqlite3")

    assert 404 == _browser().get("/en/demo/").status_code


@pytest.mark.parametrize("listens", ["", "0.0.0.0", "::", "192.168.1.4", "dti.example"])  # noqa: S104
def test_a_server_that_others_reach_has_no_page(
    place: Path, listens: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has to say that it listens on this machine alone; silence shuts the door."""
    monkeypatch.setenv(door.LISTENS, listens)

    assert 404 == _browser().get("/en/demo/").status_code


@pytest.mark.parametrize(
    "setting",
    [{"https": True}, {"hosts": ("dti.example",)}, {"database": "postgresql://here/all"}],
)
def test_settings_of_a_public_server_shut_the_door(
    place: Path, setting: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTPS, names of others and a database server mean that the workspace is no playground."""
    monkeypatch.setattr(settings, "CONFIGURATION", Configuration(**setting))

    assert 404 == _browser().get("/en/demo/").status_code


@pytest.mark.parametrize(
    ("name", "value"), [("SAOLA_PROXIES", 1), ("SAOLA_ISSUER", "https://id.example")]
)
def test_sign_in_that_serves_others_shuts_the_door(
    place: Path, name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy in front, or an issuer of another name, means that others come."""
    monkeypatch.setattr(chosen, name, value)

    assert 404 == _browser().get("/en/demo/").status_code


def test_a_suspended_part_plays_no_more(place: Path) -> None:
    """Suspension takes effect with the next request, as for every account."""
    browser = _browser()
    _enter(browser)
    account = Part.objects.get(code="clerk").account
    account.is_active = False
    account.save()

    assert 302 == browser.get("/en/population/pairs/").status_code


def test_the_level_of_others_is_not_weakened(place: Path) -> None:
    """An officer at level 1 is asked for more in a demo, too."""
    answer = signed_in(account_with("clerk"), level=1).get("/en/population/pairs/")

    assert reverse("more") in answer.url


def test_the_page_to_sign_in_offers_the_parts_only_behind_the_door(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may not enter does not learn that there is a demo."""
    inside = _browser().get("/en/account/login/").content.decode()
    monkeypatch.delenv(door.LISTENS)
    outside = _browser().get("/en/account/login/").content.decode()

    assert (True, False) == tuple("/en/demo/" in page for page in (inside, outside))


def test_serving_says_where_the_parts_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A filled demo on this machine alone is announced; nothing else is."""
    address = "http://localhost:8000/en/demo/"
    said = []
    for more, host in (
        (f"{DEMO}registers = true\n", "127.0.0.1"),
        (f"{DEMO}registers = true\n", "192.168.1.4"),
        (f"{DEMO}registers = false\n", "127.0.0.1"),
        ("", "127.0.0.1"),
    ):
        _mark(tmp_path, more=more)
        serve._say_parts(tmp_path, host, address)  # noqa: SLF001  (the verb goes on for ever)
        said.append(address in capsys.readouterr().err)

    assert [True, False, False, False] == said
