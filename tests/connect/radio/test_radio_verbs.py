"""`saola connect coverage` and `saola connect hop`."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio

from saola.cli import main
from saola.connect.terrain import Terrain, write_geotiff

FLAT = Terrain(np.zeros((61, 61), np.float32), 107.0, 16.3, 0.005, 0.005)


@pytest.fixture
def terrain(tmp_path: Path) -> Path:
    """A flat GeoTIFF of 33 km with a ridge of 200 m across its north."""
    heights = FLAT.heights_m.copy()
    heights[10:14] = 200.0
    write_geotiff(tmp_path / "flat.tif", heights, FLAT)
    return tmp_path / "flat.tif"


@pytest.fixture
def masts(tmp_path: Path) -> Path:
    """Two masts, one of the usual height."""
    (tmp_path / "masts.csv").write_text("lat,lon,height_m\n16.1,107.1,\n16.15,107.2,45\n")
    return tmp_path / "masts.csv"


def run(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    """Run the command and give its exit code and what it said."""
    with pytest.raises(SystemExit) as left:
        main([str(arg) for arg in args])
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


def test_coverage_writes_maps(
    capsys: pytest.CaptureFixture[str], terrain: Path, masts: Path, tmp_path: Path
) -> None:
    """Four maps of one grid are written, and the shares of area fall with the rate."""
    args = ("connect", "coverage", masts, terrain, "--km", "12", "--cell", "600")
    code, out, _ = run(capsys, *args, "-o", tmp_path / "maps", "--json")
    found = json.loads(out)
    shares = list(found["area_share_by_mbps"].values())

    assert 0 == code
    assert shares == sorted(shares, reverse=True)
    assert 0.0 < shares[-1] < found["reached_share"] <= 1.0
    shapes = set()
    for path in found["maps"]:
        with rasterio.open(path) as file:
            shapes.add(file.shape)
            assert "4G 700" == file.tags()["radio"]
    assert 1 == len(shapes)


def test_woods_lower_coverage(
    capsys: pytest.CaptureFixture[str], terrain: Path, masts: Path, tmp_path: Path
) -> None:
    """Under trees everywhere less of the area is reached at any rate."""
    write_geotiff(tmp_path / "woods.tif", np.full((61, 61), 10, np.int16), FLAT)
    args = ("connect", "coverage", masts, terrain, "--km", "12", "--cell", "600", "--json")
    shares = []
    for more in ((), ("--cover", tmp_path / "woods.tif", "--scheme", "worldcover")):
        _, out, _ = run(capsys, *args, "-o", tmp_path / "maps", *more)
        shares.append(json.loads(out)["area_share_by_mbps"]["10"])

    assert shares[1] < shares[0]


def test_coverage_speaks(
    capsys: pytest.CaptureFixture[str], terrain: Path, masts: Path, tmp_path: Path
) -> None:
    """The table comes in the reader's language."""
    args = ("--lang", "fr", "connect", "coverage", masts, terrain, "--km", "3", "--cell", "600")
    code, out, err = run(capsys, *args, "-o", tmp_path / "maps")

    assert 0 == code
    assert "Couverture de 4G 700" in out
    assert "Cartes écrites" in err


def test_a_hop_says_why(capsys: pytest.CaptureFixture[str], terrain: Path) -> None:
    """Over flat land 7 GHz is possible and 18 GHz drowns; over the ridge nothing is possible."""
    ends = ("16.05,107.1", "16.13,107.15")
    _, out, _ = run(capsys, "connect", "hop", *ends, terrain, "--mast", 60, "--rain", 85, "--json")
    found = {one["band"]: one for one in json.loads(out)}
    assert found["7 GHz"]["possible"]
    assert "rain" == found["18 GHz"]["refusal"]

    _, out, _ = run(capsys, "connect", "hop", "16.05,107.1", "16.29,107.1", terrain, "--json")
    assert {"terrain"} == {one["refusal"] for one in json.loads(out)}


def test_a_hop_speaks(capsys: pytest.CaptureFixture[str], terrain: Path) -> None:
    """The reasons come in the reader's language, with rain from ITU's map."""
    args = ("--lang", "vi", "connect", "hop", "16.05,107.1", "16.13,107.15", terrain)
    code, out, _ = run(capsys, *args, "--mast", 60)

    assert 0 == code
    assert "khả thi" in out
    assert "Chặng 10,4 km" in out


def test_faults_are_named(
    capsys: pytest.CaptureFixture[str], terrain: Path, masts: Path, tmp_path: Path
) -> None:
    """Malformed places, masts without columns, and unknown radios say what to mend."""
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n")
    (tmp_path / "text.csv").write_text("lat,lon\n16.1,east\n")
    runs = [
        ("hop", "16;107", "16.1,107.1", terrain),
        ("coverage", tmp_path / "bad.csv", terrain),
        ("coverage", tmp_path / "text.csv", terrain),
        ("coverage", tmp_path / "none.csv", terrain),
        ("coverage", masts, terrain, "--radio", "6G"),
    ]
    said = []
    for args in runs:
        code, _, err = run(capsys, "connect", *args)
        assert 2 == code
        said.append(err.strip().rsplit("[", 1)[1].rstrip("]"))

    assert [
        "place-malformed",
        "masts-columns",
        "place-malformed",
        "profile-file-missing",
        "band-unknown",
    ] == said
