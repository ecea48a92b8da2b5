"""A person with a passkey in real Chromium: sign up, sign in, step up, revoke."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

PORT = 8247
SITE = f"http://localhost:{PORT}"
SAOLA = str(Path(sys.executable).with_name("saola"))

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("identity-browser")]

RIGHT = """
import django, sys; django.setup()
from django.utils import timezone
from saola.server.identity.models import Account, Organisation, Right
account = Account.objects.get(email=sys.argv[1])
home = Organisation.objects.get(code="saola")
Right.objects.create(account=account, organisation=home, task="auditor", asked_by=account,
    approved_at=timezone.now())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: Any) -> Iterator[Path]:
    """A server of its own, for passkeys are tied to its name."""
    home = tmp_path_factory.mktemp("browser")
    env = {**os.environ, "SAOLA_HOME": str(home), "SAOLA_SERVED_AT": SITE, "SAOLA_LOG": "ERROR"}
    env.pop("SAOLA_DATABASE_URL", None)
    command = [SAOLA, "--home", str(home), "serve", "--port", str(PORT), "--no-jobs"]
    process = subprocess.Popen(command, env=env)
    for _ in range(480):
        try:
            httpx.get(f"{SITE}/health", timeout=2)
        except httpx.HTTPError:
            time.sleep(0.25)
        else:
            break
    yield home
    process.terminate()
    process.wait(20)


@pytest.fixture
def page(site: Path, browser: Any) -> Iterator[Any]:  # noqa: ARG001  (the server has to run)
    """A page in Chromium with a virtual authenticator that verifies its person."""
    context = browser.new_context(locale="vi-VN")
    made = context.new_page()
    tools = context.new_cdp_session(made)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    made.set_default_timeout(30_000)
    yield made
    context.close()


def _code(home: Path, email: str) -> str:
    letters = sorted((home / "files" / "mail").iterdir(), key=lambda file: file.stat().st_mtime)
    for letter in reversed(letters):
        text = letter.read_text()
        found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", text, re.MULTILINE)
        if email in text and found:
            return found[1]
    pytest.fail("no letter with a code")


def test_a_passkey_from_sign_up_to_revocation(site: Path, page: Any) -> None:
    """Sign-up, sign-in, step-up to an auditor's page and removal work, and break no policy."""
    broken: list[str] = []
    page.on(
        "console", lambda said: broken.append(said.text) if "Content Security" in said.text else 0
    )
    email = "hoa@example.org"
    start = time.monotonic()

    # First visit: name, address, the code from the letter, the passkey.
    page.goto(f"{SITE}/vi/account/signup/passkey/")
    page.fill("input[name=email]", email)
    page.fill("input[name=name]", "Phạm Thị Hoa")
    page.click("main form button")
    page.wait_for_url("**/confirm-email/**")
    page.fill("input[name=code]", _code(site, email))
    page.click("main form button:not([form])")
    page.wait_for_url("**/webauthn/signup/**")
    page.fill("input[name=name]", "Điện thoại")
    page.click("#mfa_webauthn_signup")
    page.wait_for_url("**/vi/account/")
    took = time.monotonic() - start
    assert "Phạm Thị Hoa" in page.text_content("h1")

    # Out, and in again with the passkey alone: two factors, level 2.
    page.click("main form[action*=logout] button")
    page.wait_for_url(re.compile("logout|signed-out"))
    if "logout" in page.url:
        page.click("main form button")
    page.goto(f"{SITE}/vi/account/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/vi/account/")
    assert "mức 2 trên 4" in page.text_content(".lead")

    # An auditor's page opens at level 2 without another question.
    env = {**os.environ, "SAOLA_HOME": str(site), "SAOLA_SERVED_AT": SITE}
    env["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
    env.pop("SAOLA_DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", RIGHT, email], env=env, check=True)
    page.goto(f"{SITE}/vi/account/audit/")
    assert "Nhật ký kiểm toán" in page.text_content("h1")

    # Removal asks for the passkey once more, and then the passkey opens nothing.
    page.goto(f"{SITE}/vi/account/2fa/webauthn/")
    page.click("a[href*=remove]")
    if "reauthenticate" in page.url:
        page.click("#mfa_webauthn_reauthenticate")
        page.wait_for_url("**/remove/**")
    page.click("main form button")
    page.wait_for_url("**/2fa/webauthn/")
    page.context.clear_cookies()
    page.goto(f"{SITE}/vi/account/login/")
    page.click("#passkey_login")
    page.wait_for_load_state("networkidle")
    assert "/account/login/" in page.url

    assert [] == [said for said in broken if "Content Security" in said]
    assert took < 60
