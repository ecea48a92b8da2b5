"""`saola connect coverage` and `saola connect hop`: maps of reach, and microwave hops."""

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from saola.cli import screen
from saola.connect.radio.carriers import carrier
from saola.connect.radio.coverage import NOBODY, Coverage, Mast, Reach, coverage
from saola.connect.radio.microwave import Climate, Hops, Need, Refusal, bands, hops_in
from saola.connect.radio.over_ground import Links
from saola.connect.radio.sight import Sight, sight_of
from saola.connect.radio.weather import rain_rate, refractivity_gradient
from saola.connect.terrain import Ground, read_cover, read_terrain, write_geotiff
from saola.errors import InputError
from saola.language import number, percent, text

RATES_MBPS = (2.0, 10.0, 50.0)
MAPS = ("received_dbm", "server", "sinr_db", "mbps")

Cover = Annotated[Path | None, typer.Option(help="GeoTIFF of classes of ground cover.")]
Scheme = Annotated[str, typer.Option(help="Whose classes: worldcover or p1812.")]
Tiles = Annotated[list[Path], typer.Argument(help="Terrain: GeoTIFF or HGT files.")]


def read_masts(path: Path) -> list[Mast]:
    """Read masts from a CSV with the columns `lat`, `lon` and, if there is one, `height_m`.

    Raises:
        InputError: If the file, a column or a number is missing.
    """
    if not path.is_file():
        raise InputError("profile-file-missing", where=str(path), found=str(path))
    table = pl.read_csv(path, infer_schema=False)
    missing = [name for name in ("lat", "lon") if name not in table.columns]
    if missing or table.is_empty():
        raise InputError("masts-columns", where=str(path), found=", ".join(table.columns))
    masts = []
    for line, row in enumerate(table.iter_rows(named=True), start=2):
        try:
            place = float(row["lat"]), float(row["lon"])
            masts.append(Mast(*place, float(row.get("height_m") or 30.0)))
        except (TypeError, ValueError):
            found = f"{row['lat']}, {row['lon']}"
            raise InputError("place-malformed", where=f"{path}:{line}", found=found) from None
    return masts


