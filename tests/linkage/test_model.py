from pathlib import Path

import pytest

from saola.errors import InputError, InputErrors, SaolaError
from saola.linkage import model
from saola.linkage.levels import KINDS, levels


@pytest.mark.parametrize("name", model.shipped())
def test_every_shipped_model_loads(name: str) -> None:
    """A shipped model has known kinds, and its name is its file's."""
    assert name == model.load(name).id


def test_unknown_keys_and_kinds_are_listed_at_once() -> None:
    """A model with several faults says them all."""
    with pytest.raises(InputErrors) as caught:
        model.from_table(
            {"id": "x", "columns": {"a": "smell"}, "block": [{"on": ["a"]}], "x": 1}, where="x"
        )

    assert ["link-model-key", "link-model-kind"] == [fault.code for fault in caught.value.faults]


def test_a_model_may_be_a_file(tmp_path: Path) -> None:
    """A model of one's own is a TOML file."""
    file = tmp_path / "own.toml"
    file.write_text('id = "own"\n[columns]\nname = "text"\n[[block]]\non = ["name"]\n')

    assert (("name",),) == model.load(file).blocks
    with pytest.raises(InputError) as caught:
        model.load("absent")
    assert "link-model-unknown" == caught.value.code


@pytest.mark.parametrize("kind", list(KINDS))
def test_levels_have_names_of_their_own(kind: str) -> None:
    """No two levels of one kind share a name, and the first is exact agreement."""
    found = [level.id for level in levels(kind, "x")]

    assert len(set(found)) == len(found)
    assert "exact" == found[0]


SOUND = 'id = "own"\n[columns]\nname = "text"\nborn = "date"\n[[block]]\non = ["name"]\n'


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('id = "x', "link-model-unreadable"),
        ('id = "x"\nblock = []\n[columns]\nname = "text"\n', "link-model-blocks"),
        ('id = "x"\ncolumns = ["a"]\nblock = []\n', "several-faults"),
        (SOUND.replace('["name"]', '["smell"]'), "link-model-column"),
        (SOUND.replace('["name"]', "[]"), "link-model-form"),
        (SOUND.replace('["name"]', '"name"'), "link-model-form"),
        (SOUND.replace('["name"]', "[1]"), "link-model-form"),
        (SOUND + "[[block]]\nwith = 3\n", "link-model-form"),
        (SOUND + '[[key]]\non = ["number"]\n', "link-model-column"),
        (SOUND + '[[key]]\nconfirm = "TRUE"\n', "link-model-form"),
        (SOUND + '[[witness]]\non = ["name"]\n', "link-model-form"),
        (SOUND + '[[partition]]\non = ["place"]\n', "link-model-column"),
        (SOUND.replace('born = "date"', '"a b" = "date"'), "link-model-form"),
        (SOUND.replace('born = "date"', 'side = "text"'), "link-model-form"),
    ],
)
def test_a_model_that_cannot_be_used_is_refused_before_a_file_is_read(
    tmp_path: Path, written: str, code: str
) -> None:
    """Each fault of a model file is an input error with a code, none a message of DuckDB's."""
    file = tmp_path / "own.toml"
    file.write_text(written, encoding="utf-8")

    with pytest.raises(SaolaError) as caught:
        model.load(file)

    assert code == caught.value.code


def test_a_model_may_name_what_derives_from_its_columns(tmp_path: Path) -> None:
    """Blocks name columns or what their kinds derive."""
    file = tmp_path / "own.toml"
    file.write_text(SOUND.replace('["name"]', '["born_year", "name"]'), encoding="utf-8")

    assert (("born_year", "name"),) == model.load(file).blocks
