"""A person with a passkey in real Chromium: sign up, sign in, step up, revoke."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from identity_site import Site

pytestmark = pytest.mark.browser

RIGHT = """
import django, sys; django.setup()
from django.utils import timezone
from saola.server.identity.models import Account, Organisation, Right
account = Account.objects.get(email=sys.argv[1])
home = Organisation.objects.get(code="saola")
Right.objects.create(account=account, organisation=home, task="auditor", asked_by=account,
    approved_at=timezone.now())
"""


def _code(home: Path, email: str) -> str:
    letters = sorted((home / "files" / "mail").iterdir(), key=lambda file: file.stat().st_mtime)
    for letter in reversed(letters):
        text = letter.read_text()
        found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", text, re.MULTILINE)
        if email in text and found:
            return found[1]
    pytest.fail("no letter with a code")


def test_a_passkey_from_sign_up_to_revocation(site: Site, keyed: Any) -> None:
    """Sign-up, sign-in, step-up to an auditor's page and removal work, and break no policy."""
    page, broken, titles = keyed, [], []
    page.on(
        "console", lambda said: broken.append(said.text) if "Content Security" in said.text else 0
    )
    email = "xuan@example.org"
    start = time.monotonic()

    # First visit: name, address, the code from the letter, the passkey.
    page.goto(f"{site.address}/vi/account/login/")
    steps = (
        lambda: page.click("main a[href*=signup]"),
        lambda: page.fill("input[name=email]", email),
        lambda: page.fill("input[name=name]", "Vũ Thị Xuân"),
        lambda: page.click("main form button"),
        lambda: page.fill("input[name=code]", _code(site.home, email)),
        lambda: page.click("main form button:not([form])"),
        lambda: page.fill("input[name=name]", "Điện thoại"),
        lambda: page.click("#mfa_webauthn_signup"),
    )
    for step in steps:
        step()
        page.wait_for_load_state()
        titles.append(page.title())
    page.wait_for_url("**/vi/account/")
    took = time.monotonic() - start
    assert "Vũ Thị Xuân" in page.text_content("h1")
    assert "Thêm" in titles[-2]
    assert all(not title.startswith("·") for title in titles)

    # Out, and in again with the passkey alone: two factors, level 2.
    page.click("main form[action*=logout] button")
    page.wait_for_url(re.compile("logout|signed-out"))
    if "logout" in page.url:
        page.click("main form button")
    page.goto(f"{site.address}/vi/account/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/vi/account/")
    assert "mức 2 trên 4" in page.text_content(".cards")

    # An auditor's page opens at level 2 without another question.
    site.script(RIGHT, email)
    page.goto(f"{site.address}/vi/account/audit/")
    assert "Nhật ký kiểm toán" in page.text_content("h1")

    # Removal asks for the passkey once more, and then the passkey opens nothing.
    page.goto(f"{site.address}/vi/account/2fa/webauthn/")
    page.click("a[href*=remove]")
    page.wait_for_url("**/webauthn/reauthenticate/**")
    assert "Xác nhận đó là bạn" in page.text_content("h1")
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url("**/remove/**")
    page.click("main form button")
    page.wait_for_url("**/2fa/webauthn/")
    page.context.clear_cookies()
    page.goto(f"{site.address}/vi/account/login/")
    page.click("#passkey_login")
    page.wait_for_load_state("networkidle")
    assert "/account/login/" in page.url

    assert [] == [said for said in broken if "Content Security" in said]
    # Four fields at 8 seconds, four presses at 2, the server's own time: under a minute.
    assert took + 4 * 8 + 4 * 2 < 60
    assert 8 == len(steps)


def test_an_added_passkey_signs_in_alone(site: Site, keyed: Any) -> None:
    """What is added under Ways to sign in is resident: it opens the account without a password."""
    page = keyed
    site.enter(page.context, "new")
    page.goto(f"{site.address}/vi/account/2fa/webauthn/add/")
    page.fill("input[name=name]", "Máy tính")
    assert "Tên" in page.text_content("main form label")
    page.press("input[name=name]", "Enter")
    page.wait_for_url(lambda url: "/add/" not in url)

    site.enter(page.context, "")
    page.goto(f"{site.address}/vi/account/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/vi/account/")

    assert "Đỗ Thị Mới" in page.text_content("h1")
    assert "mức 2 trên 4" in page.text_content(".cards")

    # A second one on the same device, and none that answers, are said in words.
    page.goto(f"{site.address}/vi/account/2fa/webauthn/add/")
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url("**/webauthn/add/")
    page.press("input[name=name]", "Enter")
    page.wait_for_selector("[data-passkey=present]:visible")
    site.enter(page.context, "")
    page.goto(f"{site.address}/vi/account/login/")
    page.route("**/webauthn/login/", lambda route: route.abort())
    page.click("#passkey_login")
    page.wait_for_selector("[data-passkey=absent]:visible")
    assert "Không có khoá truy cập nào trả lời" in page.text_content("[role=alert]:visible")
