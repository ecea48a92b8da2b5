"""Runs that go on where they were cut short."""

from pathlib import Path

from saola.connect.doubt.ledger import Ledger


def test_a_step_done_before_is_not_done_again(tmp_path: Path) -> None:
    """A second run of the same input reads what the first kept."""
    made: list[str] = []

    def make() -> dict[str, int]:
        made.append("once")
        return {"cost": 7}

    for _ in range(2):
        found = Ledger.open(tmp_path / "steps.jsonl", "same").once("10/0.5", make)
        assert {"cost": 7} == found
    assert ["once"] == made


def test_steps_of_another_input_do_not_count(tmp_path: Path) -> None:
    """Rows with another mark are passed over, and so is a line cut short."""
    file = tmp_path / "steps.jsonl"
    Ledger.open(file, "a").once("key", lambda: {"cost": 1})
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"mark": "')
    other = Ledger.open(file, "b")

    assert {} == other.rows
    assert {"key": {"cost": 1}} == Ledger.open(file, "a").rows


def test_what_cannot_be_made_is_not_kept(tmp_path: Path) -> None:
    """None is tried again the next time."""
    ledger = Ledger.open(tmp_path / "steps.jsonl", "same")

    assert ledger.once("key", lambda: None) is None
    assert {} == Ledger.open(tmp_path / "steps.jsonl", "same").rows


def test_a_finished_run_leaves_no_file(tmp_path: Path) -> None:
    """The file of steps is gone once all is done."""
    ledger = Ledger.open(tmp_path / "steps.jsonl", "same")
    ledger.once("key", lambda: {"cost": 1})
    ledger.close()

    assert [] == list(tmp_path.iterdir())


def test_a_run_of_steps_gives_their_rows_in_order_and_leaves_no_file(tmp_path: Path) -> None:
    """What an earlier run did is not made again, every step is told, and the file is gone."""
    file, made, told = tmp_path / "steps.jsonl", [], []

    def make(cost: int) -> dict[str, int]:
        made.append(cost)
        return {"cost": cost}

    Ledger.open(file, "same").once("b", lambda: {"cost": 2})
    rows = Ledger.open(file, "same").finished(
        {"a": lambda: make(1), "b": lambda: make(2), "c": lambda: None},
        lambda done, total: told.append((done, total)),
    )

    assert [{"cost": 1}, {"cost": 2}, None] == rows
    assert [1] == made
    assert [(1, 3), (2, 3), (3, 3)] == told
    assert [] == list(tmp_path.iterdir())
