"""Addresses of the API: landing page, conformance, collections, features."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from saola.server.land.models import Version
from saola.server.land.ogc import asking, definition, features

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
    for name in ("core", "oas30", "geojson")
)
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
EXTENT_S = 60
View = Callable[..., HttpResponse]


def _open(view: View) -> View:
    """Answer nonsense with 400, and let pages of other sites read what is public."""

    @require_safe
    @wraps(view)
    def answered(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            answer = view(request, **named)
        except asking.Nonsense as error:
            answer = JsonResponse(
                {"code": "InvalidParameterValue", "description": str(error)}, status=400
            )
        answer["Access-Control-Allow-Origin"] = "*"
        return answer

    return answered


def _at(request: HttpRequest, path: str = "") -> str:
    return request.build_absolute_uri(f"/ogc/{path}")


def _link(href: str, rel: str, kind: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, "title": title}


@_open
def landing(request: HttpRequest) -> HttpResponse:
    """Say where everything is."""
    asking.only(request)
    json = "application/json"
    links = [
        _link(_at(request), "self", json, "This page"),
        _link(_at(request, "api"), "service-desc", OPENAPI, "The description of the API"),
        _link(_at(request, "conformance"), "conformance", json, "What it conforms to"),
        _link(_at(request, "collections"), "data", json, "The collections"),
    ]
    return JsonResponse({"title": definition.TITLE, "description": "Land register", "links": links})


@_open
def api(request: HttpRequest) -> HttpResponse:
    """Describe the API in OpenAPI 3.0."""
    asking.only(request)
    root = _at(request).rstrip("/")
    return JsonResponse(definition.openapi(root), content_type=OPENAPI)


@_open
def conformance(request: HttpRequest) -> HttpResponse:
    """Say which classes of the standard are kept."""
    asking.only(request)
    return JsonResponse({"conformsTo": CONFORMS})


@_open
def collections(request: HttpRequest) -> HttpResponse:
    """List the collections: one, the parcels."""
    asking.only(request)
    links = [_link(_at(request, "collections"), "self", "application/json", "The collections")]
    return JsonResponse({"links": links, "collections": [_collection(request)]})


@_open
def collection(request: HttpRequest) -> HttpResponse:
    """Describe the parcels."""
    asking.only(request)
    return JsonResponse(_collection(request))


def _collection(request: HttpRequest) -> dict[str, Any]:
    items = _at(request, "collections/parcels/items")
    extent = cache.get_or_set("land-extent", _extent, EXTENT_S)
    return {
        "id": "parcels",
        "title": definition.TITLE,
        "description": "Parcels: shape, code and land type",
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {
            "spatial": {"bbox": [extent], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "links": [
            _link(_at(request, "collections/parcels"), "self", "application/json", "The parcels"),
            _link(items, "items", GEOJSON, "The features"),
        ],
    }


def _extent() -> list[float]:
    rows = Version.objects.using(features.DATABASE)
    ends = rows.aggregate(w=Min("west"), s=Min("south"), e=Max("east"), n=Max("north"))
    found = [ends[name] for name in "wsen"]
    return [-180.0, -90.0, 180.0, 90.0] if None in found else found


@_open
def items(request: HttpRequest) -> HttpResponse:
    """Give one page of features, and where the next begins."""
    asked = asking.read(request)
    rows = list(features.found(asked)[: asked.limit + 1])
    more, rows = len(rows) > asked.limit, rows[: asked.limit]
    here = _at(request, "collections/parcels/items")
    links = [_link(request.build_absolute_uri(), "self", GEOJSON, "This page")]
    if more:
        query = urlencode({**request.GET.dict(), "after": rows[-1].parcel_id})
        links.append(_link(f"{here}?{query}", "next", GEOJSON, "The next page"))
    head = JsonResponse(
        {
            "type": "FeatureCollection",
            "timeStamp": timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
            "numberReturned": len(rows),
            "links": links,
        }
    ).content.decode()
    body = f'{head[:-1]}, "features": [{",".join(features.written(rows))}]}}'
    return HttpResponse(body, content_type=GEOJSON)


@_open
def item(request: HttpRequest, key: str) -> HttpResponse:
    """Give one feature."""
    asking.only(request)
    chosen = features.found(asking.read(request))
    row = chosen.filter(parcel=int(key)).first() if asking.is_key(key) else None
    if row is None:
        return JsonResponse({"code": "NotFound", "description": "no such parcel"}, status=404)
    here = f"collections/parcels/items/{key}"
    links = [
        _link(_at(request, here), "self", GEOJSON, "This feature"),
        _link(_at(request, "collections/parcels"), "collection", "application/json", "The parcels"),
    ]
    listed = JsonResponse({"links": links}).content.decode()
    return HttpResponse(f"{features.written([row])[0][:-1]}, {listed[1:]}", content_type=GEOJSON)
