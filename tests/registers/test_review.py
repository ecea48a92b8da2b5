# ruff: noqa: ARG001  (fixtures fill the register)
"""Pairs that may be one person, copies of many records, the report on data protection."""

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from saola.cli import main
from saola.errors import StateError
from saola.linkage import names, register_file
from saola.periods import Period
from saola.server.population import (
    digitised,
    events,
    models,
    observe,
    protection,
    register,
    review,
    snapshot,
    source,
)
from saola.server.population.pages import pairs
from saola.server.registries import intake

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with, signed_in

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 1)
TWINS = 30


@pytest.fixture(scope="module")
def people(
    home: Path, emptied: Callable[[], None], tmp_path_factory: pytest.TempPathFactory
) -> pl.DataFrame:
    """Invented people, and some again without tones, without their new number."""
    emptied()
    models.Pair.objects.using("population").all().delete()
    frame = register_file.people(600, seed=9, faulty=0.0).drop("fault")
    again = frame.head(TWINS).with_columns(
        name=pl.col("name").map_elements(names.folded, pl.String).str.to_titlecase(),
        number=pl.lit(None, dtype=pl.String),
    )
    file = tmp_path_factory.mktemp("people") / "people.csv"
    pl.concat([frame, again]).write_csv(file)
    intake.run(register.register(), file, home=home, who="clerk", now=lambda: NOW)
    review.fill(home / "files" / "spill", now=NOW, memory_gib=1.0)
    return frame


def _pair(key: int) -> Any:
    return models.Pair.objects.using("population").get(left=key, right=600 + key)


def test_the_queue_holds_the_second_records(people: pl.DataFrame) -> None:
    """Nearly every planted second record is queued."""
    pairs = models.Pair.objects.using("population")
    planted = pairs.filter(left__lte=TWINS, right__gt=600)

    assert planted.count() >= 0.9 * TWINS


def test_progress_of_a_commune_is_counted_by_step_and_group(people: pl.DataFrame) -> None:
    """Records are keyed, validated and matched; who waits for a decision is to be corrected."""
    found = digitised.counts().group_by("step").agg(pl.col("records").sum())
    steps = dict(found.iter_rows())
    pairs = models.Pair.objects.using("population").filter(state__in=["open", "proposed"])
    doubted = {key for pair in pairs for key in (pair.left, pair.right)}

    assert people.height + TWINS == steps["keyed"] == steps["validated"]
    assert people.height + TWINS - len(doubted) == steps["matched"] == steps["group-1"]
    assert len(doubted) == steps["group-2"]
    shown = observe.observations(Period.parse("2026-Q4"))
    assert set() == {value for value in shown["value"] if value < 0}


