import codecs
import contextlib
import csv
import zipfile
from functools import partial
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from saola import observations, units
from saola.errors import InputError, SaolaError
from saola.observations import shapes
from saola.observations.numbers import Decimal
from saola.observations.reading import Reading
from saola.observations.shapes import Columns

GOOD = "indicator,unit,period,value\nonline,VNM,2024,0.5\nonline,THA,2024,0.6\n"


def read(path: Path, **options: object) -> Reading:
    return observations.read(path, units.registry(), **options)  # type: ignore[arg-type]  # options


def text(tmp_path: Path, contents: str | bytes, name: str = "data.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
    return path


def faults(reading: Reading) -> list[tuple[int, str]]:
    return reading.aside.select("_line", "_fault").rows()


def test_a_long_file_becomes_observations(tmp_path: Path) -> None:
    """One value a row, the columns named as ours; the rest takes its default."""
    reading = read(text(tmp_path, GOOD))

    assert [("VNM", 0.5), ("THA", 0.6)] == reading.observations.select("unit", "value").rows()
    assert observations.SCHEMA == reading.observations.schema


def test_a_wide_file_has_one_indicator_a_column(tmp_path: Path) -> None:
    """An empty cell is no value and no fault."""
    reading = read(text(tmp_path, "unit;period;a;b\nVNM;2024;1;\nTHA;2024;2;3\n"))

    expected = [("VNM", "a", 1), ("THA", "a", 2), ("THA", "b", 3)]
    assert expected == reading.observations.select("unit", "indicator", "value").rows()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("online,Atlantis,2024,1", "unit-unknown"),
        ("online,VNM,20x4,1", "period-malformed"),
        ("online,VNM,2024,many", "value-malformed"),
        ("online,VNM,2024,inf", "value-malformed"),
        (",VNM,2024,1", "indicator-missing"),
        ("online,,2024,1", "unit-missing"),
        ("online,VNM,,1", "period-missing"),
        ("online,VNM,2024,1,2,3", "row-too-long"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_rest_goes_on(tmp_path: Path, row: str, fault: str) -> None:
    """The place and the reason are kept, and the counts add up."""
    reading = read(text(tmp_path, f"{GOOD}{row}\n"))

    assert [(4, fault)] == faults(reading)
    assert (3, 2) == (reading.read, reading.observations.height)


def test_a_key_that_comes_twice_is_set_aside_whole(tmp_path: Path) -> None:
    """No one can tell which of two values is right, so neither is taken."""
    reading = read(text(tmp_path, GOOD + "online,Viet Nam,2024,0.7\n"))

    assert [(2, "key-twice"), (4, "key-twice")] == faults(reading)


def test_rows_set_aside_are_written_with_place_and_reason(tmp_path: Path) -> None:
    """The file beside the input can be mended and read again."""
    reading = read(text(tmp_path, GOOD + "online,Atlantis,2024,1\n"))
    reading.write_aside(tmp_path / "aside.csv", lang="vi")

    with (tmp_path / "aside.csv").open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert ("4", "unit-unknown", "Atlantis") == (row["line"], row["code"], row["unit"])
    assert "Không có đơn vị" in row["reason"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1234.5", 1234.5),
        ("1234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("0,125", 0.125),
        ("-0,125", -0.125),
        ("1.234.567", 1234567.0),
        ("1,234,567", 1234567.0),
        ("0,5", 0.5),
        ("45 %", 0.45),
        ("1e3", 1000.0),
        ("..", None),
        ("n/a", None),
        ("–", None),
    ],
)
def test_numbers_are_read_as_people_write_them(
    tmp_path: Path, written: str, expected: float | None
) -> None:
    """Vietnamese, French and English forms, percentages and marks of absence."""
    reading = read(text(tmp_path, f'indicator;unit;period;value\nx;VNM;2024;"{written}"\n'))

    assert [expected] == reading.observations["value"].to_list()
    assert ["A" if expected is not None else "O"] == reading.observations["status"].to_list()


@pytest.mark.parametrize(
    ("values", "decimal", "expected"),
    [
        (["12,345", "0,5"], None, [12.345, 0.5]),
        (["12,345", "1,234.5"], None, [12345.0, 1234.5]),
        (["12.345", "1.234,5"], None, [12345.0, 1234.5]),
        (["12.345", "0.5"], None, [12.345, 0.5]),
        (["12,345"], ",", [12.345]),
        (["12,345"], ".", [12345.0]),
        (["12.345 %"], ".", [0.12345]),
    ],
)
def test_the_whole_file_tells_a_decimal_comma_from_thousands(
    tmp_path: Path, values: list[str], decimal: Decimal | None, expected: list[float]
) -> None:
    """`12,345` is read as the other numbers are written, or as the reader says."""
    lines = "".join(f"x;VNM;{2001 + n};{value}\n" for n, value in enumerate(values))
    reading = read(text(tmp_path, "indicator;unit;period;value\n" + lines), decimal=decimal)

    assert expected == reading.observations["value"].to_list()


@pytest.mark.parametrize("others", [[], ["0,5", "0.5"]])
def test_a_number_that_may_be_two_is_set_aside(tmp_path: Path, others: list[str]) -> None:
    """Where the file tells nothing, or two things, no guess is made and the remedy is named."""
    values = ["12,345", "7.891", *others]
    lines = "".join(f"x;VNM;{2001 + n};{value}\n" for n, value in enumerate(values))
    reading = read(text(tmp_path, "indicator;unit;period;value\n" + lines))
    reading.write_aside(tmp_path / "aside.csv", lang="en")

    assert [(2, "value-ambiguous"), (3, "value-ambiguous")] == faults(reading)
    assert len(others) == reading.observations.height
    assert "--decimal" in (tmp_path / "aside.csv").read_text(encoding="utf-8-sig")


def test_a_comma_between_cells_speaks_for_the_point(tmp_path: Path) -> None:
    """A file that parts its cells by commas is read with a decimal point, as programs write it."""
    reading = read(text(tmp_path, "indicator,unit,period,value\nx,VNM,2024,12.345\n"))

    assert [12.345] == reading.observations["value"].to_list()


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_a_number_cell_is_never_ambiguous(tmp_path: Path, name: str) -> None:
    """Where numbers are kept as numbers, three decimals are three decimals."""
    before = observations.frame(
        [{"indicator": "a", "unit": "VNM", "period": "2024", "value": 12.345, "stderr": -1.125}]
    )
    observations.write(before, tmp_path / name)

    assert [(12.345, -1.125)] == read(tmp_path / name).observations.select("value", "stderr").rows()


def test_rows_set_aside_run_nothing_and_are_written_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cell is a formula to a spreadsheet; where writing fails, the file before stays."""
    reading = read(text(tmp_path, GOOD + "=1+1,@x,2024,-5x\nonline,Atlantis,2024,-5\n"))
    target = tmp_path / "aside.csv"
    reading.write_aside(target)
    before = target.read_text(encoding="utf-8-sig")

    assert "'=1+1,'@x,2024" in before
    assert "Atlantis,2024,_T" not in before
    assert ",-5," in before
    monkeypatch.setattr("saola.observations.reading._reason", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reading.write_aside(target)
    assert before == target.read_text(encoding="utf-8-sig")
    assert {"data.csv", "aside.csv"} == {each.name for each in tmp_path.iterdir()}


@pytest.mark.parametrize(
    "mapping",
    [
        'columns = ["unit"]',
        "[columns]\nunit = 3",
        "[values]\nn = ['a']",
        "scheme = 3",
        'decimal = ";"',
        "[constants]\nperiod = [2024]",
    ],
)
def test_a_mapping_of_wrong_kinds_is_refused_by_name(tmp_path: Path, mapping: str) -> None:
    """A list where a table belongs, or a number where a text does, ends in an error of ours."""
    with pytest.raises(InputError) as caught:
        shapes.read_mapping(text(tmp_path, mapping, "mapping.toml"))

    assert "mapping-malformed" == caught.value.code


def test_a_mapping_takes_the_decimal_mark_and_a_year_as_a_number(tmp_path: Path) -> None:
    """What a person would write in TOML is taken."""
    path = text(tmp_path, 'decimal = ","\n[constants]\nperiod = 2024\n', "mapping.toml")

    assert shapes.Columns({}, {}, {"period": "2024"}, decimal=",") == shapes.read_mapping(path)


@pytest.mark.parametrize(
    "contents",
    [
        codecs.BOM_UTF8 + GOOD.encode(),
        codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + GOOD.encode("utf-16-be"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace(",", "\t").encode(),
        (GOOD + "\n,,,\n").encode(),
    ],
)
def test_marks_separators_and_line_ends_make_no_difference(tmp_path: Path, contents: bytes) -> None:
    """Byte-order marks, UTF-16, tabs, Windows line ends and empty rows are all read."""
    assert [0.5, 0.6] == read(text(tmp_path, contents)).observations["value"].to_list()


def test_one_row_in_a_foreign_encoding_does_not_lose_the_file(tmp_path: Path) -> None:
    """The row is set aside; a file that is foreign throughout is refused with the remedy."""
    foreign = "online,Việt Nam,2023,1\n".encode() + "online,Cô,2024,1\n".encode("latin-1")
    assert [(5, "row-encoding")] == faults(read(text(tmp_path, GOOD.encode() + foreign)))

    with pytest.raises(InputError, match="UTF-8"):
        read(text(tmp_path, GOOD.encode() + "online,Cô,2024,1\n".encode("latin-1") * 50))


@pytest.mark.parametrize(
    ("name", "contents", "code"),
    [
        ("a.csv", "", "file-empty"),
        ("a.csv", "a,a\n1,2\n", "column-twice"),
        ("a.csv", "colour,size\nred,2\n", "columns-unknown"),
        ("a.csv", "unit,a\nVNM,2\n", "period-absent"),
        ("a.csv", b"\x00\x01\x02\x03" * 9, "encoding-unknown"),
        ("a.doc", "x", "file-kind-unknown"),
        ("a.xlsx", "not a workbook", "workbook-malformed"),
        ("a.parquet", "not parquet", "parquet-malformed"),
        ("a.xml", "<x/>", "sdmx-malformed"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, contents: str | bytes, code: str
) -> None:
    """Each way a file can be wrong has its code; none ends in a traceback."""
    with pytest.raises(SaolaError) as caught:
        read(text(tmp_path, contents, name))
    assert code == caught.value.code


def test_a_workbook_that_unpacks_beyond_measure_is_refused(tmp_path: Path) -> None:
    """The bytes are counted as they unpack: a directory that lies about them helps no bomb."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2**26)
    lying = path.read_bytes().replace((2**26).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    (tmp_path / "lying.xlsx").write_bytes(lying)

    for name in ("bomb.xlsx", "lying.xlsx"):
        with pytest.raises(InputError) as caught:
            read(tmp_path / name)
        assert "workbook-too-large" == caught.value.code
        assert "unpacks to more than 16 MiB." in caught.value.message("en")


@pytest.mark.parametrize(
    "note",
    [
        "Source: General Statistics Office, 2024",
        "Sources : GSO, 1, 2, 3, 4",
        "* Note: figures are provisional",
        "Nguồn: Tổng cục Thống kê",
        "(Ghi chú): số sơ bộ",
        '"Remarque : chiffres, provisoires"',
    ],
)
def test_a_note_under_a_wide_table_is_no_row(tmp_path: Path, note: str) -> None:
    """What a file says of its source is counted as a note, neither kept nor set aside."""
    reading = read(text(tmp_path, f"unit,period,a,b\nVNM,2024,1,2\nLAO,2024,3,4\n\n{note}\n"))

    assert (4, 0, 1) == (reading.observations.height, reading.aside.height, reading.notes)


@pytest.mark.parametrize("lacking", ["unit", "period"])
def test_a_column_of_the_mapping_that_a_wide_file_lacks_is_named(
    tmp_path: Path, lacking: str
) -> None:
    """A mapping made for another file is an error that names the column."""
    columns = {"unit": "who", "period": "when"} | {lacking: "absent"}
    with pytest.raises(InputError) as caught:
        read(
            text(tmp_path, "who,when,a\nVNM,2024,1\n"),
            mapping=shapes.Columns(columns, {"a": "a"}, {}),
        )
    assert "column-absent" == caught.value.code
    assert "absent" in str(caught.value)


@pytest.mark.parametrize(
    ("contents", "both"),
    [
        ("unit,period,breakdown,users[SEX=F]\nVNM,2024,AGE=65+,2\n", "breakdown, users[SEX=F]"),
        ("unit,period,category,category:chair\nVNM,2024,a,b\n", "category, category:chair"),
    ],
)
def test_what_rows_and_heads_of_a_wide_file_both_say_is_refused(
    tmp_path: Path, contents: str, both: str
) -> None:
    """Neither may win: the error names the column of the rows and the head that says it again."""
    with pytest.raises(InputError) as caught:
        read(text(tmp_path, contents))
    assert "column-twice" == caught.value.code
    assert both in str(caught.value)


def test_a_unit_that_begins_like_a_note_is_a_row(tmp_path: Path) -> None:
    """Only the word and a colon make a note; anything else unknown is set aside with its reason."""
    reading = read(text(tmp_path, "unit,period,a\nSource of the Nile,2024,1\nNotebook,2024,2\n"))

    assert 0 == reading.notes
    assert [(2, "unit-unknown"), (3, "unit-unknown")] == faults(reading)


def test_a_workbook_is_read_from_its_first_table(tmp_path: Path) -> None:
    """Empty rows above the header are passed over; places are those of the sheet."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Số liệu")
        sheet.write_row(2, 0, ["unit", "period", "a"])
        sheet.write_row(3, 0, ["Việt Nam", 2024, 0.25])
        sheet.write_row(4, 0, ["Nowhere", 2024, 0.5])

    reading = read(path, sheet="Số liệu")
    assert [("VNM", "2024", 0.25)] == reading.observations.select("unit", "period", "value").rows()
    assert [(5, "unit-unknown")] == faults(reading)
    with pytest.raises(InputError, match="Số liệu"):
        read(path, sheet="other")


def test_a_mapping_says_which_column_is_what(tmp_path: Path) -> None:
    """Any table can be read when it is said what its columns mean."""
    path = text(tmp_path, "Tỉnh,Hồ sơ\n48,12\n")
    mapping = shapes.Columns(
        {"unit": "Tỉnh"}, {"Hồ sơ": "dossiers"}, {"period": "2023"}, scheme="gso"
    )

    found = read(path, mapping=mapping).observations
    assert [("dossiers", "2023", 12.0)] == found.select("indicator", "period", "value").rows()
    assert found["unit"][0].startswith("VNM.P.48")
    with pytest.raises(InputError, match="Hồ sơ"):
        read(text(tmp_path, "Tỉnh,x\n48,12\n"), mapping=mapping)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.sdmx.csv", "a.xml"])
def test_what_is_written_can_be_read(tmp_path: Path, name: str) -> None:
    """Every kind of file gives back the same values."""
    rows = [
        {"indicator": "a", "unit": "VNM", "period": "2024-Q1", "value": 0.1, "stderr": 0.01},
        {"indicator": "a", "unit": "THA", "period": "2024", "value": 2.0, "breakdown": "SEX=F"},
        {"indicator": "b", "unit": "VNM", "period": "2024-S1", "category": "full", "field": "tax"},
    ]
    before = observations.frame(rows)
    path = tmp_path / name
    observations.write(before, path)

    after = read(path).observations
    columns = ["indicator", "unit", "period", "field", "breakdown", "value", "category", "stderr"]
    order = ["indicator", "unit"]
    assert before.select(columns).sort(order).rows() == after.select(columns).sort(order).rows()


def test_a_text_never_becomes_a_formula(tmp_path: Path) -> None:
    """What a spreadsheet would run is written so that it stays text."""
    before = observations.frame(
        [{"indicator": "a", "unit": "VNM", "period": "2024", "category": "=1+1", "value": -1.0}]
    )
    observations.write(before, tmp_path / "a.csv")

    assert ",-1.0,'=1+1," in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_large_files_are_read_in_blocks_and_keys_checked_across(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that comes again in a later block is set aside in both places."""
    monkeypatch.setattr("saola.observations.tabular.SIZE", 2)
    monkeypatch.setattr(
        "saola.observations.reading.blocks",
        partial(observations.tabular.blocks, size=2),
    )
    rows = "".join(f"online,VNM,{year},1\n" for year in (2001, 2002, 2003, 2001))

    reading = read(text(tmp_path, "indicator,unit,period,value\n" + rows))
    assert ["2002", "2003"] == reading.observations["period"].to_list()
    assert [(2, "key-twice"), (5, "key-twice")] == faults(reading)

    rows = "".join(f"online,VNM,{year},1\n" for year in (2001, 2001, 2002, 2001))
    thrice = read(text(tmp_path, "indicator,unit,period,value\n" + rows))
    assert ["2002"] == thrice.observations["period"].to_list()
    assert [2, 3, 5] == [line for line, _ in faults(thrice)]


TITLED = [
    "Báo cáo chuyển đổi số",
    "Kỳ báo cáo: 2021, đơn vị tính: %",
    "",
    "unit,period,online,offline",
    "VNM,2021,1,2",
    "XXX,2021,3,4",
    "THA,2021,5,6",
    "Nguồn: báo cáo của các bộ",
]


@pytest.mark.parametrize("kind", ["csv", "quoted", "windows", "marked", "xlsx"])
def test_titles_above_a_table_are_passed_over(tmp_path: Path, kind: str) -> None:
    """The header is the first line that a shape fits; places stay those of the file."""
    if kind == "xlsx":
        path = tmp_path / "titled.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for place, line in enumerate(TITLED):
                sheet.write_row(place, 0, line.split(","))
    else:
        lines = [line.replace("VNM", '"VNM"') if kind == "quoted" else line for line in TITLED]
        lines[0] = f'"{lines[0]}"' if kind == "quoted" else lines[0]
        end = "\r\n" if kind == "windows" else "\n"
        path = tmp_path / "titled.csv"
        path.write_bytes(((kind == "marked") * "\ufeff" + end.join(lines)).encode())

    reading = read(path)

    assert [1, 2, 5, 6] == reading.observations["value"].to_list()
    assert {(6, "unit-unknown")} == set(faults(reading))
    assert 1 == reading.notes


def test_titles_are_passed_over_with_a_mapping_too(tmp_path: Path) -> None:
    """With a mapping the header is the first line that has all its columns."""
    path = text(tmp_path, "Report\nLand,Year\nLand;Jahr;Wert\nVNM;2021;7\n")
    mapping = Columns({"unit": "Land", "period": "Jahr"}, {"Wert": "online"})

    assert [7] == read(path, mapping=mapping).observations["value"].to_list()


def test_titles_do_not_tell_what_parts_the_cells(tmp_path: Path) -> None:
    """Below a title with a comma semicolons part the cells: 12,345 is in doubt, 0,5 settles it."""
    head = "Báo cáo, năm 2021\nunit;period;online;offline\n"
    doubtful = read(text(tmp_path, head + "VNM;2021;12,345;1\n"))
    settled = read(text(tmp_path, head + "VNM;2021;12,345;0,5\n"))

    assert [(3, "value-ambiguous")] == faults(doubtful)
    assert {"online": 12.345, "offline": 0.5} == dict(
        settled.observations.select("indicator", "value").iter_rows()
    )


def test_without_any_header_the_first_line_is_named(tmp_path: Path) -> None:
    """A file whose lines no shape fits is refused at its first line, with what stands there."""
    with pytest.raises(InputError) as caught:
        read(text(tmp_path, "Report\nwhat,ever\n1,2\n"))

    assert ("columns-unknown", "Report") == (caught.value.code, caught.value.facts["found"])


@pytest.mark.parametrize("odd", ['online,"VNM",2010,1', "", "online,VNM", "online,VNM,2010,1,,"])
def test_a_plain_file_is_read_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    """Where the plain part of a file ends, rows and their places go on without a seam."""
    monkeypatch.setattr("saola.observations.plain_csv._BYTES", 40)
    rows = [f"online,VNM,{year},{year}" for year in range(1980, 2000)]
    lines = ["indicator,unit,period,value", *rows[:10], odd, *rows[10:], "x,Q,1,1"]
    made = text(tmp_path, "\n".join(lines))
    fast = read(made)
    monkeypatch.setattr("saola.observations.plain_csv.parts", lambda *_: iter(()))
    slow = read(made)

    assert slow.observations.equals(fast.observations)
    assert slow.aside.equals(fast.aside)
    assert 23 == fast.aside["_line"].max()


# A cell that holds breaks and many commas cannot be told from rows that an open quote swallowed.
CELLS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters=","), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8))
def test_whatever_a_file_holds_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    """Rows kept and rows set aside make up the rows that hold anything; no traceback."""
    path = tmp_path_factory.mktemp("any") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["indicator", "unit", "period", "value"])
        writer.writerows(rows)

    filled = sum(any(cell.replace("\0", "").strip() for cell in row) for row in rows)
    assert filled == read(path).read


