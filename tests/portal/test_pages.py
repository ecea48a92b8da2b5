import csv
import dataclasses
import datetime as dt
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import invented_country
import polars as pl
import pytest
import python_calamine
from django.http import HttpResponse
from django.test import Client

from saola import language, observations
from saola.frameworks import quoted, runs
from saola.server.portal import cache, choices, reading, search, view
from saola.server.portal.figure import FORMS
from saola.server.portal.figures import FIGURES, areas, gaps, movement, ranking
from saola.workspace import Workspace

LATER = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)

PAGES = (
    "",
    "ranking/",
    "unit/XSA.P.08/",
    "unit/XSA/",
    "unit/XSA.P.08/why/",
    "unit/XSA.P.01/why/?rank=1&r.on-time=100",
    "unit/XSA/why/",
    "uncertainty/",
    "uncertainty/?level=ministry",
    "structure/",
    "compare/",
    "compare/?unit=XSA.P.01,XSA.P.03,XSA.P.08",
    "indicators/",
    "indicator/gap-sex/",
    "left-behind/",
    "left-behind/?unit=XSA.P.02",
    "map/",
    "method/",
    "data/",
    "glossary/",
    "search/",
    "search/?q=da",
    "accessibility/",
    "figure/ranking/",
    "figure/ranking/correct/",
    "embed/heat/",
)


def _without_embed(text: str) -> str:
    """A page without the lines that a reader copies into another site."""
    return re.sub(r"<textarea.*?</textarea>|<dd>.*?</dd>", "", text, flags=re.DOTALL)


def body(client: Client, path: str) -> str:
    """The text of a page that answers."""
    answer = client.get(path)
    assert 200 == answer.status_code, path
    return answer.content.decode()


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_in_every_language(reader: Client, page: str, lang: str) -> None:
    """Each page exists in each language, says so, and leaves no brace unfilled."""
    text = body(reader, f"/{lang}/{page}")

    assert f'<html lang="{lang}">' in text
    assert not re.search(r"{%|{{|\{[a-z]+\}", re.sub(r"<meta[^>]*>", "", text))


@pytest.mark.parametrize("page", PAGES)
def test_no_page_holds_inline_script_or_style(reader: Client, page: str) -> None:
    """The strict policy would block what is inline; nothing is."""
    text = body(reader, f"/vi/{page}")

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=\"", text)
    assert set() == set(re.findall(r'(?:src|href)="(https?://[^"]+)"', _without_embed(text)))


@pytest.mark.parametrize("page", ["", "ranking/", "unit/XSA.P.02/", "map/", "figure/heat/"])
def test_synthetic_data_are_marked_on_every_page(reader: Client, page: str) -> None:
    """Invented numbers carry a badge wherever they stand."""
    assert "badge synthetic" in body(reader, f"/en/{page}")


def test_every_figure_has_what_the_reader_needs(reader: Client) -> None:
    """Sentence, table, source, licence, date, badge, correction and six forms stand by a chart."""
    text = body(reader, "/en/figure/ranking/")

    wanted = ["Upper Lam leads 8 units", "Numbers behind this chart", "Invented for tests", "CC0"]
    wanted += ["January 15, 2026", "badge synthetic", "/correct/?", "/en/embed/ranking/"]
    wanted += [f"/en/figure/ranking.{form}?" for form in FORMS]
    assert [] == [each for each in wanted if each not in text]


@pytest.mark.parametrize("name", sorted(FIGURES))
@pytest.mark.parametrize("form", FORMS)
def test_every_figure_has_every_form(reader: Client, name: str, form: str) -> None:
    """One address with another ending is the file, and begins as such a file does."""
    query = "?unit=XSA.P.01,XSA.P.02" if name == "compare" else "?unit=XSA.P.01"
    answer = reader.get(f"/fr/figure/{name}.{form}{query}")
    starts = {
        "csv": b"",
        "json": b"{",
        "xlsx": b"PK",
        "svg": b"<svg",
        "png": b"\x89PNG",
        "pdf": b"%PDF",
    }

    assert 200 == answer.status_code
    assert answer.content.startswith(starts[form])


