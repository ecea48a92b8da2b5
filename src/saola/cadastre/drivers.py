"""GDAL with the drivers of the files that registers take, and no others.

GDAL chooses a driver by what a file holds, not by its name. Among its drivers are some that open
*other* files or addresses which the file names (`OGR_VRT`, `GDALG`, `OAPIF` …): an upload could
read the server's own databases. They are left out when GDAL is loaded, which is once a process.
"""

import os
import sys
from typing import Any

from saola.errors import DependencyError

KEPT = frozenset({"DXF", "ESRI Shapefile", "FlatGeobuf", "GPKG", "GeoJSON", "MEM"})
# fmt: off
LEFT_OUT = (
    "ADBC", "AIVector", "AVCBin", "AVCE00", "AmigoCloud", "CSV", "CSW", "Carto", "DGN", "EDIGEO",
    "EEDA", "ESRIJSON", "Elasticsearch", "GDALG", "GML", "GPSBabel", "GPX", "GTFS", "GeoJSONSeq",
    "GeoRSS", "HTTP", "Idrisi", "JML", "JSONFG", "KML", "LIBKML", "LVBAG", "MBTiles", "MVT",
    "MapInfo File", "MapML", "MiraMonVector", "NGW", "OAPIF", "ODS", "OGCAPI", "OGR_GMT", "OGR_PDS",
    "OGR_VRT", "OSM", "OpenFileGDB", "PCIDSK", "PDF", "PDS4", "PGDUMP", "PLSCENES", "PMTiles",
    "S57", "SQLite", "SXF", "Selafin", "TopoJSON", "VDV", "VFK", "VICAR", "WAsP", "WFS", "XLSX",
)
# fmt: on
_SKIP = {
    "GDAL_SKIP": ",".join(LEFT_OUT),
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
}


def pyogrio() -> Any:
    """Give pyogrio, loaded with the kept drivers alone.

    Raises:
        DependencyError: If GDAL has others: it was loaded before, or is newer than this list.
    """
    if "pyogrio" not in sys.modules:
        before = {name: os.environ.get(name) for name in _SKIP}
        os.environ |= _SKIP
        try:
            import pyogrio  # noqa: PLC0415  (the variables have to be set first)
        finally:
            _restore(before)
    import pyogrio  # noqa: PLC0415  (said above)

    if more := sorted(set(pyogrio.list_drivers()) - KEPT):
        raise DependencyError("gdal-drivers", found=", ".join(more))
    pyogrio.set_gdal_config_options({"CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none"})
    return pyogrio


def _restore(variables: dict[str, str | None]) -> None:
    """Give other programs that this one starts the variables as they were."""
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
