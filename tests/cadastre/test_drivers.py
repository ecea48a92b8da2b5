"""What GDAL may open of what is uploaded."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from saola.cadastre import drivers, layers

VRT = """<OGRVRTDataSource><OGRVRTLayer name="people"><SrcDataSource>{file}</SrcDataSource>
<GeometryType>wkbNone</GeometryType></OGRVRTLayer></OGRVRTDataSource>"""
STREAM = '{{"type": "gdal_streamed_alg", "command_line": "gdal vector read {file}"}}'


def run(code: str) -> str:
    """Run Python apart and give what it says."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_kept_drivers_are_all_that_gdal_has() -> None:
    """GDAL is loaded with the drivers of our files alone; the variables are as before."""
    said = run(
        "import os; from saola.cadastre import drivers;"
        "print(sorted(drivers.pyogrio().list_drivers()), 'GDAL_SKIP' in os.environ)"
    )

    assert said == f"{sorted(drivers.KEPT)} False"


def test_a_gdal_with_more_drivers_reads_nothing() -> None:
    """Where GDAL was loaded before with all its drivers, reading is refused."""
    said = run(
        "import pyogrio; from saola.cadastre import drivers\n"
        "try: drivers.pyogrio()\n"
        "except Exception as error: print(error.code)"
    )

    assert said == "gdal-drivers"


@pytest.mark.parametrize("suffix", [each for each in layers.SUFFIXES if each != ".zip"])
@pytest.mark.parametrize("text", [VRT, STREAM], ids=["vrt", "stream"])
def test_a_file_that_names_another_is_not_followed(tmp_path: Path, suffix: str, text: str) -> None:
    """No name makes a file open another one, such as the server's database."""
    secret = tmp_path / "people.csv"
    pl.DataFrame({"password": ["argon2"]}).write_csv(secret)
    file = tmp_path / f"parcels{suffix}"
    file.write_text(text.format(file=secret))

    with pytest.raises(Exception, match=r"(?i)not recognized|not supported|failed|no layer"):
        layers.read(file)