@given(st.binary(max_size=300))
def test_random_bytes_end_in_a_named_error_or_a_reading(
    tmp_path_factory: pytest.TempPathFactory, contents: bytes
) -> None:
    """No file, whatever its bytes, ends in anything but an error of the catalogue."""
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    path.write_bytes(contents)

    with contextlib.suppress(SaolaError):
        assert isinstance(read(path).observations, pl.DataFrame)


def test_a_period_given_stands_beside_a_mapping(tmp_path: Path) -> None:
    """What is given for all rows counts with a mapping too; the mapping's own values go first."""
    path = text(tmp_path, "land,n\nVNM,5\n")
    mapping = shapes.Columns({"unit": "land"}, {"n": "online"}, {"check": "verified"})
    found = read(path, mapping=mapping, constants={"period": "2024", "check": "measured"})

    assert [("2024", "verified", 5.0)] == found.observations.select(
        "period", "check", "value"
    ).rows()


def test_half_a_sign_of_utf_16_is_an_error_of_ours(tmp_path: Path) -> None:
    """A file cut inside a sign is refused by name, not by a traceback."""
    whole = codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le")

    with pytest.raises(InputError) as caught:
        read(text(tmp_path, whole[:-1]))
    assert "encoding-unknown" == caught.value.code


WIDE = "unit,period,persons\n"
OPEN = WIDE + 'VNM,2026,5\n"LAO,2026,6\nTHA,2026,7\n'


