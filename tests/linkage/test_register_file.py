"""Invented files for an intake."""

import polars as pl
import pytest

from saola.linkage import register_file


def test_blocks_go_on_where_the_last_one_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Households and numbers of one block are not those of another, and a seed gives one file."""
    monkeypatch.setattr(register_file, "PERSONS_A_BLOCK", 40)

    blocks = list(register_file.blocks(100, seed=3, faulty=0.0))

    assert [block.height for block in blocks] == [40, 40, 20]
    assert pl.concat(blocks)["number"].n_unique() == 100
    homes = [set(block["household"]) for block in blocks]
    assert not homes[0] & homes[1]
    assert not homes[1] & homes[2]
    assert blocks[0].equals(register_file.people(40, seed=3, faulty=0.0))
