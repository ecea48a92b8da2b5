"""A plan in the columns of others: the Open Fibre Data Standard, and ITU's planning platform."""

import json
import uuid
from pathlib import Path
from typing import Any

import polars as pl

from saola.connect.route import points_of

NAMESPACE = uuid.UUID("5a01a000-0000-5000-8000-000000000006")  # names made from it are this room's
OFDS_SCHEMA = (
    "https://raw.githubusercontent.com/Open-Telecoms-Data/open-fibre-data-standard/"
    "0__3__0/schema/network-schema.json"
)
CPP_TYPES = {"today": "existing", "satellite": "satellite", "": ""}


def ofds(hops: pl.DataFrame, stations: pl.DataFrame, name: str) -> dict[str, Any]:
    """Write the new hops of a plan, fibre and microwave, as a network package.

    Args:
        hops: The plan's hops.
        stations: Its stations, which the nodes are.
        name: Of the plan.

    Returns:
        A package of one network whose nodes and spans are planned.

    Source: Open Fibre Data Standard 0.3, network package.
    """
    kinds = dict(stations.select("site", "station").iter_rows())
    nodes: dict[str, dict[str, Any]] = {}
    spans = []
    for row in hops.iter_rows(named=True):
        here = _node(nodes, row["to"], row["lat"], row["lon"], kinds.get(row["to"], ""))
        start = row["origin"] if row["origin"] != "core" else f"core-{row['to']}"
        back = _node(nodes, start, row["from_lat"], row["from_lon"], "")
        line = [list(point) for point in points_of(row["route"])]
        spans.append(
            {
                "id": _id("span", start, row["to"]),
                "name": f"{start} – {row['to']}",
                "status": "proposed",
                "start": back["id"],
                "end": here["id"],
                "transmissionMedium": [row["medium"]],
                "route": {"type": "LineString", "coordinates": line},
            }
        )
    network = {
        "id": _id("network", name),
        "name": name,
        "nodes": list(nodes.values()),
        "spans": spans,
        "crs": {
            "name": "urn:ogc:def:crs:OGC::CRS84",
            "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        },
        "links": [{"rel": "describedby", "href": OFDS_SCHEMA}],
    }
    if not spans:  # the standard has no empty lists
        network = {name: value for name, value in network.items() if value}
    return {"networks": [network]}


def _node(
    nodes: dict[str, dict[str, Any]], name: str, lat: float, lon: float, kind: str
) -> dict[str, Any]:
    """Give the node of a name, made if it is new."""
    if name not in nodes:
        new = not name.startswith("core")
        nodes[name] = {
            "id": _id("node", name, f"{lat:.6f}", f"{lon:.6f}"),
            "name": name,
            "status": "proposed" if new else "operational",
            "accessPoint": kind not in ("", "relay"),
            "location": {"type": "Point", "coordinates": [lon, lat]},
        }
    return nodes[name]


def _id(*parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "|".join(parts)))


def cpp(settlements: pl.DataFrame) -> pl.DataFrame:
    """Write settlements as points of interest with the columns of ITU's platform.

    Args:
        settlements: A plan's settlements.

    Returns:
        `poi_id, lat, lon, poi_type, is_connected, connectivity_type, has_electricity,
        number_of_users, total_mbps`; `is_connected` is today's, `connectivity_type` the plan's.

    Source: ITU Connectivity Planning Platform, user guide (2026).
    """
    return settlements.select(
        poi_id="id", lat="lat", lon="lon", poi_type=pl.lit("settlement"),
        is_connected=pl.when("served").then(pl.lit("Yes")).otherwise(pl.lit("No")),
        connectivity_type=pl.col("technology").replace(CPP_TYPES),
        has_electricity=pl.when(pl.col("grid_km") <= 1.0).then(pl.lit("Yes")).otherwise(
            pl.lit("No")
        ),
        number_of_users=pl.col("people").round().cast(pl.Int64),
        total_mbps=pl.col("mbps").round(2),
    )  # fmt: skip


def cpp_cells(stations: pl.DataFrame) -> pl.DataFrame:
    """Write stations as cell sites with the columns of ITU's platform.

    Args:
        stations: A plan's stations.
    """
    cells = stations.filter(pl.col("station") != "relay")
    return cells.select(
        ict_id="site", lat="lat", lon="lon",
        radio_type=pl.when(pl.col("station").str.contains("5G")).then(pl.lit("5G")).otherwise(
            pl.lit("4G")
        ),
        antenna_height="height_m",
    )  # fmt: skip


def write(folder: Path, name: str, tables: dict[str, pl.DataFrame]) -> None:
    """Write `ofds.json`, `cpp-poi.csv` and `cpp-cell-sites.csv` into a plan's folder.

    Args:
        folder: Of the plan.
        name: Of the plan.
        tables: Its `settlements`, `stations` and `hops`; settlements with `mbps`, their demand.
    """
    package = ofds(tables["hops"], tables["stations"], name)
    said = json.dumps(package, ensure_ascii=False, indent=1)
    (folder / "ofds.json").write_text(said + "\n", encoding="utf-8")
    cpp(tables["settlements"]).write_csv(folder / "cpp-poi.csv")
    cpp_cells(tables["stations"]).write_csv(folder / "cpp-cell-sites.csv")