def test_a_large_register_is_searched_in_partitions(
    people: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue is the same as of one piece; what was kept is removed."""
    pairs = models.Pair.objects.using("population")
    whole = sorted(pairs.values_list("left", "right", "probability", "key"))
    for name, rows in (("ROWS_IN_ONE", 100), ("ROWS_A_PART", 250)):
        monkeypatch.setattr(f"saola.linkage.partitions.run.{name}", rows)
    steps: list[tuple[int, int]] = []
    with transaction.atomic(using="population"):
        pairs.all().delete()
        added = review.fill(
            tmp_path, now=NOW, memory_gib=1.0, progress=lambda *step: steps.append(step)
        )
        parted = sorted(pairs.values_list("left", "right", "probability", "key"))
        transaction.set_rollback(True, using="population")

    assert len(whole) == added
    assert [(*row[:2], row[3]) for row in whole] == [(*row[:2], row[3]) for row in parted]
    assert [row[2] for row in whole] == pytest.approx([row[2] for row in parted])
    assert steps[-1][0] == steps[-1][1] > 5
    assert [] == list(tmp_path.iterdir())


def test_two_clerks_merge_and_a_merge_is_undone(people: pl.DataFrame, home: Path) -> None:
    """On pages: one proposes, is refused as his own second, another confirms; then it is undone."""
    one, two = (signed_in(account_with("clerk")) for _ in range(2))
    pair = _pair(3)
    path = f"/en/population/pairs/{pair.pk}/"
    shown = one.get(path).content.decode()
    assert people["name"][2] in shown
    assert "equal but for marks" in shown
    one.post(path, {"do": "left"})
    refused = one.post(path, {"do": "confirm"}, follow=True).content.decode()
    assert "One person cannot both ask" in refused
    assert _pair(3).state == "proposed"
    two.post(path, {"do": "confirm"})

    other = models.Person.objects.using("population").get(pk=603)
    assert 3 == other.merged
    with pytest.raises(StateError) as caught:
        events.move(603, events.Act("clerk", DAY, NOW), commune="x")
    assert "person-merged" == caught.value.code
    file = snapshot.write(home, today=NOW.date()) / "persons.parquet"
    assert 603 not in pl.read_parquet(file)["person"].to_list()

    two.post(path, {"do": "undo"})
    assert models.Person.objects.using("population").get(pk=603).merged is None
    assert "open" == _pair(3).state
    kinds = models.Event.objects.using("population").filter(person=603).order_by("id")
    assert ["entry", "merge", "split"] == [event.kind for event in kinds]


def test_the_queue_names_both_persons_and_logs_it(people: pl.DataFrame) -> None:
    """Name and birth of both stand in the list of pairs, and that they were shown is logged."""
    clerk = signed_in(account_with("clerk"))
    log = models.Access.objects.using("population").filter(kind="search", fields="born names")
    before = set(log.values_list("pk", flat=True))
    said = clerk.get("/en/population/pairs/").content.decode()

    shown = set(log.exclude(pk__in=before).values_list("first", flat=True))
    listed = models.Pair.objects.using("population").filter(state="open")
    assert len(shown) >= min(listed.count(), pairs.SHOWN)
    for name in models.Name.objects.using("population").filter(person__in=shown, kind="birth"):
        assert name.text in said


def test_lists_that_share_a_value_are_not_called_different() -> None:
    """Where two records have one number or name in common, the comparison says so."""
    both = (["089097947156", "107383604"], ["107383604"])

    assert "one is equal" == pairs.level(*both)
    assert "different" == pairs.level(["089097947156"], ["107383604"])
    assert "equal" == pairs.level(["An", "Bình"], ["an", "bình"])
    assert "missing" == pairs.level([], ["107383604"])


def test_a_record_key_has_no_thousands_mark() -> None:
    """A button names a record as its head does."""
    facts = {"pair": models.Pair(left=33, right=1897, probability=1.0), "keys": [33, 1897]}
    said = render_to_string("population/pair.html", facts)

    assert "1897<" in said
    assert "1,897" not in said


def test_the_number_of_a_merged_record_finds_the_one_kept(people: pl.DataFrame) -> None:
    """Whoever keeps the second record still finds the person by the first one's number."""
    pair = _pair(5)
    review.propose(pair.pk, keep=605, who="one")
    review.confirm(pair.pk, events.Act("two", DAY, NOW))

    assert 605 == source.key_of(people["number"][4])


def test_the_database_refuses_a_merge_by_one_person(people: pl.DataFrame) -> None:
    """Four eyes hold below the program too."""
    row = models.Pair.objects.using("population").filter(pk=_pair(6).pk)
    with pytest.raises(IntegrityError):
        row.update(state="merged", proposed_by="one", settled_by="one")


def test_pairs_said_to_be_two_persons_do_not_come_back(people: pl.DataFrame, home: Path) -> None:
    """Searching the register again adds nothing, and a decision stands."""
    pair = _pair(7)
    review.part(pair.pk, events.Act("one", DAY, NOW))
    assert 0 == review.fill(home / "files" / "spill", now=NOW, memory_gib=1.0)
    assert not (home / "files" / "spill" / "review").exists()

    assert "apart" == _pair(7).state
    with pytest.raises(StateError):
        review.propose(pair.pk, keep=7, who="one")


def test_a_copy_needs_two_officers_and_every_person_in_it_sees_it(people: pl.DataFrame) -> None:
    """The asker cannot approve; after another did, the file is his and the log names each."""
    one, two = (signed_in(account_with("clerk")) for _ in range(2))
    commune = people["commune"][49]
    here = people.filter(pl.col("commune") == commune).height
    one.post("/en/population/exports/", {"unit": commune, "fields": ["names", "born"]})
    asked = models.Export.objects.using("population").latest("id")
    path = f"/en/population/exports/{asked.pk}"
    assert "One person" in one.post(f"{path}/approve/", follow=True).content.decode()
    assert 404 == one.get(f"{path}/file/").status_code
    two.post(f"{path}/approve/")

    answer = one.get(f"{path}/file/")
    rows = pl.read_csv(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert ["names", "born"] == rows.columns
    assert rows.height >= here
    assert people["name"][49] in rows["names"].to_list()
    assert 404 == two.get(f"{path}/file/").status_code
    logged = models.Access.objects.using("population").filter(kind="export")
    assert rows.height == logged.count()
    bound = signed_in(account_with("clerk", commune))
    said = bound.post("/en/population/exports/", {"unit": "*", "fields": ["names"]}, follow=True)
    assert 1 == models.Export.objects.using("population").count(), said.content
    assert "already" in two.post(f"{path}/approve/", follow=True).content.decode()


def test_the_report_counts_uses_and_names_nobody(
    people: pl.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Uses by agency, purpose and ground, refusals, copies: on a page and at the terminal."""
    signed_in(account_with("report")).get("/en/population/")
    signed_in(account_with("clerk")).get("/en/population/50/")
    auditor = signed_in(account_with("auditor"), purpose="Audit")
    page = auditor.get("/en/population/protection/").content.decode()
    assert "Keep the register" in page
    assert people["name"][49] not in page
    assert "other data" in page
    wrong = auditor.get("/en/population/protection/?from=2026-99-01")
    assert 400 == wrong.status_code

    line = ["--home", str(settings.HOME), "population", "protection"]
    with pytest.raises(SystemExit) as ended:
        main([*line, "--from", "2026-01-01", "--to", "2099-12-31"])
    assert not ended.value.code
    found = json.loads(capsys.readouterr().out)
    assert ("2026-01-01", "2099-12-31") == (found["start"], found["end"])
    assert found["refused"] >= 1
    approved = models.Export.objects.using("population").exclude(approved=None)
    assert approved.count() == found["exports"]["approved"]
    assert (
        sum(row["times"] for row in found["uses"])
        == models.Access.objects.using("population").count()
    )


@pytest.mark.parametrize(
    ("persons", "sensitive", "grade"),
    [(10, 5, "other"), (100_000, 0, "important"), (0, 100_000, "core"), (1_000_000, 0, "core")],
)
def test_the_grade_follows_the_law(persons: int, sensitive: int, grade: str) -> None:
    """Core and important data begin at the numbers of the Law on Data."""
    assert grade == protection._grade(persons, sensitive)  # noqa: SLF001  (the limits alone)


def test_the_last_day_of_a_report_counts_whole(people: pl.DataFrame) -> None:
    """A report from a day to the same day holds what happened on it, and names it as its end."""
    signed_in(account_with("clerk")).get("/en/population/50/")
    day = timezone.localdate(models.Access.objects.using("population").latest("at").at)
    found = protection.report(day, day)

    assert (day, day) == (found.start, found.end)
    assert sum(row["times"] for row in found.uses) >= 1
    after = day + dt.timedelta(days=1)
    assert not protection.report(after, after).uses
