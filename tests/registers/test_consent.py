# ruff: noqa: ARG001  (fixtures make the tables)
"""Agreements, persons' consent, and registries that agencies define."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from saola.cli import main
from saola.errors import InputError
from saola.server.registries import consent
from saola.server.registries.models import Agreement, Consented, Entry, Permit, Registry, Revision

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
TABLE = {
    "policy": {"name": "Reminders", "version": "1", "url": "https://health.example/policy/1"},
    "version": "1",
    "controller": "Ministry of Health",
    "purpose": "Remind me of vaccinations",
    "fields": ["phone"],
}


@pytest.fixture
def clean(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No registry and no agreement."""
    monkeypatch.setenv("SAOLA_MEDIATOR", "loopback")
    for model in (Consented, Permit, Entry, Registry, Revision, Agreement):
        model.objects.all().delete()


def _run(*words: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(settings.HOME), "registry", *words])
    return ended.value.code


def _get(path: str) -> Any:
    return Client(headers={"host": "localhost"}).get(path)


def test_an_agreement_is_published_with_a_revision_that_tells_of_change(clean: None) -> None:
    """The API shows agreement and policy with the hash of what was published; nonsense is 400."""
    made = consent.publish(TABLE, now=NOW)

    shown = _get(f"/consent/config/data-agreement/{made.pk}/").json()
    assert str(made.pk) == shown["dataAgreement"]["id"]
    assert "Remind me of vaccinations" in shown["revision"]["serializedSnapshot"]
    policy = _get(f"/consent/service/policy/{made.policy_id}/").json()
    assert "https://health.example/policy/1" == policy["policy"]["url"]
    assert 1 == len(_get("/consent/config/data-agreements/").json()["dataAgreements"])
    assert _get("/consent/config/policies/").json()["policies"]
    for wrong in ("invalid_id", "123!%40%23", "9999999", "²", "9" * 40):
        assert 400 == _get(f"/consent/config/data-agreement/{wrong}/").status_code
        assert 400 == _get(f"/consent/service/policy/{wrong}/").status_code
    with pytest.raises(InputError):
        consent.publish({"policy": {}}, now=NOW)


def test_a_permit_that_rests_on_consent_reaches_who_agreed(
    clean: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An agency defines a registry by JSON Schema; a client sees whom consent covers, no other."""
    schema, said = tmp_path / "schema.json", tmp_path / "agreement.json"
    schema.write_text(json.dumps({"properties": {"ID": {}, "phone": {}}, "required": ["ID"]}))
    said.write_text(json.dumps(TABLE))
    assert not _run("agreement", str(said))
    agreement = Agreement.objects.get()
    define = ["--code", "reminders", "--title", "Reminders", "--agency", "VNM.M.HEALTH"]
    assert not _run("define", str(schema), *define)
    rights = ["--client", "clinic", "--agency", "Clinic", "--purpose", "Remind", "--ground", "yes"]
    rights += ["--field", "ID", "--field", "phone", "--agreement", str(agreement.pk)]
    assert not _run("permit", "reminders", *rights)
    registry = Registry.objects.get()
    for who in ("P1", "P2"):
        Entry.objects.create(registry=registry, subject=who, content={"ID": who, "phone": "09"})

    def seen() -> list[str]:
        browser = Client(headers={"host": "localhost", "Information-Mediator-Client": "clinic"})
        found = browser.get("/data/reminders/1.0").json()["results"]
        return [row["ID"] for row in found]

    assert [] == seen()
    consent.say("P2", agreement.pk, given=True, now=NOW)
    consent.say("P2", agreement.pk, given=True, now=NOW)
    assert ["P2"] == seen()
    consent.say("P2", agreement.pk, given=False, now=NOW)
    assert [] == seen()
    assert 1 == Consented.objects.count()  # what was agreed to stays known
    with pytest.raises(InputError):
        consent.say("P2", agreement.pk + 1, given=True, now=NOW)


def test_nonsense_is_refused_at_the_terminal(
    clean: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files that are no schema, registries and agreements that are not there."""
    file = tmp_path / "x.json"
    define = ["--code", "x", "--title", "x", "--agency", "x"]
    for content in ("", "[]", "{}", '{"properties": 1}'):
        file.write_text(content)
        _run("define", str(file), *define)
        assert "[registry-file]" in capsys.readouterr().err
    rights = ["--client", "c", "--agency", "a", "--purpose", "p", "--ground", "g", "--field", "*"]
    _run("permit", "nothing", *rights)
    assert "[registry-absent]" in capsys.readouterr().err
