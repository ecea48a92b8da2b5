"""`saola serve` on a database cluster, with people and a service, for benchmarks of sign-in."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from identity_browser import ISSUER, PORT

SAOLA = str(Path(sys.executable).with_name("saola"))

SETUP = """
import django, json, secrets, sys; django.setup()
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, BACKEND_SESSION_KEY
from allauth.mfa.models import Authenticator
from saola.server.identity import clients, visits
from saola.server.identity.models import Account, Organisation, SignIn, Consent
from saola.server.identity.provider.subjects import subject_of
given = json.load(sys.stdin)
agency, _ = Organisation.objects.get_or_create(code="XSA.M.BENCH", defaults={"name": "Bench"})
client, _ = clients.add(agency, name="Bench", redirect_uris=[given["redirect"]],
    scopes=["openid", "profile"], keys=given["keys"], by=None)
clients.approve(client, by=None)
sessions = []
for number, credential in enumerate(given["credentials"]):
    account = Account.objects.create_user(f"bench{number}@example.org", name=f"Người {number}")
    account.emailaddress_set.create(email=account.email, verified=True, primary=True)
    credential = json.loads(json.dumps(credential))
    Authenticator.objects.create(user=account, type="webauthn",
        data={"name": "bench", "credential": credential})
    Consent.objects.create(account=account, client=client, scopes=["openid", "profile"],
        subject=subject_of(account, client))
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    visit = SignIn.objects.create(account=account, session=session.session_key, level=2,
        amr=["pop", "user", "mfa"])
    session[visits.KEY] = visit.pk
    session.save()
    sessions.append([session.session_key, account.pk])
print(json.dumps({"client_id": client.identifier, "sessions": sessions}))
"""


class Server:
    """`saola serve` on the cluster."""

    def __init__(self, home: Path, database: str, workers: int) -> None:
        self.env = {**os.environ, "SAOLA_HOME": str(home), "SAOLA_DATABASE_URL": database}
        self.env |= {"SAOLA_SERVED_AT": ISSUER, "SAOLA_LOG": "ERROR"}
        self.env["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
        words = ["serve", "--port", str(PORT), "--workers", str(workers), "--no-jobs"]
        self.command = [SAOLA, "--home", str(home), *words]
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            self.command, env=self.env, start_new_session=True, stderr=subprocess.DEVNULL
        )
        for _ in range(960):
            try:
                socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
            except OSError:
                time.sleep(0.25)
            else:
                return
        self.kill()
        raise SystemExit("the server does not answer")

    def script(self, code: str, given: object) -> dict[str, object]:
        """Run a script inside the server's settings."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=self.env,
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
        return found

    def memory(self) -> float:
        """Give the resident memory of its web processes in MiB."""
        total = 0.0
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
                group = os.getpgid(int(status.parent.name))
            except (OSError, ProcessLookupError):
                continue
            if group == self.process.pid and "VmRSS" in text:
                total += int(text.split("VmRSS:")[1].split()[0]) / 1024
        return total

    def kill(self) -> None:
        """Kill all its processes with signal 9."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
