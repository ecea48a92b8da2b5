"""Terrain from files: GeoTIFF in any projection, and HGT tiles."""

import re
from collections.abc import Callable, Sequence
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from saola.connect.terrain.grid import Terrain
from saola.errors import DependencyError, InputError

HGT_HOLE = -32768
HGT_SIZES = {1201 * 1201 * 2: 1201, 3601 * 3601 * 2: 3601}
HGT_NAME = re.compile(r"^([NS])(\d{2})([EW])(\d{3})$", re.IGNORECASE)
WGS84 = "EPSG:4326"
LEAST = 2  # points on a side

Window = tuple[float, float, float, float]
"""West, south, east and north, degrees."""


def _rasterio() -> Any:
    try:
        import rasterio  # noqa: PLC0415  (only the extra `connect` brings it)
        import rasterio.warp  # noqa: PLC0415
        import rasterio.windows  # noqa: PLC0415
    except ImportError as missing:
        raise DependencyError("connect-extra-missing", found=missing.name) from missing
    return rasterio


def read_hgt(path: Path) -> Terrain:
    """Read a tile of one degree as the Shuttle mission's are named, such as `N16E107.hgt`.

    Holes (−32768) become NaN.

    Raises:
        InputError: If the name says no place or the size is neither 1201² nor 3601² points.
    """
    west, south = _corner(path)
    data = path.read_bytes()
    if len(data) not in HGT_SIZES:
        raise InputError("hgt-size", where=str(path), found=len(data))
    side = HGT_SIZES[len(data)]
    raw = np.frombuffer(data, ">i2").reshape(side, side)
    heights = np.where(raw == HGT_HOLE, np.nan, raw).astype(np.float32)
    step = 1.0 / (side - 1)
    return Terrain(heights, west, south + 1.0, step, step, str(path))


def _corner(path: Path) -> tuple[float, float]:
    """Read west and south of a tile of one degree from its name."""
    place = HGT_NAME.match(path.stem)
    if place is None:
        raise InputError("hgt-name", where=str(path), found=path.name)
    south = int(place[2]) * (1 if place[1].upper() == "N" else -1)
    west = int(place[4]) * (1 if place[3].upper() == "E" else -1)
    return float(west), float(south)


def read_geotiff(path: Path, window: Window | None = None) -> Terrain:
    """Read the first band of a GeoTIFF; a projected one is brought to WGS 84, bilinearly.

    No-data values become NaN.

    Args:
        path: The file.
        window: The part to read of a file in WGS 84; a projected one is read whole.

    Raises:
        InputError: If the file cannot be read or says no projection.
    """
    rasterio = _rasterio()
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise InputError("terrain-no-projection", where=str(path))
            transform = source.transform
            straight = source.crs == rasterio.crs.CRS.from_string(WGS84)
            straight = straight and not (transform.b or transform.d)
            part = _part(rasterio, source, window) if straight and window else None
            band = source.read(1, masked=True, window=part).astype(np.float32).filled(np.nan)
            if part is not None:
                corner = transform @ (part.col_off, part.row_off)
                transform = rasterio.Affine(
                    transform.a, 0.0, corner[0], 0.0, transform.e, corner[1]
                )  # fmt: skip
            if not straight:
                band, transform = _to_wgs84(rasterio, source, band)
    except rasterio.errors.RasterioIOError as broken:
        raise InputError("terrain-unreadable", where=str(path), found=broken) from broken
    return Terrain(
        band,
        transform.c + 0.5 * transform.a,  # a pixel's value stands at its middle
        transform.f + 0.5 * transform.e,
        transform.a,
        -transform.e,
        str(path),
    )


def _part(rasterio: Any, source: Any, window: Window) -> Any:
    """Give the pixels of a window, at least two on a side."""
    west, south, east, north = window
    at = source.transform
    left, right = floor((west - at.c) / at.a), ceil((east - at.c) / at.a)
    top, bottom = floor((north - at.f) / at.e), ceil((south - at.f) / at.e)
    left, top = max(0, min(left, source.width - LEAST)), max(0, min(top, source.height - LEAST))
    wide = max(LEAST, min(right, source.width) - left)
    return rasterio.windows.Window(left, top, wide, max(LEAST, min(bottom, source.height) - top))


def extent(path: Path) -> Window:
    """Give what a file of terrain covers, without reading its heights.

    Raises:
        InputError: If the file is missing or of another kind, or its name or head says no place.
    """
    if _reader(path) is read_hgt:
        west, south = _corner(path)
        return west, south, west + 1.0, south + 1.0
    rasterio = _rasterio()
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise InputError("terrain-no-projection", where=str(path))
            west, south, east, north = rasterio.warp.transform_bounds(
                source.crs, WGS84, *source.bounds
            )
    except rasterio.errors.RasterioIOError as broken:
        raise InputError("terrain-unreadable", where=str(path), found=broken) from broken
    return west, south, east, north


def _to_wgs84(rasterio: Any, source: Any, band: NDArray[np.float32]) -> tuple[Any, Any]:
    transform, width, height = rasterio.warp.calculate_default_transform(
        source.crs, WGS84, source.width, source.height, *source.bounds
    )
    turned = np.full((height, width), np.nan, np.float32)
    rasterio.warp.reproject(
        band, turned, src_transform=source.transform, src_crs=source.crs, src_nodata=np.nan,
        dst_transform=transform, dst_crs=WGS84, dst_nodata=np.nan,
        resampling=rasterio.warp.Resampling.bilinear,
    )  # fmt: skip
    return turned, transform


