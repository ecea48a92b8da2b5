"""Map of boundaries, where the workspace has them."""

import math

import polars as pl
import shapely

from saola import charts, language
from saola.charts import Chart
from saola.server.portal.view import View
from saola.units import shapes

# Beyond this a map is heavier than a page should be; the tiles and the list remain.
MOST = 5000
# Borders are simplified to this part of the country's extent, about a pixel of the drawing.
_PIXEL = 1 / 900


def draw(view: View) -> Chart:
    """Draw the units of the level that have a boundary."""
    name = language.pick(view.framework.label_of(view.node), view.lang)
    title = language.text("Boundaries: {name}, {period}", name=name, period=view.period)
    if code := view.asked.get("inside", ""):
        name = f"{name} – {view.unit(code).label(view.lang)}"
        title = language.text("Boundaries: {name}, {period}", name=name, period=view.period)
    return charts.areas(bounded(view), view.lang, title=title, scale=view.scale)


def bounded(view: View) -> pl.DataFrame:
    """Give each unit of the level its boundary, null where unknown; an empty frame for too many."""
    rows = within(view, view.peers).select("unit", "label", "score", "rank")
    known = _known(view).join(rows, on="unit", how="semi")
    if known.height > MOST:
        rows, known = rows.clear(), known.clear()
    flat = pl.Series("geometry", _flat(known["geometry"].to_list()), dtype=pl.String)
    return rows.join(known.with_columns(flat), on="unit", how="left", maintain_order="left")


def within(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Keep the units that belong to the one the address looks inside; all where it names none."""
    code = view.asked.get("inside", "")
    if not code:
        return rows
    # An earlier period scores units that are gone since.
    below = view.reader.units.children(view.unit(code).code, every=True)
    parts = [unit.code for unit in below]
    return rows.filter(pl.col("unit").is_in(parts))


def _known(view: View) -> pl.DataFrame:
    empty = pl.DataFrame(schema={"unit": pl.String, "geometry": pl.Binary})
    workspace = view.reader.workspace
    if workspace is None:
        return empty
    folder = workspace.home / "units"
    return view.reader.once("boundaries", lambda: shapes.boundaries(folder))


def _flat(borders: list[bytes]) -> list[str]:
    """Bring borders onto a plane where a degree is as long in both directions; simplify them.

    Args:
        borders: Polygons in WKB, degrees of WGS 84.

    Returns:
        GeoJSON.

    Source: equirectangular projection at the middle latitude.
    """
    if not borders:
        return []
    found = shapely.from_wkb(borders)
    west, south, east, north = shapely.total_bounds(found)
    narrow = math.cos(math.radians((south + north) / 2))
    size = max((east - west) * narrow, north - south)
    plane = shapely.transform(found, lambda at: (at - (west, south)) * (narrow, 1) * (1000 / size))
    simple = shapely.coverage_simplify(plane, 1000 * _PIXEL)
    rounded = shapely.transform(simple, lambda at: at.round(1))
    return [str(each) for each in shapely.to_geojson(rounded)]