def test_files_say_where_their_numbers_come_from(reader: Client) -> None:
    """CSV has the origin on each row with point decimals; JSON and XLSX carry it too."""
    rows = list(csv.DictReader(io.StringIO(reader.get("/vi/figure/ranking.csv").content.decode())))
    told = json.loads(reader.get("/vi/figure/ranking.json").content)
    sheet = (
        python_calamine.load_workbook(io.BytesIO(reader.get("/vi/figure/ranking.xlsx").content))
        .get_sheet_by_index(0)
        .to_python()
    )

    assert {"synthetic"} == {row["origin"] for row in rows}
    assert 0 < float(rows[0]["score"]) <= 1
    assert ("synthetic", "CC0") == (told["origin"], told["licence"])
    assert "Giả lập" in str(sheet[2][0])
    assert isinstance(sheet[6][2], float)


def test_ranking_sorts_searches_and_keeps_its_state(reader: Client) -> None:
    """Sort and search come from the address; search is blind to tones."""
    names = r'<th scope="row"><a href="[^"]+">([^<]+)'
    by_name = re.findall(names, body(reader, "/vi/ranking/?sort=label"))
    found = re.findall(names, body(reader, "/vi/ranking/?q=dao yen"))

    assert sorted(by_name, key=language.sort_key) == by_name
    assert ["Đảo Yên"] == found
    assert 'aria-sort="ascending"' in body(reader, "/vi/ranking/?sort=label")


def test_a_search_that_finds_nothing_says_so(reader: Client) -> None:
    """An empty result is a sentence, not an empty page."""
    assert "No unit fits this choice." in body(reader, "/en/ranking/?q=zzzz")
    assert "Nothing was found." in body(reader, "/en/search/?q=zzzz")


def test_search_finds_units_words_and_pages(reader: Client) -> None:
    """One field searches names of units, indicators, the glossary and pages."""
    assert "/vi/unit/XSA.P.01/" in body(reader, "/vi/search/?q=dao")
    assert "/en/glossary/#median" in body(reader, "/en/search/?q=median")
    assert "/en/ranking/" in body(reader, "/en/search/?q=ranking")


def test_ministries_are_ranked_among_themselves(reader: Client) -> None:
    """Where one run mixes kinds of unit, each kind has its own ranks from 1."""
    text = body(reader, "/en/ranking/?level=ministry")
    places = [int(each) for each in re.findall(r'<td class="n">(\d+)</td><th scope="row">', text)]

    assert [1, 2, 3] == places


def test_an_older_period_has_its_own_numbers(reader: Client) -> None:
    """The period in the address chooses the run."""
    now, then = (
        json.loads(reader.get(f"/en/figure/ranking.json?index=xsa-activity&period={p}").content)
        for p in ("2025-Q1", "2024-Q3")
    )

    assert now["run"] != then["run"]
    assert now["rows"][0]["score"] > then["rows"][0]["score"]


def test_a_run_has_an_address_of_its_own(reader: Client) -> None:
    """`/run/<id>/` shows its hashes, and pages pinned to it say so."""
    code = reading.reader().runs[0].id
    text = body(reader, f"/en/run/{code}/")
    pinned = body(reader, f"/en/ranking/?run={code}")

    assert reading.reader().runs[0].scores in text
    assert f"You are looking at run {code}" in pinned
    assert f"run={code}" in re.findall(r'href="/en/unit/[^"]+"', pinned)[0]
    assert (
        f"/en/run/{code}/"
        == reader.get(f"/run/{code}/", headers={"accept-language": "en"})["Location"]
    )


