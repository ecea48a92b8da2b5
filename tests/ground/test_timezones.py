import csv
import datetime as dt
from importlib import resources
from pathlib import Path

import pytest

from saola import language, timezones
from saola.errors import InputError
from saola.workspace import Workspace, zone_of

EVE = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)  # half past six of the next day in Ha Noi
HA_NOI = timezones.zone("Asia/Ho_Chi_Minh")
PARIS = timezones.zone("Europe/Paris")


def _clock(name: str) -> list[dt.timedelta | None]:
    zone = timezones.zone(name)
    return [dt.datetime(2030, month, 15, tzinfo=zone).utcoffset() for month in range(1, 13)]


def test_each_country_with_a_zone_keeps_one_clock() -> None:
    """Every row of the table is a country and the first of its zones, all with the same clock."""
    data = resources.files("saola") / "data" / "units" / "aliases.csv"
    aliases = csv.DictReader(data.read_text("utf-8").splitlines())
    alpha = {row["unit"]: row["code"] for row in aliases if row["scheme"] == "iso2"}
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    zones: dict[str, list[str]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            code, _, name, *_ = line.split("\t")
            zones.setdefault(code, []).append(name)
    one = {
        country: zones[code][0]
        for country, code in alpha.items()
        if code in zones and all(_clock(zones[code][0]) == _clock(each) for each in zones[code])
    }

    assert one == timezones.countries()
    assert "Asia/Ho_Chi_Minh" == one["VNM"]
    assert not one.keys() & {"USA", "RUS", "IDN", "BRA"}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "November 22, 2026, 06:30 UTC+7"),
        ("vi", "22 tháng 11 năm 2026, 06:30 UTC+7"),
        ("fr", "22 novembre 2026, 06:30 UTC+7"),
    ],
)
def test_a_moment_is_written_in_the_time_of_a_zone(lang: str, said: str) -> None:
    """Day and hour are the zone's, and how far they are from UTC is said where it is asked."""
    assert said == language.moment(EVE, HA_NOI, lang=lang)
    assert said.removesuffix(" UTC+7") == language.moment(EVE, HA_NOI, lang=lang, named=False)
    assert "November 21, 2026, 23:30 UTC" == language.moment(EVE, dt.UTC, lang="en")


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    """Where clocks go back both hours say which they are; summer and winter have their own time."""
    night = dt.datetime(2026, 10, 25, tzinfo=dt.UTC)
    hours = [
        language.moment(night + dt.timedelta(hours=hour), PARIS, lang="en", named=False)
        for hour in range(-1, 3)
    ]

    assert ["01:00", "02:00 UTC+2", "02:00 UTC+1", "03:00"] == [
        said.partition(", 2026, ")[2] for said in hours
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh (UTC+7)"),
        ("Asia/Kathmandu", "Asia/Kathmandu (UTC+5:45)"),
        ("America/Sao_Paulo", "America/Sao_Paulo (UTC\N{MINUS SIGN}3)"),
        ("Europe/Paris", "Europe/Paris"),
        ("Africa/Abidjan", "Africa/Abidjan (UTC)"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_named_with_its_distance_where_it_keeps_one(name: str, said: str) -> None:
    """A zone with summer time is named alone."""
    assert said == timezones.title(timezones.zone(name), 2026)


def test_a_workspace_has_the_zone_it_names_or_its_country_s(tmp_path: Path) -> None:
    """Settings without a zone go on with that of the country; several clocks give UTC."""
    made = Workspace.create(tmp_path / "paris", country="VNM", label={}, zone="Europe/Paris")
    old = tmp_path / "old"
    old.mkdir()
    (old / "saola.toml").write_text('country = "VNM"\n', encoding="utf-8")

    assert PARIS == made.zone == zone_of(made.home)
    assert HA_NOI == Workspace.create(tmp_path / "new", country="VNM", label={}).zone
    assert HA_NOI == Workspace.open(old).zone
    assert timezones.UTC == Workspace.create(tmp_path / "usa", country="USA", label={}).zone
    assert timezones.UTC == zone_of(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["Asia/Hanoi", "", "Asia", "../etc", "/etc/passwd", "7"])
def test_a_zone_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    """The error names the file and what stands there, and how zones are written."""
    (tmp_path / "saola.toml").write_text(f'country = "VNM"\nzone = "{name}"\n', encoding="utf-8")

    with pytest.raises(InputError, match=r"Asia/Ho_Chi_Minh") as caught:
        Workspace.open(tmp_path)
    assert ("timezone-unknown", name) == (caught.value.code, caught.value.found)
