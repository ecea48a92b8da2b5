"""Parcels as GeoJSON features in CRS84."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from saola.cadastre import zones
from saola.server.land.models import Version
from saola.server.land.ogc.asking import Asking

DATABASE = "land"
DECIMALS = 9  # of a degree: a tenth of a millimetre


def found(asked: Asking) -> QuerySet[Version]:
    """Select one version a parcel, by key: the present one, or the last of the time asked for."""
    rows = Version.objects.using(DATABASE).filter(superseded=None)
    if asked.dated:
        held = _held(asked)
        later = rows.filter(held, parcel=OuterRef("parcel"), pk__gt=OuterRef("pk"))
        rows = rows.filter(held).exclude(Exists(later))
    else:
        rows = rows.filter(Q(end=None) | Q(end__gt=timezone.localdate()))
    if asked.boxes:
        within = Q()
        for west, south, east, north in asked.boxes:
            within |= Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
        rows = rows.filter(within)
    if asked.code:
        rows = rows.filter(parcel__code=asked.code)
    return rows.filter(parcel__gt=asked.after).select_related("parcel").order_by("parcel")


def _held(asked: Asking) -> Q:
    held = Q()
    if asked.until is not None:
        held &= Q(start=None) | Q(start__lte=asked.until)
    if asked.since is not None:
        held &= Q(end=None) | Q(end__gt=asked.since)
    return held


def written(rows: Sequence[Version]) -> list[str]:
    """Write features as GeoJSON text: shape, code and land type, and nothing of persons."""
    shapes = shapely.from_wkb([bytes(row.geometry) for row in rows])
    zone = np.array([row.epsg for row in rows])
    for epsg in np.unique(zone).tolist():
        mine = zone == epsg
        shapes[mine] = shapely.transform(shapes[mine], lambda xy, of=epsg: _degrees(xy, of))
    if len(rows):
        shapes = shapely.orient_polygons(shapes)
    texts = shapely.to_geojson(shapes).tolist() if len(rows) else []
    return [_feature(row, text) for row, text in zip(rows, texts, strict=True)]


def _degrees(xy: Any, epsg: int) -> Any:
    return np.round(np.column_stack(zones.to_wgs84(xy[:, 0], xy[:, 1], epsg=epsg)), DECIMALS)


def _feature(row: Version, geometry: str) -> str:
    properties = {"code": row.parcel.code or None, "land_type": row.land_type}
    return (
        f'{{"type":"Feature","id":"{row.parcel_id}","geometry":{geometry},'
        f'"properties":{json.dumps(properties)}}}'
    )
