"""Run GovStack's Digital Registries tests against `saola serve`, and write what they found.

    make conformance-govstack SUITE=DIR

A checkout of the Consent building block is run by `govstack_consent.py`, beside this file.

DIR is a checkout of GovStackWorkingGroup/bb-digital-registries in whose `test/openAPI` the caller
ran `npm install`. The suite asks http://localhost:3333/ and sends no token: the server believes the
mediator's header on loopback because SAOLA_MEDIATOR says so. Registries come from the suite's own
`test-data.json`; `EXTRA` are the entries that its feature files name and that file lacks; one bears
the ID `{id}`, for the suite misspells that part of the address and asks to delete just this. It
also sends each request twice.
"""

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import govstack_consent
from checkout import commit

PORT = 3333
CLIENT = "eGovStack/GOV/90000009/digitalregistries"
DATABASES = (1, 123, 3287483474, 6745, 75858, 85, 234234, 896756, 8438778473, 8484848484)
EXTRA = (
    {"ID": "{id}", "FirstName": "x", "LastName": "x", "BirthCertificateID": "RR-0"},
    {"ID": "EE1", "FirstName": "John Helmut", "LastName": "x", "BirthCertificateID": "RR-1"},
    {"ID": "EE2", "FirstName": "x", "LastName": "y", "BirthCertificateID": "EE6546273487865"},
)
FIXTURES = """
import json, sys, django; django.setup()
from django.utils import timezone
from saola.server.registries.models import Entry, Permit, Registry, Steward
client, databases, records = json.load(sys.stdin)
Steward.objects.create(client=client)
names = ("ID", "FirstName", "LastName", "BirthCertificateID")
schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
def made(code, version, **more):
    row = Registry.objects.create(code=code, version=version, database="MCTS", title=code,
        schema=schema, modified=timezone.now(), **more)
    Permit.objects.create(client=client, registry=row, purpose="conformance", ground="test",
        fields=["*"], writes=True)
    return row
for key in databases: made(f"MCTS-{key}", "1.1", id=key)
made("registryempty", "111")
registry = made("registryname", "111")
for record in records:
    uuid = record.pop("uuid", None)
    more = {"uuid": uuid} if uuid else {}
    Entry.objects.create(registry=registry, subject=record["ID"], content=record, **more)
"""


def main() -> int:
    given = Path(os.environ.get("SUITE", "")).resolve()
    if (given / "test" / "gherkin").is_dir():
        return govstack_consent.run(given, wait)
    suite = given / "test" / "openAPI"
    if not (suite / "node_modules").is_dir():
        print(f"{suite} is not a checkout made ready: see tests/conformance/govstack.py")
        return 1
    home = Path(tempfile.mkdtemp(prefix="saola-govstack-"))
    env = {**os.environ, "SAOLA_HOME": str(home), "SAOLA_MEDIATOR": "loopback"}
    env["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
    saola = str(Path(sys.executable).with_name("saola"))
    subprocess.run([saola, "--home", str(home), "population", "snapshot"], env=env, check=True)
    asked = json.dumps([CLIENT, DATABASES, records(suite)])
    subprocess.run([sys.executable, "-c", FIXTURES], env=env, input=asked, text=True, check=True)
    server = subprocess.Popen([saola, "--home", str(home), "serve", "--port", str(PORT)], env=env)
    try:
        wait()
        report = home / "report.json"
        subprocess.run(["npx", "cucumber-js", "--format", f"json:{report}"], cwd=suite, check=False)
        return write(json.loads(report.read_text()), suite)
    finally:
        server.terminate()
        server.wait(timeout=30)


def records(suite: Path) -> list[dict[str, str]]:
    found = json.loads((suite / "test-data.json").read_text())["registries"]["records"]
    names = ("FirstName", "LastName", "BirthCertificateID", "uuid")
    return [{"ID": row["id"], **{name: row[name] for name in names}} for row in found] + [*EXTRA]


def wait(address: str = f"http://localhost:{PORT}/databases") -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  (our own server)
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)


def write(report: list[dict[str, object]], suite: Path) -> int:
    rows, passed = [], 0
    for feature in report:
        for scenario in feature["elements"]:  # type: ignore[attr-defined]  # cucumber's JSON
            results = [step["result"] for step in scenario["steps"]]
            good = all(result["status"] == "passed" for result in results)
            passed += good
            why = next(
                (r.get("error_message", r["status"]) for r in results if r["status"] != "passed"),
                "",
            )
            place = f"{Path(str(feature['uri'])).name}:{scenario['line']}"
            rows.append(
                f"| {place} | {scenario['name']} | {'pass' if good else 'FAIL ' + why[:90]} |"
            )
    page = Path(__file__).parents[2] / "docs" / "conformance" / "govstack-registries.md"
    cells = [row.replace("\n", " ") for row in rows]
    page.write_text(
        "# GovStack Digital Registries: the building block's own tests\n\n"
        f"Suite: `GovStackWorkingGroup/bb-digital-registries` at `{commit(suite)}`, "
        f"{dt.datetime.now(dt.UTC).date()}: **{passed} of {len(rows)} scenarios pass**.\n\n"
        "| feature | scenario | result |\n|---|---|---|\n" + "\n".join(cells) + "\n",
        encoding="utf-8",
    )
    print(f"{passed} of {len(rows)} scenarios pass; {page}")
    return 0 if passed == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
