import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from saola import observations
from saola.errors import InputError, IntegrityError
from saola.workspace import Workspace

NOW = dt.datetime(2026, 11, 21, 8, 30, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "home", country="XSA", label={"en": "Test"})


def row(value: float, *, unit: str = "XSA.P.01", indicator: str = "online") -> dict[str, object]:
    return {"indicator": indicator, "unit": unit, "period": "2024", "value": value}


def add(home: Workspace, *rows: dict[str, object], minute: int = 0) -> str:
    when = NOW + dt.timedelta(minutes=minute)
    frame = observations.frame(rows)
    return observations.append(home, frame, source="test.csv", who="officer", when=when).id


def values(home: Workspace) -> list[float]:
    return observations.current(home).sort("unit", "indicator")["value"].to_list()


def test_what_is_not_said_takes_its_default(home: Workspace) -> None:
    """A row of four columns becomes a whole observation."""
    add(home, row(0.5))

    found = observations.current(home).row(0, named=True)
    assert ("_T", "_T", "A", "reported") == tuple(
        found[name] for name in ("field", "breakdown", "status", "check")
    )
    assert (NOW, "test.csv", "20261121-0001") == (
        found["recorded"],
        found["source"],
        found["batch"],
    )


def test_the_latest_value_of_a_key_counts(home: Workspace) -> None:
    """A later batch replaces a value without rewriting the earlier one."""
    add(home, row(0.5), row(0.1, unit="XSA.P.02"))
    add(home, row(0.7), minute=1)

    assert [0.7, 0.1] == values(home)
    assert [0.5, 0.7] == observations.history(home, unit="XSA.P.01")["value"].to_list()


def test_a_withdrawn_batch_counts_no_more(home: Workspace) -> None:
    """Withdrawing gives back the value before; the file and the book keep what was."""
    add(home, row(0.5))
    later = add(home, row(0.7), minute=1)
    observations.withdraw(home, later, who="reviewer", when=NOW)

    assert [0.5] == values(home)
    assert "reviewer" == observations.batches(home)[1].withdrawn_by
    with pytest.raises(InputError, match="20261121-0001"):
        observations.withdraw(home, later, who="reviewer", when=NOW)


def test_an_empty_workspace_has_an_empty_table(home: Workspace) -> None:
    """No batch is no error."""
    assert observations.SCHEMA == observations.current(home).schema


def test_a_changed_file_is_noticed(home: Workspace) -> None:
    """Every batch is held against its digest; a lost one stops the reading."""
    code = add(home, row(0.5))
    observations.verify(home)
    path = home.home / "observations" / f"{code}.parquet"
    pl.read_parquet(path).with_columns(value=pl.lit(0.9)).write_parquet(path)

    with pytest.raises(IntegrityError):
        observations.verify(home)
    path.unlink()
    with pytest.raises(IntegrityError):
        observations.current(home)


@pytest.mark.parametrize(
    ("written", "expected"), [("", "_T"), ("sex=f", "SEX=F"), ("sex=F; age=65+", "AGE=65+;SEX=F")]
)
def test_a_breakdown_has_one_form(written: str, expected: str) -> None:
    """The order and the case of dimensions make no difference."""
    assert expected == observations.breakdown(written)


def test_batches_added_at_once_are_all_kept(home: Workspace) -> None:
    """Two writers never take one number, nor lose each other's line in the book."""
    units = [f"XSA.P.{n:02}" for n in range(1, 17)]
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda unit: add(home, row(0.5, unit=unit)), units))

    assert sorted(codes) == [each.id for each in observations.batches(home)]
    assert units == observations.current(home)["unit"].sort().to_list()
    observations.verify(home)
