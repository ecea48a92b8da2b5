from pathlib import Path

import pytest

from saola.errors import InputError, InputErrors
from saola.linkage import model
from saola.linkage.levels import KINDS, levels


@pytest.mark.parametrize("name", model.shipped())
def test_every_shipped_model_loads(name: str) -> None:
    """A shipped model has known kinds, and its name is its file's."""
    assert name == model.load(name).id


def test_unknown_keys_and_kinds_are_listed_at_once() -> None:
    """A model with several faults says them all."""
    with pytest.raises(InputErrors) as caught:
        model.from_table({"id": "x", "columns": {"a": "smell"}, "block": [], "x": 1}, where="x")

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
