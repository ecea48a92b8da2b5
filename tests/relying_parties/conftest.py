"""A server of its own, and a person who walks through its pages without a browser."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

PORT = 8240
ISSUER = f"http://localhost:{PORT}"
EMAIL, PASSWORD = "lan@example.org", "correct horse battery staple"
SAOLA = str(Path(sys.executable).with_name("saola"))
ACCOUNT = f"""
import django; django.setup()
from saola.server.identity.models import Account
a = Account.objects.create_user({EMAIL!r}, {PASSWORD!r}, name="Nguyễn Thị Lan")
a.emailaddress_set.create(email=a.email, verified=True, primary=True)
"""


@dataclass(frozen=True)
class Server:
    """A running `saola serve`."""

    issuer: str
    home: Path

    def saola(self, *words: str) -> str:
        """Run the command on the server's workspace."""
        env = {**os.environ, "SAOLA_SERVED_AT": self.issuer, "SAOLA_HOME": str(self.home)}
        command = [SAOLA, "--home", str(self.home), *words]
        done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
        return done.stdout

    def client(self, name: str, redirect: str, *more: str) -> dict[str, str]:
        """Register a service."""
        words = ["identity", "client", "add", name, "--redirect", redirect, *more]
        found: dict[str, str] = json.loads(self.saola(*words))
        return found


def wait(url: str) -> None:
    """Wait until something answers."""
    for _ in range(480):
        try:
            httpx.get(url, timeout=2)
        except httpx.HTTPError:
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"nothing answers at {url}")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server with one person."""
    home = Path(tempfile.mkdtemp(prefix="saola-rp-"))
    env = {**os.environ, "SAOLA_HOME": str(home), "SAOLA_SERVED_AT": ISSUER, "SAOLA_LOG": "ERROR"}
    env["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
    command = [SAOLA, "--home", str(home), "serve", "--port", str(PORT), "--no-jobs"]
    process = subprocess.Popen(command, env=env)
    try:
        wait(f"{ISSUER}/health")
        subprocess.run([sys.executable, "-c", ACCOUNT], env=env, check=True)
        yield Server(ISSUER, home)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


class Walker:
    """Follows redirects, signs in by password, says yes; stops where it is told."""

    def __init__(self) -> None:
        self.browser = httpx.Client(timeout=30)

    def walk(self, url: str, *, until: str = "\0") -> httpx.Response:
        """Go on until a redirect begins with `until`, or a page asks for nothing more."""
        answer = self.browser.get(url)
        for _ in range(20):
            if answer.is_redirect:
                to = urljoin(str(answer.url), answer.headers["location"])
                if to.startswith(until):
                    return answer
                answer = self.browser.get(to)
            elif "/account/login/" in str(answer.url):
                facts = {"login": EMAIL, "password": PASSWORD}
                answer = self._submit(answer, "account/login/", facts)
            elif "/account/consent/" in str(answer.url):
                facts = {**_hidden(answer.text), "answer": "allow"}
                answer = self.browser.post(answer.url, data=facts)
            else:
                return answer
        pytest.fail(f"no end at {answer.url}")

    def _submit(self, page: httpx.Response, action: str, facts: dict[str, str]) -> httpx.Response:
        for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
            at = re.search(r'action="([^"]*)"', form)
            if at and action in at[1]:
                data = {**_hidden(form), **facts}
                return self.browser.post(urljoin(str(page.url), at[1]), data=data)
        pytest.fail(f"no form for {action}")


def _hidden(form: str) -> dict[str, str]:
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="hidden"' in tag:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


@pytest.fixture
def walker() -> Iterator[Walker]:
    """A person at a browser."""
    made = Walker()
    yield made
    made.browser.close()


@pytest.fixture
def until_answers() -> Any:
    """Wait until something answers."""
    return wait
