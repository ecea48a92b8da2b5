import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from pysdmx.io import read_sdmx

from saola import charts, language, reports
from saola.reports import Subject
from saola.reports.sdmx import concepts

COMMON = "{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common}"
STRUCTURE = "{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read(raw: bytes, path: Path) -> Any:
    """Read a message with pysdmx, which holds XML against the official schemas."""
    path.write_bytes(raw)
    return read_sdmx(path, validate=path.suffix == ".xml")


@pytest.fixture(scope="module")
def structure(subject: Subject) -> bytes:
    return reports.sdmx_structure(subject)


@pytest.mark.parametrize("kind", ["scores.csv", "scores.xml"])
def test_scores_come_back_as_they_were_written(kind: str, subject: Subject, tmp_path: Path) -> None:
    """Each value, rank and end of an interval is the same after writing and reading."""
    raw = reports.sdmx_csv(subject) if kind.endswith("csv") else reports.sdmx_ml(subject)
    message = read(raw, tmp_path / kind)
    data = message.data[0].data
    found = {(row["REF_AREA"], row["NODE"], row["FIELD"]): row for row in data.to_dict("records")}

    assert subject.scores.height == len(data)
    names = {"OBS_VALUE": "score", "RANK": "rank", "LOW": "low", "RANK_HIGH": "rank_high"}
    for row in subject.scores.iter_rows(named=True):
        back = found[row["unit"].replace(".", "_"), row["node"], row["field"]]
        for theirs, ours in names.items():
            said = str(back[theirs])
            value = None if said in ("", "nan", "None", "<NA>") else float(said)
            assert row[ours] == value


def test_whole_numbers_are_written_whole(subject: Subject) -> None:
    """A rank is `13` in the file, not `13.0`, though some units have none."""
    head, first = reports.sdmx_csv(subject).decode().splitlines()[:2]
    row = dict(zip(head.split(","), first.split(","), strict=True))

    assert row["RANK"].isdigit()
    assert "SYNTHETIC" == row["ORIGIN"]
    assert subject.run.id == row["RUN"]


def test_the_structure_names_everything_in_three_languages(
    structure: bytes, subject: Subject, tmp_path: Path
) -> None:
    """Units, nodes and concepts have the names of the registry and the framework by `xml:lang`."""
    read(structure, tmp_path / "structure.xml")
    root = ET.fromstring(structure)  # noqa: S314  (our own file)
    said = {
        code.get("id"): {name.get(LANG): name.text for name in code.findall(COMMON + "Name")}
        for code in root.iter(STRUCTURE + "Code")
    }

    assert {"vi": "Mỹ Trạch", "en": "Mỹ Trạch EN", "fr": "Mỹ Trạch"} == said["XSA_P_08"]
    assert dict(subject.framework.label_of("OA")) == said["OA"]
    concept = next(root.iter(STRUCTURE + "Concept"))
    assert set(language.LANGUAGES) == {name.get(LANG) for name in concept.findall(COMMON + "Name")}


def test_every_code_of_the_data_is_in_its_list(
    structure: bytes, subject: Subject, tmp_path: Path
) -> None:
    """The data refer to the structure, and use no code that its lists do not have."""
    message = read(structure, tmp_path / "structure.xml")
    lists = {each.id: {code.id for code in each.items} for each in message.get_codelists()}
    data = read(reports.sdmx_csv(subject), tmp_path / "scores.csv").data[0]

    assert f"SAOLA:{concepts.structure_id(subject)}(1.0)" in str(data.structure)
    for each in concepts.concepts():
        if each.enumeration and each.id in data.data:
            used = {str(v) for v in data.data[each.id].dropna().unique()} - {""}
            assert used <= lists.get(concepts.list_id(subject, each.enumeration), set())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("VNM.P.48@2025", "VNM_P_48@2025"),
        ("services-online", "services-online"),
        ("a b/c", "a_b_c"),
    ],
)
def test_codes_are_written_as_sdmx_allows(ours: str, theirs: str) -> None:
    """A code keeps letters, digits and `_ - @ $`; anything else becomes `_`."""
    assert theirs == concepts.code(ours)


def test_names_with_marks_of_xml_stay_well_formed(subject: Subject, tmp_path: Path) -> None:
    """A name with `&`, `<` and quotes is the same after reading."""
    odd = replace(subject.framework, label={"en": "R&D <“x”> 'y' \"z\"", "vi": "A & B"})
    raw = reports.sdmx_structure(replace(subject, framework=odd))
    message = read(raw, tmp_path / "structure.xml")

    assert "R&D <“x”> 'y' \"z\"" == message.get_data_structure_definitions()[0].name


def test_the_package_is_whole_and_repeatable(subject: Subject) -> None:
    """The archive holds SDMX, rankings with metadata and the entry; a run gives the same bytes."""
    options = {"base": "https://data.example/run/1", "publisher": {"en": "Office"}}
    raw = reports.package(subject, "vi", **options)
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        found = {name: packed.read(name) for name in packed.namelist()}

    assert raw == reports.package(subject, "vi", **options)
    assert {
        "scores.sdmx.csv", "scores.xml", "structure.xml", "dcat.jsonld", "ranking-province.csv",
        "ranking-province.csv-metadata.json",
    } == set(found)  # fmt: skip
    metadata = json.loads(found["ranking-province.csv-metadata.json"])
    columns = [each["name"] for each in metadata["tableSchema"]["columns"]]
    rows = pl.read_csv(found["ranking-province.csv"])
    assert columns == rows.columns
    assert {"synthetic"} == set(rows["origin"])
    assert "'=Tân Uyên" in rows["label"].to_list()


def test_the_catalogue_entry_names_period_licence_and_files(subject: Subject) -> None:
    """DCAT has titles by language, the days of the period, the licence and a link a file."""
    raw = reports.dcat(subject, base="https://data.example/run/1", publisher={"vi": "Cục"})
    entry = json.loads(raw)

    assert {"vi", "en", "fr"} == {each["@language"] for each in entry["dct:title"]}
    assert "2026-12-31" == entry["dct:temporal"]["dcat:endDate"]["@value"]
    assert {"CC BY 4.0"} == {each["@value"] for each in entry["dct:license"]}
    assert "synthetic" == entry["dct:type"]
    links = [each["dcat:downloadURL"]["@id"] for each in entry["dcat:distribution"]]
    assert "https://data.example/run/1.xlsx" in links


def test_the_table_of_a_chart_says_what_it_is(subject: Subject) -> None:
    """JSON carries finding, source, licence, run and origin beside the rows."""
    chart = charts.ranking(subject.ranking("province"), "fr", title="Classement")
    found = json.loads(reports.table_json(chart, subject))

    assert ("Classement", subject.run.id) == (found["dc:title"], found["dc:identifier"])
    assert "Invented for tests" == found["dc:source"]
    assert chart.table.height == len(found["rows"])
