"""Staging of files: every kind becomes one table of text, in blocks, losing no row."""

import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from saola.errors import InputError
from saola.server.registries import reading


def staged(folder: Path, name: str, data: bytes) -> dict[str, list[str | None]]:
    """Stage a file of these bytes and give its columns."""
    file, target = folder / name, folder / "staged.parquet"
    file.write_bytes(data)
    rows = reading.stage(file, target)
    found = pl.read_parquet(target)
    assert found.height == rows
    return found.to_dict(as_series=False)


@pytest.mark.parametrize("mark", list(",;\t|"))
def test_cells_are_parted_by_the_mark_most_frequent_among_the_heads(
    tmp_path: Path, mark: str
) -> None:
    """A spreadsheet of a country with decimal commas parts cells by semicolons; tabs work too."""
    lines = [mark.join(["name", '"a,;b"', "born"]), mark.join(["An", "1", "2000-01-01"])]

    found = staged(tmp_path, "people.csv", "\n".join(lines).encode())

    assert list(found.values()) == [["An"], ["1"], ["2000-01-01"]]


def test_spoilt_files_are_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ragged or broken line costs no other line, wherever the blocks of reading begin."""
    monkeypatch.setattr(reading, "ROWS_A_BLOCK", 2)

    ragged = staged(tmp_path, "a.csv", b"a;b\n1;2\n3\n4;5;6\n7;8\n\xff\x00;9\n")
    objects = [json.dumps({"a": 1}), json.dumps({"b": 2}), "broken", "", json.dumps({"c": None})]
    mixed = staged(tmp_path, "a.jsonl", "\n".join(objects).encode())

    assert ragged == {
        "a": ["1", "3", "4", "7", "\ufffd\ufffd"],
        "b": ["2", None, "5", "8", "9"],
        reading.CELLS: [None, None, '["6"]', None, None],
    }
    assert mixed == {
        "a": ["1", None, None, None],
        "b": [None, "2", None, None],
        "c": [None, None, None, None],
        reading.CELLS: [None, None, "broken", None],
    }


def test_a_workbook_that_unpacks_beyond_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are counted as they unpack: a directory that lies about them helps no bomb."""
    monkeypatch.setattr(reading, "LARGEST_XLSX", 2**16)
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2**20)
    lying = bomb.read_bytes().replace((2**20).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    for data in (bomb.read_bytes(), lying):
        with pytest.raises(InputError) as caught:
            staged(tmp_path, "people.xlsx", data)
        assert "intake-too-large" == caught.value.code
