"""The OpenAPI document of the endpoints that speak to programs, made of `data/api.toml`.

Pages for people (authorisation, consent, sign-out) answer in HTML and are not in it.

Source: OpenAPI Specification 3.1.0.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from django.http import HttpRequest, HttpResponse

import saola
from saola.server.identity import settings as chosen
from saola.server.identity.provider import place
from saola.server.identity.provider.endpoint import FORM, endpoint, public

JSON = "application/json"
DISCOVERY = "/.well-known/openid-configuration"
SECURITY = {
    "client": {
        "type": "http",
        "scheme": "basic",
        "description": "client_id and secret; services on FAPI 2.0 post a client_assertion.",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "Or the scheme DPoP."},
}


@cache
def _tables() -> dict[str, Any]:
    file = resources.files("saola.server.identity") / "data" / "api.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def document() -> dict[str, Any]:
    """Give the document for this installation."""
    tables, paths = _tables(), {}
    for name, facts in tables["operation"].items():
        if name == "register" and not chosen.SAOLA_DYNAMIC_REGISTRATION:
            continue
        where = DISCOVERY if facts["place"] == "discovery" else place.PATHS[facts["place"]]
        paths[where] = {facts["method"]: _operation(name, facts)}
    schemas = {name: {"type": "object", **one} for name, one in tables["schema"].items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Saola sign-in", "version": saola.__version__},
        "servers": [{"url": place.issuer()}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": SECURITY},
    }


def _operation(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": name,
        "summary": facts["summary"],
        "externalDocs": {"description": facts["source"], "url": _url(facts["source"])},
        "responses": {status: _answer(said) for status, said in facts["answers"].items()},
        "security": [{} if one == "none" else {one: []} for one in facts.get("security", [])],
    }
    if facts.get("proof"):
        proof = {"name": "DPoP", "in": "header", "schema": {"type": "string"}, "required": False}
        made["parameters"] = [proof]
    if "fields" in facts:
        made["requestBody"] = {"required": True, "content": {FORM: {"schema": _form(facts)}}}
    if "body" in facts:
        made["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": _named(facts["body"])}},
        }
    return made


def _url(source: str) -> str:
    if source.startswith("RFC "):
        return f"https://www.rfc-editor.org/rfc/rfc{source[4:8]}"
    return "https://openid.net/developers/specs/"


def _named(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _answer(schema: str) -> dict[str, Any]:
    if not schema:
        return {"description": "Done; the body is empty."}
    content: dict[str, Any] = {JSON: {"schema": _named(schema)}}
    if schema == "Claims":
        content["application/jwt"] = {"schema": {"type": "string"}}
    return {"description": schema, "content": content}


def _form(facts: dict[str, Any]) -> dict[str, Any]:
    fields = facts["fields"]
    properties = {}
    for name, field in fields.items():
        rest = {key: value for key, value in field.items() if key not in {"required", "about"}}
        about = {"description": field["about"]} if "about" in field else {}
        properties[name] = {"type": "string", **rest, **about}
    required = [name for name, field in fields.items() if field.get("required")]
    return {"type": "object", "properties": properties, "required": required}


@endpoint("GET", "HEAD")
def show(_request: HttpRequest) -> HttpResponse:
    """Answer with the document."""
    return public(document())
