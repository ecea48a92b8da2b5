"""ITU-R P.1812-8 against the validation set of Study Group 3."""

from functools import cache
from pathlib import Path

import pytest

from saola.connect.radio.p1812 import Intermediates, intermediates, logs

CASES = 63
VALUES = 47  # rows of a log that name an equation, a table or a section
TOLERANCE = 1e-6


@cache
def computed(folder: Path) -> dict[str, tuple[logs.Case, Intermediates]]:
    """Compute every case of the set, keyed as its log file is."""
    found = {}
    for path in sorted((folder / "profiles").glob("*.csv")):
        file = logs.read(path)
        for k, case in enumerate(file.cases):
            values = intermediates(file.profile, case.antennas, case.signal)
            found[f"{path.stem}_{k}"] = (case, values)
    return found


def log_of(folder: Path, name: str) -> list[tuple[str, str, float]]:
    """Read the value rows of a published log; the first 22 lines are its inputs."""
    lines = (folder / "results" / f"{name}_log.csv").read_text().splitlines()[22:]
    cells = [line.rsplit(",", 4) for line in lines if line.strip(",")]
    return [(cell[0], cell[1], float(cell[3])) for cell in cells]


@pytest.fixture(scope="module")
def suite(shared_data: Path) -> Path:
    """The folder of the validation set."""
    return shared_data / "itu-p1812"


@pytest.mark.real
def test_every_official_case_gives_its_published_loss(suite: Path) -> None:
    """All 63 cases agree with the loss printed in their logs to a millionth of a decibel."""
    wrong = {
        name: found.lb
        for name, (_, found) in computed(suite).items()
        if found.lb != pytest.approx(dict_of(suite, name)["Lb (dB)"], abs=TOLERANCE)
    }

    assert CASES == len(computed(suite))
    assert {} == wrong


def dict_of(folder: Path, name: str) -> dict[str, float]:
    """Give a log's rows by label; of repeated labels the last."""
    return {label: value for label, _, value in log_of(folder, name)}


@pytest.mark.real
def test_every_value_on_the_way_equals_the_published_log(suite: Path) -> None:
    """Each of the 47 referenced rows of each log is met to a millionth of its unit."""
    wrong = []
    for name, (case, found) in computed(suite).items():
        rows = logs.log_rows(found, case.power_dbw)
        published = log_of(suite, name)
        assert [row[:2] for row in published] == [row[:2] for row in rows]
        assert VALUES == sum(1 for row in rows if row[1])
        wrong += [
            (name, label, value, ours[2])
            for (label, _, value), ours in zip(published, rows, strict=True)
            if ours[2] != pytest.approx(value, abs=TOLERANCE)
        ]

    assert [] == wrong


@pytest.mark.real
def test_the_file_s_own_loss_is_the_loss_computed(suite: Path) -> None:
    """The loss that each profile file carries in its measurement row is the one computed."""
    for case, found in computed(suite).values():
        assert case.published_db == pytest.approx(found.lb, abs=TOLERANCE)


@pytest.mark.real
def test_equation_43_is_sight_plus_diffraction(suite: Path) -> None:
    """Lbd is Lb0p + Ldp; the logs print Lbda in its row, which only ducting makes different."""
    differing = set()
    for name, (_, found) in computed(suite).items():
        assert found.lbd == pytest.approx(found.lb0p + found.ldp, abs=1e-12)
        if abs(found.lbd - found.lbda) > TOLERANCE:
            assert found.lminbap < found.lbd
            differing.add(name)

    assert {
        "rburg_urban_with_clutter_0",
        "rburg_urban_with_clutter_3",
        "rburg_urban_with_clutter_vertical_0",
        "rburg_urban_with_clutter_vertical_3",
    } == differing
