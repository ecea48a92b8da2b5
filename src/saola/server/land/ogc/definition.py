"""The API's own description: OpenAPI 3.0."""

from typing import Any

from saola.server.land.ogc.asking import LIMIT, MOST

TITLE = "Parcels"


def _answer(said: str, kind: str = "application/json") -> dict[str, Any]:
    return {"description": said, "content": {kind: {"schema": {"type": "object"}}}}


def _parameter(name: str, said: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    facts = {"name": name, "in": "query", "required": False, "description": said}
    return {**facts, "schema": schema, **more}


PARAMETERS = [
    _parameter(
        "bbox",
        "west, south, east, north in CRS84",
        {
            "type": "array",
            "items": {"type": "number"},
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        },
        style="form",
        explode=False,
    ),
    _parameter(
        "limit",
        "The most features of one page",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
        style="form",
        explode=False,
    ),
    _parameter(
        "datetime",
        "A moment or an interval: parcels as they were then",
        {"type": "string"},
        style="form",
        explode=False,
    ),
    _parameter("after", "The key after which a page begins", {"type": "integer", "minimum": 0}),
    _parameter("code", "The code of one parcel", {"type": "string"}),
]


def openapi(root: str) -> dict[str, Any]:
    """Describe every address.

    Args:
        root: Where the API begins.
    """

    def get(said: str, *, parameters: list[Any] | None = None, kind: str = "") -> dict[str, Any]:
        answers = {
            "200": _answer(said, kind or "application/json"),
            "400": _answer("A parameter makes no sense."),
            "404": _answer("There is nothing here."),
        }
        operation: dict[str, Any] = {"summary": said, "responses": answers}
        if parameters:
            operation["parameters"] = parameters
        return {"get": operation}

    key = {"name": "key", "in": "path", "required": True, "schema": {"type": "string"}}
    geo = "application/geo+json"
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE, "version": "1.0.0", "description": "Shape, code and land type."},
        "servers": [{"url": root}],
        "paths": {
            "/": get("Landing page"),
            "/conformance": get("What this API conforms to"),
            "/collections": get("The collections"),
            "/collections/parcels": get("The parcels"),
            "/collections/parcels/items": get("Features", parameters=PARAMETERS, kind=geo),
            "/collections/parcels/items/{key}": get("One feature", parameters=[key], kind=geo),
        },
    }
