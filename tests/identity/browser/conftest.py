"""One server and its people for all tests of sign-in's pages."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "pages"))  # whose judge of pages is used
sys.path.insert(0, str(HERE))
from identity_site import Site  # noqa: E402  (the file beside this one)

MADE = HERE / "made.py"
SAOLA = str(Path(sys.executable).with_name("saola"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve, and make the people."""
    home = tmp_path_factory.mktemp("browser")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    address = f"http://localhost:{port}"
    env = {**os.environ, "SAOLA_HOME": str(home), "SAOLA_SERVED_AT": address, "SAOLA_LOG": "ERROR"}
    env["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
    env.pop("SAOLA_DATABASE_URL", None)
    command = [SAOLA, "--home", str(home), "serve", "--port", str(port), "--no-jobs"]
    process = subprocess.Popen(command, env=env)
    for _ in range(480):
        try:
            httpx.get(f"{address}/health", timeout=2)
        except httpx.HTTPError:
            time.sleep(0.25)
        else:
            break
    made = Site(address, home, env, {}, {})
    facts = json.loads(made.script(MADE.read_text(encoding="utf-8")).splitlines()[-1])
    yield Site(address, home, env, facts.pop("sessions"), facts)
    process.terminate()
    process.wait(20)


@pytest.fixture
def keyed(site: Site, browser: Browser) -> Iterator[Any]:  # noqa: ARG001  (it has to run)
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
