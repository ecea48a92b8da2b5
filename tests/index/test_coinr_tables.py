from pathlib import Path

import polars as pl
import pytest

from saola.errors import InputError, InputErrors
from saola.index import read_tables
from saola.index.coinr import data_of, meta_of
from saola.index.grid import read_cells, read_grid
from saola.index.tree import Part, shares, tree_of

META = """Level,iCode,iName,Direction,Weight,Parent,Type,Denominator,Target,goalpost_lower
1,x,Ix,1,1,P,Indicator,people,9,0
1,y,Ypsilon,-1,2,P,Indicator,NA,NA,NA
2,P,Pillar,1,1,,Aggregate,NA,NA,NA
,people,People,,,,Denominator,,,
,zone,Zone,,,,Group,,,
,note,Note,,,,Other,,,
"""
DATA = """uName,uCode,Time,zone,people,x,y,note
Alpha,A,2020,north,2,4,1,hello
Beta,B,2020,,4,,3,
"""


def write(folder: Path, meta: str = META, data: str = DATA) -> tuple[Path, Path]:
    (folder / "meta.csv").write_text(meta, encoding="utf-8")
    (folder / "data.csv").write_text(data, encoding="utf-8")
    return folder / "data.csv", folder / "meta.csv"


def faults_of(caught: pytest.ExceptionInfo[InputError]) -> list[str]:
    error = caught.value
    return [f.code for f in error.faults] if isinstance(error, InputErrors) else [error.code]


def test_a_table_keeps_values_groups_and_denominators(tmp_path: Path) -> None:
    """Columns go where their type says; one period makes no panel."""
    table, tree = read_tables(*write(tmp_path))

    assert ("A", "B") == table.units
    assert ("x", "y") == table.indicators
    assert [4.0, 1.0] == table.values[0].tolist()
    assert (1, 0) == (int((table.values[1:] != table.values[1:]).sum()), len(table.periods))
    assert ("north", None) == table.groups["zone"]
    assert [2.0, 4.0] == table.denominators["people"].tolist()
    assert "Beta" == table.names["B"]
    assert ("people", 9.0, 0.0) == (
        tree.parts["x"].denominator,
        tree.parts["x"].target,
        tree.parts["x"].parameters["goalpost_lower"],
    )
    assert "P" == tree.root


def test_a_weight_or_direction_that_is_not_said_is_one(tmp_path: Path) -> None:
    """Empty cells of the metadata take what is usual."""
    meta = META.replace("1,x,Ix,1,1,P", "1,x,Ix,,,P")
    _, tree = read_tables(*write(tmp_path, meta=meta))

    assert (1.0, 1, 1) == (tree.parts["x"].weight, tree.parts["x"].direction, tree.parts["x"].level)


def test_workbooks_read_as_the_same_table(tmp_path: Path) -> None:
    """A table saved as XLSX gives what it gives as CSV."""
    data, meta = write(tmp_path)
    for path in (data, meta):
        read_grid(path).write_excel(path.with_suffix(".xlsx"))
    expected, _ = read_tables(data, meta)
    actual, tree = read_tables(data.with_suffix(".xlsx"), meta.with_suffix(".xlsx"))

    assert expected.frame().equals(actual.frame())
    assert expected.groups == actual.groups
    assert 2.0 == tree.parts["y"].weight


