"""Run the OpenID Foundation's Python OP test tool against `saola serve`, and write what it found.

    make conformance-oidc SUITE=DIR

DIR is made ready by the caller and holds: `oidctest`, a checkout of openid-certification/oidctest;
`venv`, a virtual environment of Python 3.11 into which oidctest 0.9.1, otest 0.8.0, CherryPy and
setuptools<80 are installed. The tool is copied to a scratch folder, bound to loopback and driven
test by test as a person with a browser would.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus, urljoin

import httpx
from checkout import commit

PORT, TOOL = 8230, 8231
ISSUER = f"http://localhost:{PORT}"
BASE = f"http://localhost:{TOOL}/"
PROFILE = "C.F.T.T.s"
EMAIL, PASSWORD = "conformance@example.org", "correct horse battery staple"
HOPS = 40
REREAD = 31  # seconds after which every process has read new keys
HOME = Path(tempfile.mkdtemp(prefix="saola-oidc-"))
SAOLA = [str(Path(sys.executable).with_name("saola")), "--home", str(HOME / "home")]
ROTATE = [*SAOLA, "identity", "key", "rotate", "--now"]

ACCOUNT = f"""
import django; django.setup()
from saola.server.identity.models import Account
a = Account.objects.create_user({EMAIL!r}, {PASSWORD!r}, name="Lan Nguyễn", profile=dict(
    family_name="Nguyễn", given_name="Lan", middle_name="Thị", nickname="Lan",
    preferred_username="lan", profile="https://example.org/lan",
    picture="https://example.org/lan.png", website="https://example.org", gender="female",
    birthdate="2001-02-03", zoneinfo="Asia/Ho_Chi_Minh", phone_number="+84 24 1234 5678",
    phone_number_verified=False, address=dict(formatted="1 Tràng Thi, Hà Nội", country="VN")))
a.emailaddress_set.create(email=a.email, verified=True, primary=True)
"""

# Why a test that did not pass did not, where the reason is ours to give.
REASONS = {
    "OP-IDToken-none": "Unsigned ID tokens are not offered, on purpose.",
    "OP-request-Unsigned": "Request objects are not offered: requests are pushed (RFC 9126).",
    "OP-request_uri-Unsigned": "Request objects are not offered: requests are pushed (RFC 9126).",
    "OP-request_uri-Sig": "Request objects are not offered: requests are pushed (RFC 9126).",
    "OP-Discovery-Config": "The tool wants https; the run is plain HTTP on loopback.",
    "OP-redirect_uri-Missing": "A person must look: the page says so and does not redirect.",
    "OP-redirect_uri-NotReg": "A person must look: the page says so and does not redirect.",
    "OP-redirect_uri-Query-Added": "A person must look: the page says so and does not redirect.",
    "OP-redirect_uri-Query-Mismatch": "A person must look: the page says so and does not redirect.",
    "OP-request_uri-Sig-any": "Request objects are not offered: requests are pushed (RFC 9126).",
}


@dataclass(frozen=True)
class Outcome:
    """What the tool said of one test."""

    test: str
    state: str
    said: str


class Browser:
    """A person who signs in and says yes."""

    def __init__(self, tool: httpx.Client) -> None:
        self.tool = tool
        self.op = httpx.Client(timeout=30)

    def fetch(self, method: str, url: str, **more: object) -> httpx.Response:
        """Fetch with the cookies of whichever side the address is on."""
        side = self.tool if url.startswith(BASE) else self.op
        return side.request(method, url, **more)  # type: ignore[arg-type]  # passed through

    def visit(self, url: str) -> None:
        """Follow redirects and answer pages until the test ends."""
        answer = self.fetch("GET", url)
        for _ in range(HOPS):
            if answer.is_redirect:
                to = urljoin(str(answer.url), answer.headers["location"])
                if to.startswith(f"{BASE}display"):
                    return
                answer = self.fetch("GET", to.partition("#")[0])
                continue
            following = self.step(answer)
            if following is None:
                return
            answer = following

    def step(self, answer: httpx.Response) -> httpx.Response | None:  # noqa: PLR0911  (a page each)
        """Do what a page asks."""
        page, url = answer.text, str(answer.url)
        if url.startswith(BASE):
            found = re.search(r"""["']((?:/|http://localhost:\d+/)?continue\?[^"']*)["']""", page)
            if found is None:
                return None
            if "cookies" in page:
                self.op.cookies.clear()
            if "Rotation-OP-Sig" in found[1]:
                subprocess.run(ROTATE, check=True)
                time.sleep(REREAD)
            if "wait" in page.lower() and "second" in page.lower():
                time.sleep(2)
            return self.fetch("GET", urljoin(BASE, html.unescape(found[1])))
        if "/account/login/" in url:
            facts = {"login": EMAIL, "password": PASSWORD}
            return self.submit(page, url, "account/login/", facts)
        if "/account/reauthenticate/" in url:
            time.sleep(1.1)  # no person is faster, and `auth_time` counts seconds
            return self.submit(page, url, "reauthenticate", {"password": PASSWORD})
        if "/account/consent/" in url:
            return self.fetch("POST", url, data={**hidden(page), "answer": "allow"})
        if 'id="answer"' in page:
            action = re.search(r'action="([^"]+)"', page)
            fields = {
                html.unescape(name): html.unescape(value)
                for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', page)
            }
            return self.fetch("POST", html.unescape(action[1]) if action else url, data=fields)
        return None

    def submit(self, page: str, url: str, action: str, facts: dict[str, str]) -> httpx.Response:
        """Submit the form whose action holds a text."""
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            at = re.search(r'action="([^"]*)"', form)
            if at and action in at[1]:
                return self.fetch("POST", urljoin(url, at[1]), data={**hidden(form), **facts})
        raise RuntimeError(f"no form for {action} at {url}")


def hidden(form: str) -> dict[str, str]:
    """Give the hidden fields of a form."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="hidden"' in tag:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def prepared(suite: Path, folder: Path) -> Path:
    """Copy the tool into a scratch folder, bound to loopback, with our entity."""
    tool = folder / "tool"
    shutil.copytree(suite / "oidctest" / "test_tool" / "cp" / "test_op", tool)
    script = tool / "op_test_tool.py"
    script.write_text(script.read_text().replace("'0.0.0.0'", "'127.0.0.1'"))
    shutil.copy(tool / "tt_config_example.py", tool / "conf.py")
    for name in ("keys", "log", "jwks", "export", "requests", "server_log"):
        (tool / name).mkdir(exist_ok=True)
    entity = tool / "entities" / quote_plus(ISSUER)
    entity.mkdir(parents=True)
    facts = {
        "issuer": ISSUER,
        "tag": "default",
        "profile": PROFILE,
        "login_hint": EMAIL,
        "ui_locales": "vi",
        "claims_locales": "vi",
        "acr_values": "urn:saola:level:1 urn:saola:level:2",
        "webfinger_url": "",
        "webfinger_email": "",
        "extra": False,
        "insecure": True,
    }
    (entity / "default").write_text(json.dumps({"tool": facts}))
    return tool