def read_cover(path: Path, terrain: Terrain) -> NDArray[np.int16]:
    """Read classes of ground cover from a GeoTIFF, each grid point taking the nearest class.

    Args:
        path: The GeoTIFF, in any projection; 0 stands for not mapped.
        terrain: Whose grid the classes are brought to.

    Returns:
        Codes on the terrain's grid, (rows, columns).

    Raises:
        InputError: If the file cannot be read or says no projection.
    """
    if not path.is_file():
        raise InputError("profile-file-missing", where=str(path), found=str(path))
    rasterio = _rasterio()
    codes = np.zeros(terrain.heights_m.shape, np.int16)
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise InputError("terrain-no-projection", where=str(path))
            rasterio.warp.reproject(
                rasterio.band(source, 1), codes, dst_transform=_transform(rasterio, terrain),
                dst_crs=WGS84, dst_nodata=0, resampling=rasterio.warp.Resampling.nearest,
            )  # fmt: skip
    except rasterio.errors.RasterioIOError as broken:
        raise InputError("terrain-unreadable", where=str(path), found=broken) from broken
    return codes


def _transform(rasterio: Any, terrain: Terrain) -> Any:
    """Give the transform of a grid whose points are the middles of pixels."""
    return rasterio.Affine(
        terrain.step_lon, 0.0, terrain.west - 0.5 * terrain.step_lon,
        0.0, -terrain.step_lat, terrain.north + 0.5 * terrain.step_lat,
    )  # fmt: skip


def write_geotiff(
    path: Path, values: NDArray[Any], terrain: Terrain, *, tags: dict[str, str] | None = None
) -> None:
    """Write a grid of the terrain's shape as a GeoTIFF in WGS 84; NaN is its no-data value.

    Args:
        path: The file to write.
        values: (rows, columns), the terrain's own heights or a map on its grid.
        terrain: Gives the place of the grid.
        tags: Texts kept in the file, such as what is synthetic.
    """
    rasterio = _rasterio()
    transform = _transform(rasterio, terrain)
    kind = "float32" if values.dtype.kind == "f" else values.dtype.name
    with rasterio.open(
        path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0], count=1,
        dtype=kind, crs=WGS84, transform=transform, compress="deflate",
        nodata=np.nan if values.dtype.kind == "f" else None,
    ) as target:  # fmt: skip
        target.write(values.astype(kind), 1)
        target.update_tags(**(tags or {}))


def read_terrain(paths: Sequence[Path], window: Window | None = None) -> Terrain:
    """Read one file, or join several tiles of the same grid.

    Args:
        paths: GeoTIFF (`.tif`, `.tiff`) or HGT (`.hgt`) files.
        window: Only tiles that meet it are read, and of GeoTIFF in WGS 84 only this part.

    Raises:
        InputError: If a file is missing or of another kind, no tile meets the window, or the tiles
            do not share one grid.
    """
    near = [path for path in paths if window is None or _meet(extent(path), window)]
    if not near:
        raise InputError("terrain-elsewhere", where=str(paths[0]), found=window)
    found = [_read(path, window) for path in near]
    return found[0] if len(found) == 1 else _joined(found)


def _meet(one: Window, other: Window) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _read(path: Path, window: Window | None) -> Terrain:
    return read_hgt(path) if _reader(path) is read_hgt else read_geotiff(path, window)


def _reader(path: Path) -> Callable[..., Terrain]:
    if not path.is_file():
        raise InputError("profile-file-missing", where=str(path), found=str(path))
    readers = {".hgt": read_hgt, ".tif": read_geotiff, ".tiff": read_geotiff}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError("terrain-kind", where=str(path), found=path.suffix)
    return reader


def _joined(tiles: list[Terrain]) -> Terrain:
    west = min(tile.west for tile in tiles)
    north = max(tile.north for tile in tiles)
    lon, lat = tiles[0].step_lon, tiles[0].step_lat
    places: list[tuple[int, int]] = []
    for tile in tiles:
        row, column = (north - tile.north) / lat, (tile.west - west) / lon
        off = max(abs(row - round(row)), abs(column - round(column)))
        same = abs(tile.step_lon - lon) < 1e-9 and abs(tile.step_lat - lat) < 1e-9
        if not same or off > 0.01:
            raise InputError("terrain-tiles-differ", where=tile.name, found=tile.step_lat)
        places.append((round(row), round(column)))
    rows = max(r + tile.heights_m.shape[0] for (r, _), tile in zip(places, tiles, strict=True))
    columns = max(c + tile.heights_m.shape[1] for (_, c), tile in zip(places, tiles, strict=True))
    whole = np.full((rows, columns), np.nan, np.float32)
    for (r, c), tile in zip(places, tiles, strict=True):
        part = whole[r : r + tile.heights_m.shape[0], c : c + tile.heights_m.shape[1]]
        np.copyto(part, tile.heights_m, where=np.isfinite(tile.heights_m))
    return Terrain(whole, west, north, lon, lat, f"{tiles[0].name} …")
