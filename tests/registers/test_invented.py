"""Invented records say so on the pages of a register, whatever the country of its workspace."""

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client

from saola.cli import main, observe
from saola.linkage import register_file
from saola.server.population import models, register
from saola.server.registries import brought, intake, invented, known

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with, signed_in

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
Take = Callable[[pl.DataFrame], Any]


@pytest.fixture
def take(home: Path, emptied: Callable[[], None], tmp_path: Path) -> Iterator[Take]:
    """Take a file into the empty register of a real country, and empty it again."""
    emptied()
    file = home / "saola.toml"
    before = file.read_bytes() if file.exists() else None
    file.write_text('country = "VNM"\n[label]\nen = "Here"\n', encoding="utf-8")

    def taken(frame: pl.DataFrame) -> Any:
        written = tmp_path / f"people-{len(list(tmp_path.iterdir()))}.csv"
        frame.write_csv(written)
        return intake.run(register.register(), written, home=home, who="clerk", now=lambda: NOW)

    yield taken
    emptied()
    file.unlink()
    if before is not None:
        file.write_bytes(before)


def _people(seed: int) -> pl.DataFrame:
    return register_file.people(30, seed=seed, faulty=0.2).drop("fault")


def _held() -> str:
    return brought.invented([known.get("population")])


@pytest.mark.parametrize("register_", ["population", "land"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_is_generated_says_that_it_is(tmp_path: Path, register_: str, ending: str) -> None:
    """Files of either register, of either form, with or without its items, bear the mark."""
    for more in ([], ["--register"]):
        out = tmp_path / f"some.{ending}"
        with pytest.raises(SystemExit):
            main([register_, "generate", "20", "-o", str(out), *more])

        scan = pl.scan_csv(out, infer_schema=False) if ending == "csv" else pl.scan_parquet(out)
        assert ["synthetic"] == scan.select(invented.COLUMN).unique().collect()["check"].to_list()
        assert invented.said(scan)


def test_the_mark_is_no_item_of_a_record(take: Take) -> None:
    """The column is not taken for a field of the register, only kept with the batch."""
    found = take(invented.mark(_people(1)))
    batch = models.Batch.objects.using("population").get(pk=found.batch)

    assert batch.invented
    assert invented.COLUMN not in batch.mapping.values()


def test_a_register_tells_whether_all_or_some_of_it_is_invented(take: Take) -> None:
    """Files count while something of them is in the register: an undone one counts no more."""
    steps = [_held()]
    made_up = take(invented.mark(_people(1)))
    steps.append(_held())
    real = take(_people(2))
    steps.append(_held())
    intake.undo(register.register(), real.batch, now=lambda: NOW)
    steps.append(_held())
    intake.undo(register.register(), made_up.batch, now=lambda: NOW)
    steps.append(_held())

    assert [brought.NONE, brought.ALL, brought.SOME, brought.ALL, brought.NONE] == steps


def test_a_file_of_which_nothing_was_accepted_counts_for_nothing(take: Take) -> None:
    """Invented rows that were all set aside are no records."""
    take(invented.mark(_people(1).with_columns(sex=pl.lit("?"))))

    assert brought.NONE == _held()


def test_rows_that_come_back_corrected_stay_invented(take: Take) -> None:
    """The file of rows to correct has the column, and so has its batch."""
    first = take(invented.mark(_people(1).with_columns(sex=pl.lit("?"))))
    back = pl.read_csv(first.file, infer_schema=False)
    mended = back.with_columns(
        sex=pl.when(pl.col("number").str.slice(3, 1).is_in(["1", "3"]))
        .then(pl.lit("F"))
        .otherwise(pl.lit("M"))
    )
    found = take(mended)

    assert found.accepted > 0
    assert brought.ALL == _held()


def test_pages_of_a_real_country_say_that_people_are_invented(take: Take) -> None:
    """All, or some, of the register's people: a calm sentence on its pages, none without them."""
    clerk = signed_in(account_with("clerk"))
    said = {brought.NONE: "", brought.ALL: "Every record that", brought.SOME: "Some records here"}
    for rows in (None, invented.mark(_people(1)), _people(2)):
        if rows is not None:
            take(rows)
        for path in ("population/", "population/pairs/", "registers/population/intake/"):
            page = _page(clerk, path)
            assert bool(said[_held()]) == ("notice synthetic" in page)
            assert said[_held()] in page


def _page(browser: Client, path: str) -> str:
    return browser.get(f"/en/{path}").content.decode()


def test_figures_of_a_register_with_invented_people_are_synthetic(take: Take) -> None:
    """Real communes never carry synthetic numbers as if they were measured."""
    counted = pl.DataFrame({"unit": ["VNM.C.20194"], "check": ["measured"]})
    checks = [observe._honest(counted, "population")["check"][0]]  # noqa: SLF001  (the step of the verb)
    take(invented.mark(_people(1)))
    checks.append(observe._honest(counted, "population")["check"][0])  # noqa: SLF001  (as above)
    checks.append(observe._honest(counted, "identity")["check"][0])  # noqa: SLF001  (as above)

    assert ["measured", "synthetic", "measured"] == checks