def show_coverage(
    masts: Annotated[Path, typer.Argument(help="CSV with lat, lon and height_m of the masts.")],
    terrain: Tiles,
    radio: Annotated[str, typer.Option(help="A row of the table of radios.")] = "4G 700",
    radios: Annotated[
        Path | None, typer.Option(help="Your own table, with the columns of radios.csv.")
    ] = None,
    km: Annotated[float, typer.Option(help="Greatest distance from a mast.")] = 20.0,
    cell: Annotated[float, typer.Option(help="Width of the map's cells, m.")] = 200.0,
    load: Annotated[float, typer.Option(help="Share of time other masts transmit.")] = 0.5,
    cover: Cover = None,
    scheme: Scheme = "worldcover",
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the maps.")] = Path(
        "coverage"
    ),
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Draw where masts reach, who serves best and at what rate, as GeoTIFF maps."""
    places, kind = read_masts(masts), carrier(radio, radios)
    ground = _ground(terrain, cover, scheme)
    with screen.progress("Masts") as told:
        found = coverage(
            ground, places, kind, Reach(km=km, cell_m=cell, load=load),
            progress=told,
        )  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    for name in MAPS:
        write_geotiff(out / f"{name}.tif", getattr(found, name), found.grid, tags={"radio": radio})
    shares = {rate: float((found.mbps >= rate).mean()) for rate in RATES_MBPS}
    if as_json:
        typer.echo(json.dumps(_coverage_record(found, shares, out), indent=1))
        return
    Console().print(_coverage_table(radio, shares))
    typer.echo(text("Maps written to {folder}.", folder=out), err=True)


def _coverage_record(found: Coverage, shares: dict[float, float], out: Path) -> dict[str, Any]:
    return {
        "area_share_by_mbps": {f"{rate:g}": share for rate, share in shares.items()},
        "reached_share": float((found.server != NOBODY).mean()),
        "maps": [str(out / f"{name}.tif") for name in MAPS],
    }


def _coverage_table(radio: str, shares: dict[float, float]) -> Table:
    table = Table(title=text("Coverage of {radio}", radio=radio))
    table.add_column(text("At least (Mbit/s)"), justify="right")
    table.add_column(text("Share of the area"), justify="right")
    for rate, share in shares.items():
        table.add_row(number(rate), percent(share))
    return table


def _ground(tiles: list[Path], cover: Path | None, scheme: str) -> Ground:
    terrain = read_terrain(tiles).filled()
    if cover is None:
        return Ground.bare(terrain)
    return Ground.covered(terrain, read_cover(cover, terrain), scheme=scheme)


def _place(said: str, where: str) -> tuple[float, float]:
    try:
        latitude, longitude = (float(part) for part in said.split(","))
    except ValueError:
        raise InputError("place-malformed", where=where, found=said) from None
    return latitude, longitude


def show_hop(
    start: Annotated[str, typer.Argument(help="Latitude,longitude of one end.")],
    end: Annotated[str, typer.Argument(help="Latitude,longitude of the other.")],
    terrain: Tiles,
    mast: Annotated[float, typer.Option(help="Height of both antennas, m.")] = 30.0,
    mbps: Annotated[float, typer.Option(help="The rate to carry.")] = 100.0,
    availability: Annotated[float, typer.Option(help="Share of the year.")] = 0.9999,
    rain: Annotated[
        float | None, typer.Option(help="mm/h exceeded 0.01 % of the year; else ITU's map.")
    ] = None,
    cover: Cover = None,
    scheme: Scheme = "worldcover",
    table: Annotated[
        Path | None, typer.Option("--bands", help="Your own, with the columns of microwave.csv.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say in which bands a microwave hop is possible, and why not in the others."""
    a, b = _place(start, "START"), _place(end, "END")
    ground = _ground(terrain, cover, scheme)
    heights = np.array([mast])
    sight = sight_of(ground, Links(np.array([a]), np.array([b]), heights, heights))
    lat, lon = np.array([0.5 * (a[0] + b[0])]), np.array([0.5 * (a[1] + b[1])])
    rate = rain_rate(lat, lon) if rain is None else np.array([rain])
    climate = Climate(rate, refractivity_gradient(lat, lon), lat)
    need = Need(mbps=mbps, availability=availability)
    found = [hops_in(sight, band, climate, need) for band in bands(table)]
    if as_json:
        typer.echo(json.dumps([_hop_record(one, sight) for one in found], indent=1))
        return
    Console().print(_hop_table(found, sight, float(rate[0])))


def _hop_record(one: Hops, sight: Sight) -> dict[str, Any]:
    return {
        "band": one.band.name,
        "distance_km": float(sight.distance_km[0]),
        "possible": bool(one.possible[0]),
        "mbps": float(one.mbps[0]),
        "outage": float(one.outage[0]),
        "margin_db": float(one.margin_db[0]),
        "refusal": Refusal(int(one.refusal[0])).name.lower(),
    }


def _reasons() -> dict[Refusal, str]:
    return {
        Refusal.NONE: text("possible"),
        Refusal.TERRAIN: text("terrain in the way"),
        Refusal.DISTANCE: text("too far for the band"),
        Refusal.POWER: text("too little power"),
        Refusal.RAIN: text("rain"),
        Refusal.MULTIPATH: text("multipath"),
    }


def _hop_table(found: list[Hops], sight: Sight, rain: float) -> Table:
    km = number(float(sight.distance_km[0]), decimals=1)
    table = Table(
        title=text("Hop of {km} km, {rain} mm/h of rain", km=km, rain=number(rain, decimals=0))
    )
    table.add_column(text("Band"))
    table.add_column(text("Result"))
    for heading in (text("Rate (Mbit/s)"), text("Margin (dB)"), text("Outage (minutes a year)")):
        table.add_column(heading, justify="right")
    reasons = _reasons()
    for one in found:
        table.add_row(
            one.band.name,
            reasons[Refusal(int(one.refusal[0]))],
            number(float(one.mbps[0]), decimals=0),
            number(float(one.margin_db[0]), decimals=1),
            number(float(one.outage[0]) * 525_960.0, decimals=1),
        )
    return table