def test_a_value_under_an_empty_head_is_set_aside(tmp_path: Path) -> None:
    """It names no indicator, yet it is not lost; the other columns are kept."""
    reading = read(text(tmp_path, "unit,period,,a\nVNM,2024,1,2\nLAO,2024,,3\n"))

    assert [2.0, 3.0] == reading.observations["value"].to_list()
    assert [(2, "indicator-missing")] == faults(reading)


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    """The line that opens the quote is set aside; the lines behind it are read as lines."""
    reading = read(text(tmp_path, OPEN))
    reading.write_aside(tmp_path / "aside.csv", lang="en")

    assert ["VNM", "THA"] == reading.observations["unit"].to_list()
    assert [(3, "row-quotes")] == faults(reading)
    assert "Close the quote" in (tmp_path / "aside.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "row", ['"LAO,2026,6', 'LAO,2026,"6', 'LAO,"2026,6', '"LAO;2026;6', "LAO;2026;6", '"', ",,6,,"]
)
def test_the_only_row_is_never_lost(tmp_path: Path, row: str) -> None:
    """A row of a wide file that leaves its numbers no cell is set aside like any other."""
    reading = read(text(tmp_path, f"{WIDE}{row}\n"))

    assert (0, [2]) == (reading.observations.height, reading.aside["_line"].to_list())