def test_a_second_period_makes_a_panel(tmp_path: Path) -> None:
    """Units may stand once in each period."""
    table, _ = read_tables(*write(tmp_path, data=DATA + "Alpha,A,2021,north,2,6,1,\n"))

    assert ("2020", "2020", "2021") == table.periods
    assert [[0, 1], [2]] == [rows.tolist() for rows in table.blocks("period")]
    assert [[0, 1, 2]] == [rows.tolist() for rows in table.blocks("panel")]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (DATA.replace("Beta,B", "Beta,A"), ["index-unit-repeated"]),
        (DATA.replace(",4,1,", ",many,some,"), ["index-not-a-number", "index-not-a-number"]),
        (DATA.replace("people,x,y", "folk,z,y"), ["index-column-absent", "index-column-absent"]),
    ],
)
def test_all_faults_of_the_data_are_told(tmp_path: Path, data: str, codes: list[str]) -> None:
    """Repeated units, words for numbers and missing columns are all named."""
    with pytest.raises(InputError) as caught:
        read_tables(*write(tmp_path, data=data))

    assert codes == faults_of(caught)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("Indicator,NA", "Thing,NA", ["index-type-unknown"]),
        ("1,y,", "1,x,", ["index-code-repeated"]),
        (",1,1,P,", ",1,1,Q,", ["index-parent-unknown"]),
        (",1,1,P,", ",1,1,,", ["index-orphan"]),
        (",1,1,P,", ",3,-1,P,", ["index-weight-negative", "index-direction"]),
        ("2,P,Pillar,1,1,", "1,P,Pillar,1,1,", ["index-level"]),
        ("2,P,Pillar,1,1,,", "2,P,Pillar,1,1,P,", ["index-level", "index-rootless"]),
        ("1,x,Ix", "1, x,Ix", ["index-code-blank"]),
        ("1,x,Ix,1", "1,x,Ix,up", ["index-not-a-number"]),
    ],
)
def test_all_faults_of_the_metadata_are_told(
    tmp_path: Path, old: str, new: str, codes: list[str]
) -> None:
    """Wrong types, codes, parents, levels, weights and directions are all named."""
    with pytest.raises(InputError) as caught:
        read_tables(*write(tmp_path, meta=META.replace(old, new)))

    assert set(codes) <= set(faults_of(caught))


def test_metadata_need_code_and_type() -> None:
    """A metadata table without codes or types is refused."""
    with pytest.raises(InputErrors) as caught:
        meta_of(pl.DataFrame({"Level": [1]}))

    assert ["index-column-absent"] * 2 == [fault.code for fault in caught.value.faults]


def test_an_aggregate_without_children_is_a_fault() -> None:
    """Every aggregate needs children."""
    with pytest.raises(InputError) as caught:
        tree_of([Part("x", ("P",)), Part("P", ("I",), level=2), Part("Q", ("I",), level=2),
                 Part("I", level=3)])  # fmt: skip

    assert ("index-childless", "Q") == (caught.value.code, caught.value.found)


def test_two_parents_share_one_child() -> None:
    """A part may belong to several aggregates and counts fully in each."""
    tree = tree_of(
        [
            Part("x", ("P", "Q")),
            Part("y", ("P",)),
            Part("z", ("Q",)),
            Part("P", ("I",), level=2),
            Part("Q", ("I",), level=2),
            Part("I", level=3),
        ]
    )

    assert [0.5, 0.25, 0.25] == shares(tree, tree.weights[:, None])[:3, 0].tolist()
    assert ("x", "y") == tree.below("P")
    assert 7 == tree.frame().height


def test_names_that_do_not_exist_are_told() -> None:
    """Asking for an unknown part or indicator names it."""
    tree, described = meta_of(read_meta())
    table = data_of(
        pl.DataFrame({"uCode": ["A"], "x": [1], "y": [2], "people": [3]}), tree, described
    )

    with pytest.raises(InputError, match="nowhere"):
        tree.place("nowhere")
    with pytest.raises(InputError, match="nothing"):
        table.column("nothing")
    assert [1.0] == table.column("x").tolist()


def read_meta() -> pl.DataFrame:
    return pl.read_csv(META.encode(), infer_schema_length=None, null_values=["NA", ""])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.csv", None, "file-absent"),
        ("data.ods", b"x", "index-file-kind"),
        ("data.xlsx", b"x", "index-file-damaged"),
    ],
)
def test_files_that_cannot_be_read_are_named(
    tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    """Absent, damaged and strange files give an error of their own."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_grid(tmp_path / name)

    assert code == caught.value.code


def test_sheets_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet may be named; unknown sheets, empty ones and huge workbooks are refused."""
    path = tmp_path / "book.xlsx"
    pl.DataFrame({"a": [1.5]}).write_excel(path, worksheet="one")
    pl.DataFrame().write_excel(tmp_path / "empty.xlsx", include_header=False)

    assert ["a"] == read_grid(path, "one").columns
    with pytest.raises(InputError, match="two"):
        read_cells(path, "two")
    with pytest.raises(InputError) as caught:
        read_grid(tmp_path / "empty.xlsx")
    assert "index-file-empty" == caught.value.code
    monkeypatch.setattr("saola.index.grid.UNPACKED_LIMIT", 10)
    with pytest.raises(InputError) as caught:
        read_cells(path)
    assert "index-file-large" == caught.value.code
