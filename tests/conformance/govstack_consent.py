"""Run GovStack's Consent scenarios against `saola serve`, and write what they found.

    make conformance-govstack SUITE=DIR

DIR is a checkout of GovStackWorkingGroup/bb-consent, in which the caller made `.venv` with
`test/gherkin/requirements.txt` installed. The suite speaks https alone and trusts any certificate:
a small TLS front with a certificate of its own stands before the server for as long as it runs.
"""

import datetime as dt
import http.server
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path

from checkout import commit

PORT, FRONT = 3334, 3335
FIXTURES = """
import django; django.setup()
from django.utils import timezone
from saola.server.registries import consent
policy = {"name": "Privacy", "version": "1", "url": "https://example.org/policy/1"}
consent.publish({"policy": policy, "version": "1", "controller": "Agency", "purpose": "Newsletter",
    "fields": ["email"]}, now=timezone.now())
"""


class Front(http.server.BaseHTTPRequestHandler):
    """Hands each reading on."""

    def do_GET(self) -> None:
        try:
            with urllib.request.urlopen(f"http://localhost:{PORT}{self.path}") as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def front(folder: Path) -> http.server.HTTPServer:
    """Open the TLS front on loopback."""
    pair = [folder / "key.pem", folder / "cert.pem"]
    subject = [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-days",
        "1",
        "-nodes",
        "-newkey",
        "rsa:2048",
    ]
    files = ["-keyout", str(pair[0]), "-out", str(pair[1])]
    subprocess.run(["openssl", "req", "-x509", *subject, *files], check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", FRONT), Front)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair[1], pair[0])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def run(suite: Path, wait: object) -> int:
    """Run the suite; `wait` waits for a port to answer."""
    behave = suite / ".venv" / "bin" / "behave"
    if not behave.is_file():
        print(f"{behave} is absent: see tests/conformance/govstack_consent.py")
        return 1
    home = Path(tempfile.mkdtemp(prefix="saola-consent-"))
    env = {**os.environ, "SAOLA_HOME": str(home), "SAOLA_DATABASE_URL": ""}
    env["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
    saola = str(Path(sys.executable).with_name("saola"))
    subprocess.run([saola, "--home", str(home), "population", "snapshot"], env=env, check=True)
    subprocess.run([sys.executable, "-c", FIXTURES], env=env, check=True)
    line = [saola, "--home", str(home), "serve", "--port", str(PORT), "--no-jobs"]
    server = subprocess.Popen(line, env=env)
    try:
        wait(f"http://localhost:{PORT}/consent/config/policies/")  # type: ignore[operator]
        tls = front(home)
        asked = {**env, "CONSENTBB_API_HOST": f"localhost:{FRONT}"}
        # Where the machine names a bundle of certificates, requests heeds it before the suite.
        asked |= {"CONSENTBB_API_PATH": "/consent/", "REQUESTS_CA_BUNDLE": str(home / "cert.pem")}
        report = home / "report.json"
        words = [str(behave), "--format", "json", "--outfile", str(report), "features"]
        subprocess.run(words, cwd=suite / "test" / "gherkin", env=asked, check=False)
        tls.shutdown()
        return write(json.loads(report.read_text()), suite)
    finally:
        server.terminate()
        server.wait(timeout=30)


def write(report: list[dict[str, object]], suite: Path) -> int:
    rows = [
        (str(each["location"]), str(each["name"]), str(each["status"]))
        for feature in report
        for each in feature.get("elements", [])  # type: ignore[attr-defined]  # behave's JSON
        if each["type"] == "scenario"
    ]
    passed = sum(status == "passed" for _, _, status in rows)
    page = Path(__file__).parents[2] / "docs" / "conformance" / "govstack-consent.md"
    lines = [f"| {place} | {name} | {status} |" for place, name, status in rows]
    page.write_text(
        "# GovStack Consent: the building block's own scenarios\n\n"
        f"Suite: `GovStackWorkingGroup/bb-consent` at `{commit(suite)}`, "
        f"{dt.datetime.now(dt.UTC).date()}: **{passed} of {len(rows)} runs pass** "
        "(3 scenarios, two of them with examples).\n\n"
        "| place | scenario | result |\n|---|---|---|\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )
    print(f"{passed} of {len(rows)} runs pass; {page}")
    return 0 if rows and passed == len(rows) else 1
