"""Where an index is quoted, every page shows one ranking: the published one."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings
from django.test import Client

from saola import charts, demo
from saola.frameworks import quoted
from saola.server.portal import reading

EGDI = "index=un-egdi&period=2022"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found: Path = tmp_path_factory.mktemp("quoted") / "home"
    when = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    demo.build(found, when=when, communes=40, provinces=3, quarters=demo.QUARTERS[:1])
    return found


@pytest.fixture
def pages(home: Path, client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    with monkeypatch.context() as patch:
        patch.setattr(settings, "HOME", home)
        reading.look_again()
        yield client
    reading.look_again()


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert 200 == answer.status_code, path
    return html.unescape(answer.content.decode())


def test_the_ranking_has_published_ranks_alone(pages: Client) -> None:
    """Singapore leads by its score, Viet Nam has its world rank, and no interval is shown."""
    text = body(pages, f"/en/ranking/?{EGDI}")
    rows = re.findall(r'<td class="n">(\d+|–)</td><th scope="row"><a[^>]+>([^<]+)', text)

    assert ("12", "Singapore") == rows[0]
    assert ("86", "Viet Nam") in rows
    assert sorted(int(rank) for rank, _ in rows) == [int(rank) for rank, _ in rows]
    assert "Singapore leads 11 units with 0.9133" in text
    assert "Interval of 90 %</th>" not in text
    assert "Recomputed" in text


@pytest.mark.parametrize(
    "path",
    [
        "figure/ranking.csv",
        "figure/ranking.json",
        "compare/?unit=SGP,VNM",
        "map/",
        "",
        "unit/VNM/",
        "unit/SGP/",
    ],
)
def test_no_page_mixes_ranks(pages: Client, path: str) -> None:
    """Files, home, map, comparison and profile say the same as the ranking."""
    text = body(pages, f"/en/{path}{'&' if '?' in path else '?'}{EGDI}")

    for false in ("Viet Nam leads", "rank 1 of", "of 11.", "between 1", "between 1 and 1"):
        assert false not in text
    if path.startswith("unit/"):
        said = {"unit/VNM/": "published rank 86", "unit/SGP/": "published rank 12"}[path]
        assert said in text
    if not path:
        card = re.search(r"In the lead</span>.*?<a[^>]+>([^<]+)", text, flags=re.DOTALL)
        assert card is not None
        assert "Singapore" == card[1]


def test_a_map_is_about_every_unit_scored(pages: Client) -> None:
    """Provinces of a later reform have tiles; one score alone is neither highest nor lowest."""
    query = "index=vn-dti-province&period="
    rows = body(pages, f"/en/figure/map.csv?{query}2024")

    assert all(name in rows for name in ("Hanoi", "Hai Phong", "Da Nang", "Ho Chi Minh City"))
    assert "Of 4 units with a figure, highest is Hanoi" in body(pages, f"/en/map/?{query}2024")
    assert "Da Nang has 83.4." in body(pages, f"/en/map/?{query}2023")
    # Provinces that are gone since are parts of the country in their time.
    assert "highest is Da Nang" in body(pages, f"/en/map/?{query}2022&inside=VNM")


def test_a_map_offers_parts_where_there_are_some(pages: Client) -> None:
    """The index of Viet Nam's provinces is the parts of Viet Nam alone."""
    found = re.findall(r'class="parts" href="[^"]*inside=([^"]+)"', body(pages, f"/en/map/?{EGDI}"))

    assert ["VNM"] == found


def test_ranks_that_only_a_larger_table_explains_are_quoted() -> None:
    """As many published scores as computed ones, but a rank of 63 among 5: the table is quoted."""
    rows = pl.DataFrame(
        {"node": ["n"] * 2, "score": [0.5, 0.4], "published_score": [0.5, 0.4],
         "published_rank": [1, 63]}
    )  # fmt: skip

    assert ["n"] == quoted.nodes(rows)
    assert [] == quoted.nodes(rows.with_columns(published_rank=pl.Series([1, 2])))


def test_each_rank_group_has_its_own_leader() -> None:
    """One sentence a group, over all its units and not only those drawn."""
    rows = pl.DataFrame(
        {"label": ["A", "B", "C", "D"], "score": [0.922, 0.5, 0.941, 0.3], "rank": [1, 2, 1, 2],
         "low": None, "high": None, "rank_low": None, "rank_high": None,
         "group_name": ["One", "One", "Two", "Two"]},
        schema_overrides={"low": pl.Float64, "high": pl.Float64},
    )  # fmt: skip
    chart = charts.ranking(rows, "en", most=1)

    said = "One: A leads 2 units with 92.2; B is last with 50.0. "
    said += "Two: C leads 2 units with 94.1; D is last with 30.0."
    assert said == chart.finding
    assert 1 == chart.table.height


@pytest.mark.parametrize("lang", ["vi", "en", "fr"])
@pytest.mark.parametrize(
    ("word", "to"),
    [
        ("Viet Nam", "/unit/VNM/"),
        ("Hanoi", "/unit/VNM.P.01/"),
        ("HÀ NỘI", "/unit/VNM.P.01/"),
        ("singapore", "/unit/SGP/"),
        ("e-Government", "/ranking/?index=un-egdi"),
        ("online activity", "/ranking/?index=online-activity"),
    ],
)
def test_search_covers_every_published_index(
    pages: Client, lang: str, word: str, to: str
) -> None:  # fmt: skip
    """Units, indices and indicators of all indices are found under their names in any language."""
    hits = re.findall(
        r'<li><a href="([^"]+)">[^<]+</a> <span class="quiet">',
        body(pages, f"/{lang}/search/?q={word}"),
    )

    assert [hit for hit in hits if f"/{lang}{to}" in (hit, hit.split("?")[0], hit.split("&")[0])]
    assert 200 == pages.get(hits[0].split("#")[0]).status_code
