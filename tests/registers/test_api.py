# ruff: noqa: ARG001  (fixtures make the tables)
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from saola.server.registries.models import Entry, Permit, Registry, Steward, Usage

MEDIATOR = "Information-Mediator-Client"
NAMES = ("ID", "Name", "Secret")
EVERY = [
    ("get", "/data/births/1"),
    ("post", "/data/births/1/create"),
    ("post", "/data/births/1/read"),
    ("post", "/data/births/1/exists"),
    ("put", "/data/births/1/update"),
    ("put", "/data/births/1/update-entries"),
    ("put", "/data/births/1/updateEntries"),
    ("post", "/data/births/1/update-or-create"),
    ("post", "/data/births/1/updateOrCreate"),
    ("get", "/data/births/1/00000000-0000-0000-0000-000000000000/read-value/Name.json"),
    ("get", "/data/births/1/00000000-0000-0000-0000-000000000000/readValue/Name.json"),
    ("delete", "/data/births/1/P1/delete"),
    ("get", "/databases"),
    ("get", "/database/1"),
    ("delete", "/database/1"),
    ("post", "/database/modify"),
    ("get", "/data/MyPersonalDataUsage/1.0"),
]


@pytest.fixture
def registry(home: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry of births with one entry, and three clients: all, name only, read only."""
    monkeypatch.setenv("SAOLA_MEDIATOR", "loopback")
    for model in (Usage, Permit, Entry, Registry, Steward):
        model.objects.all().delete()
    schema = {"properties": {name: {"type": "string"} for name in NAMES}, "required": ["ID"]}
    made = Registry.objects.create(
        code="births", version="1", database="CR", title="Births", schema=schema,
        modified=timezone.now(),
    )  # fmt: skip
    content = {"ID": "P1", "Name": "Hòa", "Secret": "x"}
    Entry.objects.create(registry=made, subject="P1", content=content)
    for client, fields, writes in (("all", ["*"], True), ("name", ["ID", "Name"], False)):
        Permit.objects.create(
            client=client, registry=made, purpose="care", ground="Law 1", fields=fields,
            writes=writes,
        )  # fmt: skip
    return made


def _ask(method: str, path: str, client: str = "all", body: Any = None, **meta: Any) -> Any:
    """Send a request as the mediator does."""
    headers = {MEDIATOR: client, "host": "localhost"} if client else {"host": "localhost"}
    send = getattr(Client(headers=headers, raise_request_exception=True), method)
    if method == "get":
        return send(path, body, **meta)
    return send(path, json.dumps(body or {}), content_type="application/json", **meta)


def _query(**content: str) -> dict[str, Any]:
    return {"query": {"content": content}}


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_the_header_is_believed_on_loopback_alone(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    """No header, another machine, a proxy, no setting: each address refuses, and logs no use."""
    assert 401 == _ask(method, path, client="").status_code
    assert 401 == _ask(method, path, REMOTE_ADDR="10.0.0.7").status_code
    assert 401 == _ask(method, path, REMOTE_ADDR="").status_code
    assert 401 == _ask(method, path, HTTP_X_FORWARDED_FOR="127.0.0.1").status_code
    monkeypatch.delenv("SAOLA_MEDIATOR")
    assert 401 == _ask(method, path).status_code
    assert 0 == Usage.objects.count()


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_a_client_without_permit_gets_nothing(registry: Registry, method: str, path: str) -> None:
    """No permit, no access; nothing tells whether the registry exists."""
    answer = _ask(method, path, client="stranger")

    assert answer.status_code in (400, 403, 404) or (
        path == "/databases" and [] == answer.json()["databases"]
    )
    other = path.replace("births", "absent")
    assert answer.status_code == _ask(method, other, client="stranger").status_code
    assert 0 == Usage.objects.count()
    assert 1 == Entry.objects.count()


def test_only_granted_fields_are_shown_and_asked(registry: Registry) -> None:
    """A field without grant is neither read, nor searched, nor told by its presence."""
    seen = _ask("post", "/data/births/1/read", "name", _query(ID="P1")).json()["content"]
    assert {"ID": "P1", "Name": "Hòa"} == seen
    key = Entry.objects.get().uuid
    assert 403 == _ask("post", "/data/births/1/exists", "name", _query(Secret="x")).status_code
    value = f"/data/births/1/{key}/read-value"
    assert 403 == _ask("get", f"{value}/Secret.json", "name").status_code
    assert "Hòa" == _ask("get", f"{value}/Name.json", "name").json()
    listed = _ask("get", "/data/births/1", "name", {"filter": "Secret", "search": "x"})
    assert 403 == listed.status_code


def test_a_reader_does_not_write(registry: Registry) -> None:
    """A permit to read changes and deletes nothing."""
    write = {"write": {"content": {"ID": "P2"}}, **_query(ID="P1")}
    for method, path in EVERY[:12]:
        if "read" not in path and "exists" not in path and method != "get":
            assert 403 == _ask(method, path, "name", write).status_code
    assert 1 == Entry.objects.count()


def test_every_use_is_logged_and_shown(registry: Registry) -> None:
    """Each reading, test, change and deletion names client, purpose, ground and fields."""
    _ask("post", "/data/births/1/read", "name", _query(ID="P1"))
    _ask("post", "/data/births/1/exists", "all", {"ID": "P1"})
    _ask("get", "/data/births/1", "all")
    changed = {"write": {"content": {"Name": "Hoà"}}, **_query(ID="P1")}
    assert 200 == _ask("put", "/data/births/1/update", "all", changed).status_code

    uses = Usage.objects.order_by("pk").values_list("kind", "client", "purpose", "ground")
    assert ["read", "exists", "read", "update"] == [use[0] for use in uses]
    assert {("care", "Law 1")} == {use[2:] for use in uses}
    asked = {"userID": "P1", "DatabaseID": "CR"}
    shown = _ask("get", "/data/MyPersonalDataUsage/1.0", "all", asked).json()
    assert 4 == len(shown)
    asked["DatabaseID"] = "other"
    assert 400 == _ask("get", "/data/MyPersonalDataUsage/1.0", "all", asked).status_code


def test_what_was_asked_twice_is_answered_alike(registry: Registry) -> None:
    """PUT and DELETE may be repeated: the second answer is the first."""
    changed = {"write": {"content": {"Name": "Lan"}}, **_query(Name="Hòa")}
    answers = [_ask("put", "/data/births/1/update", "all", changed) for _ in range(2)]
    assert [200, 200] == [answer.status_code for answer in answers]
    answers = [_ask("delete", "/data/births/1/P1/delete") for _ in range(2)]
    assert [204, 204] == [answer.status_code for answer in answers]
    assert 404 == _ask("delete", "/data/births/1/P9/delete").status_code


def test_entries_keep_to_the_schema(registry: Registry) -> None:
    """Unknown and missing fields, and bodies of another form, are refused."""
    for body in ({"write": {"content": {"ID": "P3", "Odd": "x"}}}, {"write": 3}, {"write": {}}):
        assert 400 == _ask("post", "/data/births/1/create", "all", body).status_code
    lacking = {"write": {"content": {"Name": "x"}}}
    assert 400 == _ask("post", "/data/births/1/create", "all", lacking).status_code
    good = {"write": {"content": {"ID": "P3", "Name": "x"}}, **_query(ID="P3")}
    for _ in range(2):
        assert 200 == _ask("post", "/data/births/1/update-or-create", "all", good).status_code
    assert 1 == Entry.objects.filter(subject="P3").count()
    assert 405 == _ask("get", "/data/births/1/create").status_code
    odd = _query(registry__id="1")
    assert 404 == _ask("post", "/data/births/1/read", "all", odd).status_code


def test_stewards_define_registries(registry: Registry) -> None:
    """A steward defines a registry and its next version, and ends it; others do not."""
    body = {"code": "dogs", "catalog_name": "Dogs", "schema": {"properties": {"ID": {}}}}
    assert 403 == _ask("post", "/database/modify", "all", body).status_code
    Steward.objects.create(client="all")
    made = [_ask("post", "/database/modify", "all", body).json() for _ in range(2)]
    assert ["1.0", "1.1"] == [row["version"] for row in made]
    key = made[0]["id"]
    assert made[0] == _ask("get", f"/database/{key}").json()
    assert 409 == _ask("delete", f"/database/{registry.pk}").status_code
    assert ["Success"] * 2 == [_ask("delete", f"/database/{key}").json() for _ in range(2)]
    assert 404 == _ask("get", f"/database/{key}").status_code
    assert 400 == _ask("post", "/database/modify", "all", {"code": "x"}).status_code
    assert 404 == _ask("delete", "/database/999999999").status_code
