"""Which tests of the index engine run which of its lines, for `mutation_index.py`.

Runs the tests once under coverage, compilation off, and writes `build/index-map.json`, with the
coverage in `build/index-coverage`. A line that runs while a shared fixture is made belongs to every
test that uses the fixture.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("index", "sampling")
MAP = ROOT / "build/index-map.json"
DATA = ROOT / "build/index-coverage"
# What takes minutes without compilation.
SHORT = "not ten_years and not brute_force and not fact_sheet"


class Contexts:
    """A plugin that tells coverage which test runs, and times each."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured = measured
        self.now = ""
        self.seconds: dict[str, float] = {}
        self.users: dict[str, list[str]] = {}

    def turn(self, name: str) -> None:
        """Measure for another test or fixture from here."""
        self.now = name
        self.measured.switch_context(name)

    def pytest_runtest_protocol(self, item: Any) -> None:
        """Turn to a test."""
        self.turn(item.nodeid)
        for name in item.fixturenames:
            self.users.setdefault(name, []).append(item.nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Add up the time of a test."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """Turn to a shared fixture while it is made."""
        before = self.now
        if fixturedef.scope != "function":
            self.turn(fixturedef.argname)
        try:
            return (yield)  # type: ignore[return-value]  # pytest's own form of a wrapper
        finally:
            self.turn(before)


def lines(measured: coverage.Coverage, users: dict[str, list[str]]) -> dict[str, Any]:
    """Give the tests of each line of each file."""
    data = measured.get_data()
    found: dict[str, Any] = {}
    for file in sorted(data.measured_files()):
        found[str(Path(file).relative_to(ROOT))] = {
            line: sorted({test for name in names if name for test in users.get(name, [name])})
            for line, names in data.contexts_by_lineno(file).items()
        }
    return found


def main() -> int:
    """Run the tests, and write what they run."""
    MAP.parent.mkdir(exist_ok=True)
    measured = coverage.Coverage(
        str(DATA), branch=True, source=[f"saola.{room}" for room in ROOMS], config_file=False
    )
    plugin = Contexts(measured)
    measured.start()
    rooms = [str(ROOT / "tests" / room) for room in ROOMS]
    flags = ["-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "-k", SHORT]
    code = pytest.main([*flags, f"--rootdir={ROOT}", *rooms], plugins=[plugin])
    measured.stop()
    measured.save()
    told = {"seconds": plugin.seconds, "lines": lines(measured, plugin.users)}
    MAP.write_text(json.dumps(told), "utf-8")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
