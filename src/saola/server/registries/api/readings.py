"""Readings of a served register: the same answers as of other registries, by its own door."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse

from saola.server.registries import consent, served
from saola.server.registries.api.mediator import Refused
from saola.server.registries.models import Permit
from saola.server.registries.served import Served

MOST = 50


def _found(register: Served, held: Permit, wanted: dict[str, Any], most: int) -> list[int]:
    """Find records by keys whose fields are granted.

    Raises:
        Refused: If nothing is asked by, or by what is no key, or by what is not granted.
    """
    strange = sorted(set(wanted) - set(register.keys))
    if strange or not wanted:
        raise Refused(400, f"ask by some of: {', '.join(sorted(register.keys))}")
    if not {register.keys[name] for name in wanted} <= set(held.fields):
        raise Refused(403, "not granted")
    if not all(isinstance(value, str) and value.strip() for value in wanted.values()):
        raise Refused(400, "plain text expected")
    return _consenting(register, held, register.find(wanted, most))


def _consenting(register: Served, held: Permit, keys: list[int]) -> list[int]:
    """Keep the records of which every person agreed, where a permit rests on consent."""
    if held.agreement_id is None:
        return keys
    about = register.subjects(keys)
    agreed = consent.agreeing(held.agreement_id, frozenset().union(*about.values()))
    return [key for key in keys if about.get(key) and about[key] <= agreed]


def _shown(
    register: Served, held: Permit, keys: list[int], fields: frozenset[str]
) -> list[dict[str, Any]]:
    if not keys:
        return []
    read = register.read(keys, served.reader(held), held.purpose, fields)
    return [{"id": str(key), **read[key]} for key in keys]


def _answer(content: object) -> HttpResponse:
    answer = JsonResponse(content, encoder=DjangoJSONEncoder, safe=False)
    answer["Cache-Control"] = "no-store"
    return answer


def read(register: Served, held: Permit, wanted: dict[str, Any]) -> HttpResponse:
    """Give the granted fields of the first record that matches."""
    found = _found(register, held, wanted, 1)
    if not found:
        raise Refused(404, "no record found")
    return _answer({"content": _shown(register, held, found, frozenset(held.fields))[0]})


def exists(register: Served, held: Permit, wanted: dict[str, Any]) -> HttpResponse:
    """Tell whether a record matches; that too is a reading of its person's data."""
    found = _found(register, held, wanted, 1)
    if found:
        _shown(register, held, found, frozenset(register.keys[name] for name in wanted))
    said = "Object found from database" if found else "No record found"
    return _answer({"answer": {"status": bool(found), "message": said}})


def listing(register: Served, held: Permit, request: HttpRequest) -> HttpResponse:
    """List records by a key and its value; a register is never listed whole."""
    wanted = {request.GET.get("filter", ""): request.GET.get("search", "")}
    found = _found(register, held, wanted, MOST)
    results = _shown(register, held, found, frozenset(held.fields))
    return _answer({"count": len(results), "next": "", "previous": None, "results": results})


def read_value(register: Served, held: Permit, key: str, field: str, ext: str) -> HttpResponse:
    """Give the value of one field of a record."""
    if field not in held.fields:
        raise Refused(403, "not granted")
    if not (key.isascii() and key.isdigit() and len(key) < 19) or ext not in ("json", "txt"):
        raise Refused(404, "no record found")
    if not _consenting(register, held, [int(key)]):
        raise Refused(404, "no record found")
    return _answer(_shown(register, held, [int(key)], frozenset({field}))[0][field])