def test_a_cell_may_hold_a_line_break(tmp_path: Path) -> None:
    """What a spreadsheet writes of a cell of two lines is one row."""
    said = 'indicator,unit,period,value,source\nx,VNM,2024,1,"The office,\nits yearbook"\n'
    reading = read(text(tmp_path, said + "x,THA,2024,2,none\n"))

    assert ["The office,\nits yearbook", "none"] == reading.observations["source"].to_list()


def test_a_header_with_an_unclosed_quote_is_refused(tmp_path: Path) -> None:
    """Without its columns no row can be read, and none may pass for a column."""
    for head in ('unit,period,"persons\n', '"unit,period,persons\n'):
        with pytest.raises(InputError) as found:
            read(text(tmp_path, f'{head}VNM,2026,5\nLAO,2026,"6"\n'))
        assert "csv-malformed" == found.value.code


@given(
    quotes=st.lists(st.integers(0, 200), max_size=8),
    wide=st.booleans(),
    rows=st.integers(1, 8),
)
def test_lines_in_are_lines_kept_and_lines_set_aside(
    tmp_path_factory: pytest.TempPathFactory, *, quotes: list[int], wide: bool, rows: int
) -> None:
    """Wherever quotes are strewn among the rows, every line is kept or set aside, once."""
    head = WIDE if wide else "indicator,unit,period,value\n"
    start = "" if wide else "persons,"
    body = list("".join(f"{start}LAO,{2001 + n},{n}\n" for n in range(rows)))
    for place in quotes:
        body.insert(place % len(body), '"')
    path = text(tmp_path_factory.mktemp("strewn"), head + "".join(body))
    reading = read(path)

    aside = set(reading.aside["_line"].to_list())
    assert rows == reading.observations.height + len(aside)
