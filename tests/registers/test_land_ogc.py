import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import shapely
from django.core.wsgi import get_wsgi_application
from django.test import Client

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room

from saola.server.land import models, synthetic, transactions
from saola.server.registries.act import Act

ITEMS = "/ogc/collections/parcels/items"


@pytest.fixture(scope="module", autouse=True)
def parcels(home: Path, tmp_path_factory: Any) -> int:
    """How many parcels there are."""
    room.empty()
    file = tmp_path_factory.mktemp("land") / "parcels.csv"
    synthetic.parcels(700, seed=2, faulty=0.0).write_csv(file)
    return int(room.take(file, home).accepted)


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "localhost"})


def get(browser: Client, path: str, status: int = 200) -> Any:
    answer = browser.get(path)
    assert status == answer.status_code, answer.content
    assert "*" == answer["Access-Control-Allow-Origin"]
    return json.loads(answer.content)


def test_the_landing_page_leads_everywhere(browser: Client) -> None:
    """Each link answers; the classes of the standard that are kept are named."""
    page = get(browser, "/ogc/")
    assert {"self", "service-desc", "conformance", "data"} == {
        each["rel"] for each in page["links"]
    }
    for each in page["links"]:
        get(browser, each["href"].removeprefix("http://localhost"))
    classes = get(browser, "/ogc/conformance")["conformsTo"]
    assert {"core", "oas30", "geojson"} == {each.rpartition("/")[2] for each in classes}
    (only,) = get(browser, "/ogc/collections")["collections"]
    assert only == get(browser, "/ogc/collections/parcels")
    api = get(browser, "/ogc/api")
    known = {
        each["name"] for each in api["paths"]["/collections/parcels/items"]["get"]["parameters"]
    }
    assert {"bbox", "limit", "datetime"} <= known


def test_pages_by_key_give_each_feature_once(browser: Client, parcels: int) -> None:
    """Following `next` to the end gives every parcel once."""
    path, seen = f"{ITEMS}?limit=150", []
    while path:
        page = get(browser, path)
        assert len(page["features"]) == page["numberReturned"] <= 150
        seen += [each["id"] for each in page["features"]]
        after = [each["href"] for each in page["links"] if each["rel"] == "next"]
        path = after[0].removeprefix("http://localhost") if after else ""

    assert parcels == len(seen) == len(set(seen))


def test_a_feature_says_shape_code_and_land_type_alone(browser: Client) -> None:
    """Nothing of holders, numbers or certificates is public."""
    feature = get(browser, f"{ITEMS}?limit=1")["features"][0]
    assert {"code", "land_type"} == set(feature["properties"])
    shape = shapely.geometry.shape(feature["geometry"])
    assert 105 < shape.centroid.x < 106
    assert shape.exterior.is_ccw
    alone = get(browser, f"{ITEMS}/{feature['id']}")
    assert feature == {name: alone[name] for name in feature}
    code = feature["properties"]["code"]
    assert [feature] == get(browser, f"{ITEMS}?code={code}")["features"]
    text = json.dumps(get(browser, f"{ITEMS}?limit=10000"))
    names = models.Party.objects.using("land").values_list("name", "number")
    assert not any(name in text or number in text for name, number in names)


def test_a_box_gives_what_touches_it(browser: Client) -> None:
    """The features in a box are those whose own boxes meet it."""
    row = models.Version.objects.using("land").order_by("id")[300]
    box = f"{row.west},{row.south},{row.east},{row.north}"
    found = get(browser, f"{ITEMS}?bbox={box}")["features"]

    wanted = models.Version.objects.using("land").filter(
        west__lte=row.east, east__gte=row.west, south__lte=row.north, north__gte=row.south
    )
    assert {str(each.parcel_id) for each in wanted} == {each["id"] for each in found}
    assert (
        found
        == get(browser, f"{ITEMS}?bbox={row.west},{row.south},0,{row.east},{row.north},9")[
            "features"
        ]
    )
    assert [] == get(browser, f"{ITEMS}?bbox=170,-10,-170,10")["features"]


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3", "bbox=a,b,c,d", "bbox=1,9,2,3", "bbox=nan,1,2,3", "limit=0", "limit=x",
        "limit=-1", "datetime=yesterday", "datetime=2026-01-02/2025-01-01", "colour=red", "f=html",
        "after=-1",
    ],
)  # fmt: skip
def test_nonsense_is_400(browser: Client, query: str) -> None:
    """A parameter that is unknown or makes no sense is refused, as the standard wants."""
    assert "description" in get(browser, f"{ITEMS}?{query}", 400)


@pytest.mark.parametrize("key", ["999999999", "x", "-1", "9" * 30])
def test_an_unknown_feature_is_404(browser: Client, key: str) -> None:
    """There is nothing there."""
    get(browser, f"{ITEMS}/{key}", 404)


def test_a_time_gives_the_parcels_of_then(browser: Client) -> None:
    """Before a split the parent is there; after it the parts; the present is the default."""
    row = (
        models.Version.objects.using("land")
        .filter(end=None, superseded=None)
        .exclude(parcel__code="")[10]
    )
    shape = shapely.from_wkb(bytes(row.geometry))
    box = f"{row.west},{row.south},{row.east},{row.north}"
    middle = shape.centroid.x
    line = shapely.LineString([(middle, shape.bounds[1] - 1), (middle, shape.bounds[3] + 1)])
    parts = transactions.splitting.cut(shape, line)
    act = Act("officer", room.DAY, room.NOW)
    made = {str(key) for key in transactions.split(row.parcel_id, act, parts=parts)}

    def ids(when: str) -> set[str]:
        page = get(browser, f"{ITEMS}?bbox={box}{when}")
        return {each["id"] for each in page["features"]}

    parent = str(row.parcel_id)
    assert parent in ids("&datetime=2026-11-01T00:00:00Z")
    assert not made & ids("&datetime=2026-11-01")
    for when in ("", "&datetime=2026-12-01T00:00:00Z", "&datetime=2026-11-23/.."):
        assert made <= ids(when)
        assert parent not in ids(when)
    assert {parent, *made} <= ids("&datetime=../..")


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def address() -> Iterator[str]:
    """The API on a socket."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), _Threads, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ogc/"
    server.shutdown()
    server.server_close()


def test_gdal_reads_every_feature(address: str) -> None:
    """GDAL's own client of the standard reads all features, with their properties."""
    living = models.Version.objects.using("land").filter(end=None, superseded=None)
    code = (
        "import sys, pyogrio, json;"
        "meta, fids, shapes, data = pyogrio.raw.read('OAPIF:' + sys.argv[1], layer='parcels');"
        "names = list(meta['fields']);"
        "print(json.dumps([len(shapes), names, sorted(c for c in data[names.index('code')] if c)]))"
    )
    client = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, address],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert 0 == client.returncode, client.stderr
    count, names, codes = json.loads(client.stdout)

    assert living.count() == count
    assert {"code", "land_type"} <= set(names)
    wanted = living.exclude(parcel__code="").values_list("parcel__code", flat=True)
    assert sorted(wanted) == codes
