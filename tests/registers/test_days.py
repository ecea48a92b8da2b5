# ruff: noqa: ARG001  (fixtures fill the register)
"""Which day it is: at half past eleven in the evening in UTC it is tomorrow in Ha Noi."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from django.test import RequestFactory, override_settings
from django.utils import timezone

from saola.errors import InputError
from saola.server.land.ogc import asking
from saola.server.population import events, models, protection, register
from saola.server.population.pages import mine
from saola.server.registries import intake, known, when
from saola.server.registries.act import Act

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with, signed_in

EVE = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
DATABASE = "population"
UTC_DAY, DAY = dt.date(2026, 11, 21), dt.date(2026, 11, 22)


@pytest.fixture
def ha_noi() -> Iterator[None]:
    """A server in Viet Nam."""
    with override_settings(TIME_ZONE="Asia/Ho_Chi_Minh"):
        yield


@pytest.fixture
def evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at half past eleven in the evening in UTC."""
    monkeypatch.setattr(timezone, "now", lambda: EVE)


def _born(day: dt.date) -> None:
    born = {"name": "Phạm Thị Bé", "born": day.isoformat(), "sex": "F", "commune": "XSA.C.00001"}
    events.bear(Act("clerk", day, EVE), values=born)


def test_a_birth_of_this_morning_is_not_to_come(people: pl.DataFrame, ha_noi: None) -> None:
    """A child born on the 22nd is recorded at 6:30 of that day, which is the 21st in UTC."""
    _born(DAY)

    with pytest.raises(InputError):
        _born(DAY + dt.timedelta(days=1))


def test_in_utc_the_same_birth_is_to_come(people: pl.DataFrame) -> None:
    """An installation without a zone goes on with UTC."""
    with override_settings(TIME_ZONE="UTC"), pytest.raises(InputError):
        _born(DAY)


@pytest.mark.parametrize(("zone", "accepted"), [("Asia/Ho_Chi_Minh", 1), ("UTC", 0)])
def test_an_intake_takes_who_was_born_today(
    home: Path, tmp_path: Path, zone: str, accepted: int
) -> None:
    """The thread that checks rows ahead asks for the day of the zone, too."""
    file = tmp_path / "people.csv"
    file.write_text(f"name,born,sex,commune\nPhạm Văn Bé,{DAY},M,{zone[:4]}.1\n", encoding="utf-8")

    with override_settings(TIME_ZONE=zone):
        found = intake.run(register.register(), file, home=home, who="clerk", now=lambda: EVE)

    assert accepted == found.accepted, found.reasons


def test_as_it_was_on_and_as_we_knew_on_are_days_of_the_zone(ha_noi: None, evening: None) -> None:
    """A record is shown as of the day here; what was known on a day is known to its midnight."""
    asked = when.asked(RequestFactory().get("/?known=2026-11-21"))

    assert DAY == asked.day
    assert UTC_DAY == asked.moment.astimezone(dt.UTC).date()
    assert dt.time(16, 59) == asked.moment.astimezone(dt.UTC).time().replace(
        second=0, microsecond=0
    )


def test_readings_are_grouped_by_the_day_of_the_zone(people: pl.DataFrame, ha_noi: None) -> None:
    """Who reads at 6:30 in Ha Noi has read on that day."""
    row = {"at": EVE, "kind": "read", "who": "clerk", "agency": "a", "purpose": "p", "ground": "g"}
    rows = [row | {"reference": "r", "fields": ""}]

    assert [DAY] == [each["day"] for each in mine.readings(rows, "own", known.get(DATABASE))]


def _used(agency: str, at: dt.datetime) -> None:
    models.Access.objects.using(DATABASE).create(
        first=1, last=1, at=at, kind="read", who="x", agency=agency, purpose="p", ground="g"
    )


def _uses(agency: str, day: dt.date) -> int:
    return sum(row["times"] for row in protection.report(day, day).uses if row["agency"] == agency)


def test_a_report_begins_at_midnight_of_the_zone(
    people: pl.DataFrame, ha_noi: None, evening: None
) -> None:
    """What was used at 6:30 in Ha Noi counts to that day and not to the one before."""
    _used("at night", EVE)

    assert (0, 1) == (_uses("at night", UTC_DAY), _uses("at night", DAY))


def test_a_day_on_which_clocks_go_back_has_25_hours(people: pl.DataFrame) -> None:
    """In Paris the 25th of October 2026 lasts from 22:00 in UTC to 23:00, all its own."""
    begins = dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC)
    for hours in (-1, 0, 24, 25):
        _used("in Paris", begins + dt.timedelta(hours=hours, minutes=30))

    with override_settings(TIME_ZONE="Europe/Paris"):
        days = [_uses("in Paris", dt.date(2026, 10, day)) for day in (24, 25, 26)]

    assert [1, 2, 1] == days


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-11-21T23:30:00Z", DAY), ("2026-11-21T23:30:00", UTC_DAY), ("2026-11-21", UTC_DAY)],
)
def test_a_moment_asked_of_the_land_falls_on_the_zone_s_day(
    ha_noi: None, text: str, day: dt.date
) -> None:
    """Parcels hold from day to day; a moment with its zone is asked for as the day here."""
    asked = asking.read(RequestFactory().get("/", {"datetime": text}))

    assert (day, day) == (asked.since, asked.until)


def test_pages_tell_the_time_here_and_name_the_zone_once(
    people: pl.DataFrame, ha_noi: None
) -> None:
    """Times on a page are of the zone in its foot; 12:00 in UTC is 19:00 in Ha Noi."""
    page = signed_in(account_with("clerk")).get("/en/population/31/").content.decode()

    assert "November 21, 2026, 19:00<" in page
    assert 1 == page.count("Asia/Ho_Chi_Minh (UTC+7)")


def _settings(home: Path) -> "subprocess.CompletedProcess[str]":
    code = "from django.conf import settings; print(settings.TIME_ZONE)"
    env = {**os.environ, "SAOLA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "saola.server.settings"}
    return subprocess.run(
        [sys.executable, "-c", code], env=env, text=True, capture_output=True, check=False
    )


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ('country = "VNM"', "Asia/Ho_Chi_Minh"),
        ('country = "VNM"\nzone = "UTC"', "UTC"),
        ("", "UTC"),
    ],
)
def test_the_server_keeps_the_clock_of_its_workspace(tmp_path: Path, said: str, zone: str) -> None:
    """The settings say the zone, by name or by country; a folder without them has UTC."""
    if said:
        (tmp_path / "saola.toml").write_text(said, encoding="utf-8")

    assert zone == _settings(tmp_path).stdout.strip()
