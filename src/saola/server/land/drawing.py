"""A map of parcels as SVG, made by the server: parcels are links, findings are coloured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from saola import language
from saola.server.land.models import Finding, Version

MARGIN = 0.03
DECIMALS = 1  # of a metre; a thousandth of a small sheet


@dataclass(frozen=True)
class Drawn:
    """A parcel to draw.

    Attributes:
        version: The parcel.
        href: Where its link leads; empty for none.
        rule: The finding that colours it; empty for none.
        chosen: Whether it stands out.
    """

    version: Version
    href: str = ""
    rule: str = ""
    chosen: bool = False


def picture(parcels: Sequence[Drawn], findings: Sequence[Finding] = ()) -> SafeString:
    """Draw parcels of one zone; its words stand in the list beside it.

    Args:
        parcels: The parcels.
        findings: Points to mark.
    """
    if not parcels:
        return SafeString("")
    shapes = shapely.from_wkb([bytes(each.version.geometry) for each in parcels])
    left, low, right, high = shapely.total_bounds(shapes).tolist()
    edge = max(right - left, high - low) * MARGIN
    box = (0, 0, round(right - left + 2 * edge, 1), round(high - low + 2 * edge, 1))
    origin = np.array([left - edge, high + edge])
    drawn = format_html_join(
        "",
        '<a href="{}" tabindex="-1"><path class="parcel{}" d="{}"><title>{}</title></path></a>',
        (_parts(each, shape, origin) for each, shape in zip(parcels, shapes, strict=True)),
    )
    dots = format_html_join(
        "",
        '<circle class="spot {}" cx="{}" cy="{}" r="{}"/>',
        (
            (each.rule, round(each.x - origin[0], 1), round(origin[1] - each.y, 1), box[2] / 150)
            for each in findings
            if each.x is not None and each.y is not None
        ),
    )
    return format_html(
        '<svg class="land-plan" viewBox="{} {} {} {}" aria-hidden="true">{}{}</svg>',
        *box,
        drawn,
        dots,
    )


def _parts(each: Drawn, shape: Any, origin: Any) -> tuple[str, str, str, str]:
    kinds = [each.rule, "chosen" if each.chosen else ""]
    name = "".join(f" {kind}" for kind in kinds if kind)
    version = each.version
    area = language.number(version.area, decimals=0)
    title = f"{version.sheet}/{version.number} · {version.land_type} · {area} m²"
    return each.href, name, _path(shape, origin), title


def _path(shape: Any, origin: Any) -> str:
    rings = [shape.exterior, *shape.interiors]
    return "".join(_ring(shapely.get_coordinates(ring), origin) for ring in rings)


def _ring(xy: Any, origin: Any) -> str:
    points = np.round(np.column_stack([xy[:, 0] - origin[0], origin[1] - xy[:, 1]]), DECIMALS)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points[:-1].tolist()) + "Z"