@pytest.mark.parametrize(
    "path",
    [
        "unit/XSA.P.99/",
        "indicator/none/",
        "run/../../etc/",
        "run/*/",
        "ranking/?run=nothing",
        "ranking/?run=" + 300 * "a",
        "ranking/?run=%00",
        "ranking/?index=none",
        "ranking/?period=1800",
        "figure/none/",
        "figure/ranking.exe",
        "figure/pillars/",
    ],
)
def test_what_is_not_there_is_404(reader: Client, path: str) -> None:
    """An unknown unit, run, index, period or figure is not found; nothing fails."""
    assert 404 == reader.get(f"/en/{path}").status_code


def test_what_is_published_is_said_where_an_address_asks_for_something_else(reader: Client) -> None:
    """An unknown index or period is named, with those that are here, on pages and to programs."""
    page = reader.get("/en/ranking/?period=1800").content.decode()
    known = reader.get("/en/ranking/?index=none", headers={"accept": "application/json"}).json()

    assert "no edition “1800” here." in page
    assert "Published are: 20" in page
    assert ("index-not-here", 404) == (known["error"]["code"], known["error"]["status"])
    assert "xsa-activity" in known["error"]["expected"]


@pytest.mark.parametrize(
    "query", ["sort=evil", "page=-3", "page=x", "level=none", "node=none", "group=%00"]
)
def test_odd_choices_fall_back(reader: Client, query: str) -> None:
    """A choice that means nothing is ignored."""
    assert 200 == reader.get(f"/en/ranking/?{query}").status_code


def test_what_a_reader_types_is_escaped(reader: Client) -> None:
    """Markup in an address stays text."""
    text = body(reader, "/en/search/?q=<script>alert(1)</script>")

    assert "<script>alert" not in text


def test_pages_are_only_read(reader: Client) -> None:
    """Public pages answer GET and HEAD alone."""
    assert 405 == reader.post("/en/ranking/").status_code


def test_an_unchanged_page_is_not_sent_again(reader: Client) -> None:
    """A page carries an ETag, weak where it was compressed; asked with it, the answer is 304."""
    for asked in ({}, {"accept-encoding": "gzip"}):
        mark = reader.get("/en/ranking/", headers=asked)["ETag"]
        again = reader.get("/en/ranking/", headers={**asked, "if-none-match": mark})

        assert 304 == again.status_code
        assert b"" == again.content


