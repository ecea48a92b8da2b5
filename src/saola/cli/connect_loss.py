"""`saola connect loss`: the path loss of a profile by ITU-R P.1812."""

import json
import math
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from saola.connect.radio.p1812 import Intermediates, intermediates, logs
from saola.errors import InputError
from saola.language import number, text


class Polarisation(StrEnum):
    """How the wave is polarised."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


Found = tuple[int, logs.Case, Intermediates]


def loss(
    profile: Annotated[Path, typer.Argument(help="A profile in ITU's validation format (CSV).")],
    case: Annotated[int | None, typer.Option(help="Only this measurement row, from 0.")] = None,
    frequency: Annotated[float | None, typer.Option(help="Frequency, MHz, 30-6000.")] = None,
    time: Annotated[float | None, typer.Option(help="Percentage of time, 1-50.")] = None,
    locations: Annotated[float | None, typer.Option(help="Percentage of places, 1-99.")] = None,
    spread: Annotated[float | None, typer.Option(help="Location variability, dB.")] = None,
    transmitter: Annotated[float | None, typer.Option(help="Transmitter over ground, m.")] = None,
    receiver: Annotated[float | None, typer.Option(help="Receiver over ground, m.")] = None,
    polarisation: Annotated[Polarisation | None, typer.Option(help="Of the wave.")] = None,
    gradient: Annotated[float | None, typer.Option(help="ΔN, N-units/km.")] = None,
    refractivity: Annotated[float | None, typer.Option(help="N0, N-units.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Print every intermediate value.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the path loss along a terrain profile by ITU-R P.1812-8."""
    file = logs.read(profile)
    vertical = None if polarisation is None else polarisation is Polarisation.VERTICAL
    changes = {
        "frequency_hz": None if frequency is None else frequency * 1e6,
        "time": time,
        "locations": locations,
        "spread_db": spread,
        "vertical": vertical,
        "transmitter_m": transmitter,
        "receiver_m": receiver,
        "gradient": gradient,
        "refractivity": refractivity,
    }
    found = [
        (k, changed, intermediates(file.profile, changed.antennas, changed.signal))
        for k, changed in ((k, one.at(**changes)) for k, one in _chosen(file, case, profile))
    ]
    if as_json:
        typer.echo(json.dumps([_record(*row) for row in found], ensure_ascii=False, indent=1))
        return
    console = Console()
    console.print(_values(found) if every else _summary(found))


def _chosen(file: logs.ProfileFile, case: int | None, path: Path) -> list[tuple[int, logs.Case]]:
    numbered = list(enumerate(file.cases))
    if case is None:
        return numbered
    if not 0 <= case < len(numbered):
        raise InputError(
            "profile-case-unknown", where=str(path), found=case, last=len(numbered) - 1
        )
    return [numbered[case]]


def _record(k: int, case: logs.Case, found: Intermediates) -> dict[str, Any]:
    return {
        "case": k,
        "signal": asdict(case.signal),
        "antennas": asdict(case.antennas),
        "power_dbw": case.power_dbw,
        "loss_db": found.lb,
        "published_db": None if math.isnan(case.published_db) else case.published_db,
        "log": [
            {"parameter": label, "reference": reference, "value": value}
            for label, reference, value in logs.log_rows(found, case.power_dbw)
        ],
        "intermediates": found._asdict(),
    }


def _summary(rows: list[Found]) -> Table:
    table = Table(title=text("Basic transmission loss by ITU-R P.1812-8"))
    for heading in (
        text("Case"),
        text("Frequency (MHz)"),
        text("Time (%)"),
        text("Places (%)"),
        text("Distance (km)"),
        text("Loss (dB)"),
        text("File's own (dB)"),
        text("Field at 1 kW (dBµV/m)"),
    ):
        table.add_column(heading, justify="right")
    for k, case, found in rows:
        table.add_row(
            str(k),
            number(case.signal.frequency_hz / 1e6),
            number(case.signal.time),
            number(case.signal.locations),
            number(found.d, decimals=1),
            number(found.lb, decimals=2),
            number(case.published_db, decimals=2),
            number(found.ep, decimals=2),
        )
    return table


def _values(rows: list[Found]) -> Table:
    table = Table(title=text("Every value on the way, ITU-R P.1812-8"))
    table.add_column(text("Value"))
    table.add_column(text("Source"))
    columns = []
    for k, case, found in rows:
        table.add_column(text("Case {k}", k=k), justify="right")
        columns.append(logs.log_rows(found, case.power_dbw))
    for cells in zip(*columns, strict=True):
        table.add_row(cells[0][0], cells[0][1], *[f"{cell[2]:.10g}" for cell in cells])
    return table
