"""Limits on guessing: how many tries an account and an address have, and that the docs say so."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from saola.server.identity import configuration, limits
from saola.server.identity import settings as chosen
from saola.server.identity.models import Attempt, Organisation, Right

LOGIN = "/en/account/login/"
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "sign-in-operation.md"


def _try(email: str, password: str, address: str) -> int:
    """Try a password from an address."""
    browser = Browser(headers={"host": "localhost"}, REMOTE_ADDR=address)
    return browser.post(LOGIN, {"login": email, "password": password}).status_code


def test_thirty_failures_from_one_address_close_it_to_all_accounts(person: Any) -> None:
    """Spraying one password over many accounts ends after 30 failures a minute, there only."""
    tries = [_try(f"spray{number}@example.org", "x", "198.51.100.1") for number in range(30)]
    here = _try(person.account.email, person.password, "198.51.100.1")
    there = _try(person.account.email, person.password, "198.51.100.2")

    assert {200} == set(tries)
    assert (False, 302) == (here == 302, there)


def test_five_failures_close_an_account_from_everywhere(person: Any) -> None:
    """After five failures in five minutes the right password waits, whatever address it is from."""
    for number in range(5):
        _try(person.account.email, "wrong", f"198.51.100.{10 + number}")

    assert 302 != _try(person.account.email, person.password, "198.51.100.99")


def test_sign_in_by_password_has_a_wall_for_each_address(person: Any) -> None:
    """Good sign-ins count too: past the wall an address gets 429, another one goes on."""
    rates = {**settings.ACCOUNT_RATE_LIMITS, "login": "3/m/ip"}
    with override_settings(ACCOUNT_RATE_LIMITS=rates):
        codes = [_try(person.account.email, person.password, "198.51.100.3") for _ in range(4)]
        other = _try(person.account.email, person.password, "198.51.100.4")

    assert [302, 302, 302, 429] == codes
    assert 302 == other
    assert "600/m/ip" == settings.ACCOUNT_RATE_LIMITS["login"]


def test_a_new_window_counts_from_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is used up works again in the next window of five minutes."""
    first = [limits.within("a thing", 2) for _ in range(3)]
    after = limits.window() + 1
    monkeypatch.setattr(limits, "window", lambda: after)

    assert [True, True, False] == first
    assert limits.within("a thing", 2)


def test_counts_of_past_windows_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two windows later a count is gone; the present one and the one before are kept."""
    now = limits.window()
    for late in range(3):
        monkeypatch.setattr(limits, "window", lambda late=late: now + late)
        limits.within("a thing", 2)

    assert 1 == limits.forget_old()
    assert [now + 1, now + 2] == sorted(Attempt.objects.values_list("period", flat=True))


@pytest.mark.parametrize(
    "limit",
    [
        settings.ACCOUNT_RATE_LIMITS["login"],
        *settings.ACCOUNT_RATE_LIMITS["login_failed"].split(","),
        settings.MFA_RATE_LIMITS["webauthn_login"],
        f"{limits.OF_KEY}/{limits.WINDOW}s/key",
        f"{limits.OF_ADDRESS}/{limits.WINDOW}s/ip",
    ],
)
def test_the_guide_states_each_limit(limit: str) -> None:
    """The numbers in the guide for operators are those in force."""
    count, window, per = limit.split("/")
    minutes = {"m": "minute", "300s": "five minutes"}[window]
    whom = {"ip": "address", "key": "account or service"}[per]

    assert re.search(rf"\| {int(count):,} .*\| {minutes} \| {whom} \|", GUIDE.read_text())


def test_a_task_can_forbid_the_password(
    person: Any, new_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who holds such a task is refused with the right password too, and the log says so."""
    monkeypatch.setattr(chosen, "SAOLA_PASSKEY_ONLY", ("administrator",))
    free = new_person()
    Right.objects.create(
        account=person.account, organisation=Organisation.objects.get(code="saola"),
        task="administrator", asked_by=person.account, approved_at=timezone.now(),
    )  # fmt: skip
    _try(person.account.email, person.password, "198.51.100.5")
    answer = person.browser.post(
        LOGIN, {"login": person.account.email, "password": person.password}
    )

    assert LOGIN == answer.headers["Location"]
    assert 2 == len(person.events("password-refused"))
    assert "/account/login/" in person.browser.get("/en/account/").headers["Location"]
    assert 302 == _try(free.account.email, free.password, "198.51.100.5")
    assert not free.events("password-refused")


def test_an_unknown_task_is_named(tmp_path: Path) -> None:
    """A task that does not exist stops the start, with its name."""
    (tmp_path / "saola.toml").write_text('[identity]\npasskey_only = ["boss"]\n')

    with pytest.raises(Exception, match="boss"):
        configuration.read(tmp_path)