def wait(url: str) -> None:
    """Wait until a server answers."""
    for _ in range(480):
        try:
            httpx.get(url, timeout=2)
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"nothing answers at {url}")


def outcome_of(tool: httpx.Client, test: str) -> Outcome:
    """Read what the tool says of a test."""
    page = tool.get(f"{BASE}test_info/{test}").text
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    found = re.search(
        r"Result\s+(PASSED|WARNING|PARTIAL RESULT|FAILED|INCOMPLETE|CRITICAL|ERROR)", text
    )
    said = re.findall(r"([\w-]+): status=(?!OK)(\w+), message=([^\n]*)", text)
    why = "; ".join(f"{name} {state.lower()}: {words}" for name, state, words in said)
    return Outcome(test, found[1] if found else "NONE", why[:300])


def run(suite: Path) -> list[Outcome]:
    """Start server and tool, drive each test, stop both."""
    folder = HOME
    (folder / "home").mkdir(exist_ok=True)
    env = {**os.environ, "SAOLA_HOME": str(folder / "home"), "SAOLA_DYNAMIC_REGISTRATION": "yes"}
    env |= {"DJANGO_SETTINGS_MODULE": "saola.server.settings", "SAOLA_LOG": "ERROR"}
    server = subprocess.Popen([*SAOLA, "serve", "--port", str(PORT), "--no-jobs"], env=env)
    try:
        wait(f"{ISSUER}/health")
        env["SAOLA_SERVED_AT"] = ISSUER
        subprocess.run([sys.executable, "-c", ACCOUNT], env=env, check=True)
        place = prepared(suite, folder)
        command = [
            str(suite / "venv" / "bin" / "python"),
            "op_test_tool.py",
            "-i",
            ISSUER,
            "-t",
            "default",
        ]
        command += ["-p", str(TOOL), "-f", "flows", "conf"]
        with (folder / "tool.log").open("w") as log:
            tool = subprocess.Popen(command, cwd=place, stdout=log, stderr=log)
        try:
            return driven()
        finally:
            tool.terminate()
            tool.wait(10)
    finally:
        server.terminate()
        server.wait(20)
        if "KEEP" not in os.environ:
            shutil.rmtree(folder, ignore_errors=True)


def driven() -> list[Outcome]:
    """Drive every test that the tool lists."""
    wait(BASE)
    tool = httpx.Client(timeout=60)
    tests = list(dict.fromkeys(re.findall(r"href='[^']*/(OP-[^'/]+)'", tool.get(BASE).text)))
    found = []
    for test in tests:
        try:
            Browser(tool).visit(f"{BASE}{test}")
            result = outcome_of(tool, test)
        except (httpx.HTTPError, RuntimeError) as error:
            result = Outcome(test, "ERROR", str(error))
        found.append(result)
        print(f"{result.test:45} {result.state:12} {result.said[:120]}", flush=True)
    return found


def written(suite: Path, found: list[Outcome]) -> str:
    """Write the result as a page of the documentation."""
    named, counts = commit(suite / "oidctest"), Counter(one.state for one in found)
    summary = ", ".join(f"{count} {state.lower()}" for state, count in counts.most_common())
    lines = [
        "# OpenID Connect: the OpenID Foundation's Python OP test tool",
        "",
        f"Suite: `openid-certification/oidctest` at `{named}`, profile `{PROFILE}`.",
        f"Run: `make conformance-oidc SUITE=DIR`, {time.strftime('%Y-%m-%d', time.gmtime())}.",
        f"Result: {len(found)} tests: {summary}.",
        "",
        "| Test | Result | What the tool says; why |",
        "|---|---|---|",
    ]
    for one in found:
        why = "" if one.state == "PASSED" else f"{one.said} {REASONS.get(one.test, '')}".strip()
        lines.append(f"| {one.test} | {one.state.lower()} | {why.replace('|', '/')} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the suite and keep the result."""
    suite = Path(
        os.environ.get("SUITE") or sys.exit("Name the suite: make conformance-oidc SUITE=DIR")
    )
    found = run(suite.resolve())
    page = Path(__file__).parents[2] / "docs" / "conformance" / "oidc.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(written(suite, found), encoding="utf-8")
    print(dict(Counter(one.state for one in found)))


if __name__ == "__main__":
    main()
