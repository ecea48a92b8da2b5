"""Fill the registers of the demo, the way officers fill theirs: files, intakes, checks, a queue."""

import datetime as dt
import tempfile
from pathlib import Path

import polars as pl

from saola import units
from saola.server.demo import happened, parcels, parts, people
from saola.server.demo.models import Filled, Part
from saola.server.identity.reach import registry
from saola.server.land import checks
from saola.server.land.register import register as land
from saola.server.population import review
from saola.server.population.register import register as population
from saola.server.registries import intake
from saola.server.registries.invented import mark
from saola.server.registries.register import Register
from saola.workspace import Workspace

WHO = "saola demo"
LANDED = 3  # communes with parcels
TRUTH = ("fault", "shape_fault")


def fill(home: Path, *, seed: int, now: dt.datetime) -> None:
    """Fill both registers of an invented country and make the accounts of its parts.

    Args:
        home: The workspace, whose tables are made.
        seed: The same seed gives the same people and parcels.
        now: The moment at which all of it is recorded.
    """
    if not units.invented(Workspace.open(home).country) or Part.objects.exists():
        return
    communes = _communes(home)
    book = people.book(seed, communes)
    old = people.old_book(seed, book)
    sheets = parcels.sheets(seed, book, communes[:LANDED])
    with tempfile.TemporaryDirectory() as folder:
        for register, name, frame in (
            (population(), "family-books-2025.csv", book),
            (population(), "old-books-1998.csv", old),
            (land(home), "cadastral-sheets.csv", sheets),
        ):
            _take_in(register, Path(folder) / name, frame, home, now)
    review.fill(home / "files" / "spill", now=now)
    seats = parts.hire(seed)
    happened.tell(seats, communes, now)
    checks.run(now)


def _communes(home: Path) -> list[str]:
    """Choose communes of the first province."""
    country = Workspace.open(home).country
    provinces = [unit.code for unit in registry() if unit.code.startswith(f"{country}.P.")]
    found = registry().children(min(provinces))
    return [unit.code for unit in found if unit.kind == "commune"][: len(people.SHARES)]


def _take_in(
    register: Register, file: Path, frame: pl.DataFrame, home: Path, now: dt.datetime
) -> None:
    mark(frame.drop(TRUTH, strict=False)).write_csv(file)
    intake.run(register, file, home=home, who=WHO, now=lambda: now)
    begun = register.batch.objects.using(register.name).earliest("pk")
    Filled.objects.get_or_create(
        register=register.name, defaults={"batch": begun.pk, "sha256": begun.sha256}
    )