def test_embed_alone_may_be_framed(reader: Client) -> None:
    """Other sites may frame an embed and nothing else."""
    assert "frame-ancestors *" in reader.get("/en/embed/ranking/")["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in reader.get("/en/ranking/")["Content-Security-Policy"]


def test_feed_lists_runs(reader: Client) -> None:
    """The feed is Atom, newest first, and marks synthetic runs."""
    feed = ET.fromstring(reader.get("/en/runs.atom").content)  # noqa: S314  (our own answer)
    titles = [each.text or "" for each in feed.iter("{http://www.w3.org/2005/Atom}title")]

    assert 4 == len(titles)
    assert "Online activity · 2025-Q1 (synthetic)" == titles[1]


def test_comparison_puts_choices_in_one_address(reader: Client) -> None:
    """The form's fields become one address that can be shared."""
    answer = reader.get("/en/compare/?unit=XSA.P.01&unit=XSA.P.02&unit=")

    assert "unit=XSA.P.01%2CXSA.P.02" in answer["Location"]


def test_gap_is_the_sum_over_units(reader: Client) -> None:
    """The share of a group is all its users over all its people."""
    row = json.loads(reader.get("/en/figure/gaps.json").content)["rows"][0]

    assert ("Women", "Men") == (row["group_a"], row["group_b"])
    assert -0.08 == pytest.approx(row["gap"])


def test_a_share_leaves_out_units_that_report_one_half() -> None:
    """Where the users of a unit are not known, its people count in no share."""
    users = pl.DataFrame({"unit": ["A", "B", "C"], "value": [30.0, None, 5.0]})
    people = pl.DataFrame({"unit": ["A", "B", "C"], "value": [60.0, 100.0, None]})

    assert 0.5 == gaps.share(users, people)
    assert gaps.share(users.filter(unit="B"), people) is None


def test_units_of_one_name_are_told_apart_by_their_parents() -> None:
    """Two communes of one name have their provinces' names too; a unit's successor has not."""
    rows = [
        ("P1", "province", "X", "Hue"),
        ("P1@2025", "province", "X", "Hue"),
        ("P2", "province", "X", "Lam"),
        ("C1", "commune", "P1", "An"),
        ("C2", "commune", "P2", "An"),
    ]
    names = pl.DataFrame(rows, schema=["code", "kind", "parent", "label"], orient="row")

    assert ["Hue", "Hue", "Lam", "An (Hue)", "An (Lam)"] == view.apart(names)["label"].to_list()


def test_a_quarter_is_compared_with_a_quarter() -> None:
    """The period before is of the same kind; where there is none nothing has changed."""
    periods = ["2024", "2023-Q4", "2023-Q2", "2024-Q1"]

    assert "2023-Q4" == movement.before(periods, "2024-Q1")
    assert movement.before(periods, "2024") is None


def test_a_trend_shows_editions_that_are_not_comparable_apart(country: Path) -> None:
    """Earlier editions stand on the chart, marked; no change is computed across them."""
    found = reading.Reader(Workspace.open(country), "stamp")
    first, *rest = found.editions["xsa-activity"]
    other = dataclasses.replace(first.framework, id="xsa-activity-old")
    found.editions["xsa-activity"] = [dataclasses.replace(first, framework=other), *rest]
    now = view.View(found, rest[-1], False, {}, "en")
    series = movement.series(now)

    assert [None, False, True] == series["comparable"].to_list()
    assert [each.period for each in rest] == movement.history(now)[
        "period"
    ].unique().sort().to_list()
    assert "Not comparable" in movement.draw(now).finding


def test_heat_map_shows_fields_of_ministries(reader: Client) -> None:
    """Rows are ministries, columns are fields, and a missing figure is an empty cell."""
    rows = json.loads(reader.get("/en/figure/heat.json").content)["rows"]

    assert 15 == len(rows)
    assert "Health" in {row["column"] for row in rows}
    assert None in {row["score"] for row in rows}


def test_method_page_says_each_rule(reader: Client) -> None:
    """Every indicator's rule is written out in words."""
    text = body(reader, "/en/method/")

    assert "80% or more earns all points" in text
    assert "5 or more: 50% of the points" in text
    assert "equal shares earn all points" in text


def test_ranked_keeps_ranks_of_a_run_that_has_one_kind() -> None:
    """Ranks and their intervals are the run's own where it ranks one kind of unit."""
    rows = pl.DataFrame(
        {
            "unit": ["A"],
            "label": ["A"],
            "kind": ["p"],
            "score": [0.5],
            "rank": [7],
            "group": [None],
            "carried": [False],
        }
    )

    assert 7 == view.ranked(rows, tie="competition", mixed=False)["rank"][0]


def test_pages_follow_the_workspace(country: Path) -> None:
    """When runs, units or observations change, a new reader is made."""
    before = reading.reader()
    (country / "units").touch()
    reading.look_again()

    assert before is not reading.reader()


def test_what_addresses_ask_for_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader keeps the things last asked for, and makes the others anew."""
    monkeypatch.setattr(reading, "MOST_KEPT", 2)
    found = reading.Reader(None, "stamp")
    for key in ("a", "b", "a", "c"):
        found.once(key, lambda: "once")

    assert ["once", "once", "again"] == [found.once(key, lambda: "again") for key in "acb"]


def test_an_answer_of_before_is_not_kept_as_one_of_now() -> None:
    """What was being made while the workspace changed is sent once and not kept."""
    shelf = cache.Shelf()
    key = ("http", "localhost", "/en/")
    shelf.find(key, "before")
    shelf.find(key, "now")
    shelf.keep(key, HttpResponse("old"), "before")
    assert shelf.find(key, "now") is None

    shelf.keep(key, HttpResponse("new"), "now")
    shelf.keep(key, HttpResponse("new"), "now")
    assert 3 == shelf.size


def test_hits_that_begin_with_the_word_come_first(reader: Client) -> None:
    """A name that begins with what was typed stands before one that holds it."""
    labels = re.findall(
        r'<li><a href="[^"]+">([^<]+)</a> <span class="quiet">', body(reader, "/en/search/?q=me")
    )

    assert search.MOST >= len(labels) > 1
    assert labels[0].lower().startswith("me")


def test_documents_are_made_once(reader: Client, country: Path) -> None:
    """A unit's profile and a run's report come as PDF and XLSX, and are kept."""
    code = reading.reader().runs[0].id
    paths = ["unit/XSA.P.08.pdf", f"run/{code}.pdf", f"run/{code}.xlsx"]
    starts = [reader.get(f"/vi/{path}").content[:4] for path in paths]

    assert [b"%PDF", b"%PDF", b"PK\x03\x04"] == starts
    assert 3 == len(list((country / "cache" / "documents" / code).iterdir()))
    assert 404 == reader.get("/vi/unit/XSA.C.1.pdf").status_code
    assert 404 == reader.get(f"/vi/run/{code}.exe").status_code


def test_published_values_stand_for_every_unit_or_for_none() -> None:
    """Where a unit is known only as published, all are shown so; what is computed stays beside."""
    rows = pl.DataFrame(
        {
            "node": ["top", "top", "part"],
            "score": [None, 0.5, 0.7],
            "rank": [None, 1, 1],
            "low": [None, 0.4, 0.6],
            "high": [None, 0.6, 0.8],
            "rank_low": [None, 1, 1],
            "rank_high": [None, 1, 1],
            "published_score": [0.8, 0.6, None],
            "published_rank": [12, 86, None],
        },
        schema_overrides={"rank": pl.Int32, "published_rank": pl.Int32},
    )
    found = quoted.standing(rows, quoted.nodes(rows))

    assert [0.8, 0.6, 0.7] == found["score"].to_list()
    assert [12, 86, None] == found["rank"].to_list()
    assert [None, None, 0.6] == found["low"].to_list()
    assert [None, None, None] == found["rank_low"].to_list()
    assert [None, 0.5, 0.7] == found["computed"].to_list()
    assert [True, True, False] == found["carried"].to_list()


@pytest.mark.parametrize(
    ("ending", "kind", "begins"),
    [
        ("sdmx.csv", "application/vnd.sdmx.data+csv;version=2.0.0", b"STRUCTURE,"),
        ("structure.xml", "application/vnd.sdmx.structure+xml;version=3.0.0", b"<?xml"),
        ("jsonld", "application/ld+json", b"{"),
        ("zip", "application/zip", b"PK"),
    ],
)
def test_a_run_goes_out_in_the_forms_of_other_systems(
    ending: str, kind: str, begins: bytes, reader: Client
) -> None:
    """SDMX, catalogue entry and archive stand at the run's address with their endings."""
    code = reading.reader().runs[0].id
    answer = reader.get(f"/fr/run/{code}.{ending}")

    assert (200, kind) == (answer.status_code, answer["Content-Type"])
    assert answer.content.startswith(begins)
    if ending == "jsonld":
        assert f"http://localhost/fr/run/{code}.xlsx" in answer.content.decode()


def test_a_pinned_run_keeps_what_it_was_made_of(tmp_path: Path) -> None:
    """Labels, gaps and the line over time of a pinned run stay when all of them change later."""
    home = invented_country.build(tmp_path / "home")
    old = runs.runs(home)[-1]  # of the first period
    file = tmp_path / "home" / "frameworks" / "xsa-activity.toml"
    file.write_text(file.read_text().replace("Settled on time", "In good time"), encoding="utf-8")
    units_file = tmp_path / "home" / "units" / "units-xsa.csv"
    names = units_file.read_text(encoding="utf-8")
    called = re.findall(r"^XSA\.P\.01,province,XSA,[^,]+,([^,]+),", names, re.MULTILINE)[0]
    units_file.write_text(names.replace(f",{called},", ",Renamed,"), encoding="utf-8")
    rows = observations.current(home).filter(pl.col("indicator") == "users")
    columns = [name for name in observations.SCHEMA if name not in ("recorded", "batch")]
    more = rows.select(columns).with_columns(value=pl.lit(500.0))
    observations.append(home, more, source="t", who="t", when=LATER)
    for period in invented_country.PERIODS:
        invented_country.score(home, period, LATER)
    found = reading.Reader(Workspace.open(tmp_path / "home"), "stamp")
    edition = reading.Edition(found.framework_of(old), old.period, old)
    pinned = view.View(found, edition, True, {}, "en")
    now = view.View(found, found.editions["xsa-activity"][0], False, {}, "en")

    assert "Settled on time" == pinned.framework.label_of("on-time")["en"]
    assert "In good time" == now.framework.label_of("on-time")["en"]
    assert called in pinned.names["label"].to_list()
    assert "Renamed" in now.names["label"].to_list()
    assert {"Renamed", called}.isdisjoint(set(pinned.names["label"]) & set(now.names["label"]))
    assert gaps.table(pinned)["a"][0] < gaps.table(now)["a"][0] == 1.0
    assert ["2024-Q3"] == movement.series(pinned)["period"].to_list()
    assert 3 == movement.series(now).height
    assert movement.series(pinned)["score"][0] != movement.series(now)["score"][0]


def test_units_that_cannot_be_told_apart_share_a_rank() -> None:
    """The switch puts units in one place until one's interval ends below that of their first."""
    rows = pl.DataFrame(
        {
            "rank": [1, 2, 3, 4, None],
            "score": [0.9, 0.88, 0.7, 0.6, None],
            "low": [0.85, 0.83, 0.66, None, None],
            "high": [0.95, 0.93, 0.74, None, None],
            "group": [None] * 5,
        },
        schema_overrides={"group": pl.String},
    )

    assert [1, 1, 3, 4, None] == ranking.distinct(rows)["rank"].to_list()


def test_only_clear_differences_is_a_choice_of_the_ranking(reader: Client) -> None:
    """The box is offered where intervals are known, and the table then shares ranks."""
    page = reader.get("/en/ranking/?clear=1").content.decode()

    assert 'name="clear" value="1" checked' in page
    assert "Units share a rank" in page


def test_a_map_leads_to_the_parts_of_its_units(tmp_path: Path) -> None:
    """From the map of provinces each leads to the map of its communes, which shows them alone."""
    invented_country.build(tmp_path / "home", communes=20)
    found = reading.Reader(Workspace.open(tmp_path / "home"), "stamp")
    edition = found.editions["xsa-activity"][-1]
    whole = view.View(found, edition, False, {"level": "province"}, "en")
    asked = {"level": "commune", "inside": "XSA.P.01"}
    inside = view.View(found, edition, False, asked, "en")

    query = "index=xsa-activity&period=2025-Q1&level=commune&inside="
    assert query + "XSA.P.01" == choices.parts(whole)["XSA.P.01"]
    assert 8 == len(choices.wholes(inside))
    shown = areas.within(inside, inside.peers)["unit"].sort().to_list()
    assert ["XSA.C.00000", "XSA.C.00008", "XSA.C.00016"] == shown


def test_a_map_inside_nothing_is_not_there(reader: Client) -> None:
    """A unit that does not exist has no parts to show."""
    assert 404 == reader.get("/en/map/?inside=XSA.P.99").status_code


@pytest.mark.parametrize("page", ["ranking/", "map/"])
def test_ranking_and_map_show_the_node_asked_for(reader: Client, page: str) -> None:
    """An indicator is drawn and stands in the list of parts; an unknown node is the index."""
    indicator = body(reader, f"/en/{page}?node=on-time")
    unknown = body(reader, f"/en/{page}?node=nonsense")

    assert ": Settled on time, 2025-Q1</h2>" in indicator
    assert '<option value="on-time" selected>' in indicator
    assert ": Online activity, 2025-Q1</h2>" in unknown
    assert '<option value="activity" selected>' in unknown
