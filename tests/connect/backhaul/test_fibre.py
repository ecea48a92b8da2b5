import json
from pathlib import Path

import pytest

from saola.connect.backhaul import fibre
from saola.errors import InputError

LINE = {"type": "LineString", "coordinates": [[105.0, 10.0], [105.0, 10.1]]}


def write(folder: Path, content: object) -> Path:
    file = folder / "fibre.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.mark.real
def test_senegals_lines_have_about_their_published_length(shared_data: Path) -> None:
    """Of 71 lines 68 operate; their length is near the sum of the file's own figures."""
    path = shared_data / "fibre" / "SEN_lines.geojson"
    told = [feature["properties"] for feature in json.loads(path.read_text())["features"]]
    published = sum(line["distance"] for line in told if line["status"] == "Operational")
    found = fibre.read(path)

    assert (68, 3) == (len(found.lines), found.left_out)
    assert published == pytest.approx(found.length(), rel=0.04)


@pytest.mark.real
def test_senegals_nodes_are_read(shared_data: Path) -> None:
    """A file of nodes alone is fibre too."""
    assert 51 == len(fibre.read(shared_data / "fibre" / "SEN_nodes.geojson").nodes)


def test_a_network_package_of_the_open_standard_is_read(tmp_path: Path) -> None:
    """Nodes and spans of an OFDS package become nodes and lines; planned spans are left out."""
    spans = [
        {"id": "1", "route": LINE, "status": "operational"},
        {"id": "2", "route": LINE, "status": "planned"},
    ]
    nodes = [{"id": "1", "location": {"type": "Point", "coordinates": [105.0, 10.0]}}]
    found = fibre.read(write(tmp_path, {"networks": [{"nodes": nodes, "spans": spans}]}))

    assert (1, 1, 1) == (len(found.lines), len(found.nodes), found.left_out)


def test_points_stand_close_along_a_line(tmp_path: Path) -> None:
    """A line of 11.1 km is held by points at most 100 m apart."""
    feature = {"type": "Feature", "properties": {}, "geometry": LINE}
    found = fibre.read(write(tmp_path, {"type": "FeatureCollection", "features": [feature]}))

    assert 113 == len(found.points())


def test_lines_that_do_not_meet_are_separate_pieces(tmp_path: Path) -> None:
    """Two lines 100 km apart count as two pieces."""
    far = {"type": "LineString", "coordinates": [[106.0, 10.0], [106.0, 10.1]]}
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in (LINE, far)]
    found = fibre.read(write(tmp_path, {"type": "FeatureCollection", "features": features}))

    assert 2 == len(set(found.pieces().tolist()))


UTM = {"type": "LineString", "coordinates": [[500_000, 1_100_000], [500_100, 1_100_000]]}


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("connect-not-fibre", []),
        ("connect-not-fibre", {"features": []}),
        ("connect-projection", {"features": [{"properties": {}, "geometry": UTM}]}),
        ("connect-projection", {"crs": {"properties": {"name": "EPSG:32648"}}, "features": []}),
    ],
)
def test_files_that_are_no_fibre_are_refused(tmp_path: Path, code: str, content: object) -> None:
    """An empty file, another form or projected coordinates are named errors."""
    with pytest.raises(InputError) as caught:
        fibre.read(write(tmp_path, content))

    assert code == caught.value.code


def test_transmission_nodes_of_itu_s_platform_are_read(tmp_path: Path) -> None:
    """Nodes of fibre count, others are left out and counted, as are rows without coordinates."""
    file = tmp_path / "nodes.csv"
    file.write_text(
        "ict_id,lat,lon,transmission_medium\nA,5.1,40.1,fiber\nB,5.2,40.2,microwave\n"
        "C,5.3,40.3,\nD,,40.4,fibre\n"
    )
    found = fibre.read(file)

    assert [[40.1, 5.1], [40.3, 5.3]] == found.nodes.tolist()
    assert 2 == found.left_out
