"""`saola connect levers` and `saola connect doubt`: policy, and what drives the result."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
import typer

from saola import language
from saola.charts import sobol
from saola.charts.render import draw
from saola.cli import screen
from saola.connect.costs import items
from saola.connect.doubt.drivers import drivers, regrets
from saola.connect.doubt.levers import OWN, candidates, pulled
from saola.connect.doubt.quantities import bill
from saola.connect.region.files import load, read_plan
from saola.errors import InputError
from saola.language import number, percent, text

THREADS = 2

File = Annotated[Path, typer.Argument(help="The plan's TOML file.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write tables and charts there.")]


def levers(
    file: File,
    out: Out = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Plan again under each lever of policy: sharing, spectrum, tax, demand.

    A run cut short goes on where it stopped, if it writes into a folder.

    Example: saola connect levers valley/plan.toml -o valley/plan
    """
    told = read_plan(file)
    loaded = load(told)
    with screen.progress("Planning under every lever") as tell:
        found = pulled(
            loaded.inputs, told, threads=THREADS, kept=_kept(out, "levers"), progress=tell
        )
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        found.write_csv(out / "levers.csv")
    if as_json:
        typer.echo(json.dumps(found.to_dicts(), indent=1))
        return
    heads = [text("Lever"), text("Value"), text("Cost"), text("Change"), text("Subsidy needed")]
    rows = [
        (
            text(row["lever"]), text(row["value"]), _usd(row["cost"]),
            language.DASH if row["change"] is None else percent(row["change"]),
            _usd(row["subsidy"]),
        )
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    screen.show(text("Levers of policy"), heads, rows)


def _kept(out: Path | None, name: str) -> Path | None:
    return None if out is None else out / f".{name}.jsonl"


def _usd(value: float | None) -> str:
    return language.DASH if value is None else f"USD {number(value, decimals=0)}"


def doubt(
    file: File,
    out: Out = None,
    draws: Annotated[int, typer.Option(min=64, help="Draws of prices.")] = 1024,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what drives a plan's cost, and which design is good whatever prices do.

    A run cut short goes on where it stopped, if it writes into a folder.

    Example: saola connect doubt valley/plan.toml -o valley/plan
    """
    told = read_plan(file)
    loaded = load(told)
    money = told.settings.money
    with screen.progress("Designing for other futures") as tell:
        designs = candidates(
            loaded.inputs, told, threads=THREADS, kept=_kept(out, "doubt"), progress=tell
        )
    if not designs or designs[0].name != OWN:
        raise InputError("connect-target", found=told.target)
    needed = designs[0].quantities
    table, spread = drivers(needed, money, np.random.default_rng(told.seed), draws=draws)
    choice = regrets(designs, money, np.random.default_rng(told.seed), draws=draws)
    if out is not None:
        _write(out, table, choice, bill(needed, money))
    if as_json:
        said = {"spread": spread, "drivers": table.to_dicts(), "choice": choice.to_dicts()}
        typer.echo(json.dumps(said, indent=1))
        return
    low, middle, high = (number(value, decimals=0) for value in spread)
    screen.say(
        "With every price drawn from its range the plan costs USD {middle} ({low} to {high} in "
        "nine of ten draws).", middle=middle, low=low, high=high,
    )  # fmt: skip
    _show(table, choice)


def _write(out: Path, table: pl.DataFrame, choice: pl.DataFrame, needed: pl.DataFrame) -> None:
    out.mkdir(parents=True, exist_ok=True)
    table.write_csv(out / "drivers.csv")
    choice.write_csv(out / "choice.csv")
    needed.write_csv(out / "quantities.csv")
    chart = sobol(
        table.with_columns(label=pl.col("item").replace(items())).drop("item"),
        language.current(),
        title=text("What drives the cost"),
    )
    (out / "drivers.svg").write_bytes(draw(chart))


def _show(table: pl.DataFrame, choice: pl.DataFrame) -> None:
    heads = [text("Cost item"), text("With others"), text("Low"), text("High")]
    rows = [
        (items()[row["item"]], percent(row["total"]), _usd(row["low"]), _usd(row["high"]))
        for row in table.head(8).iter_rows(named=True)
    ]
    screen.show(text("What drives the cost"), heads, rows)
    columns = [text("Design for"), text("Cost"), text("Worst regret"), text("Carries"), ""]
    designs = [
        (
            text(row["name"]), _usd(row["cost"]), _usd(row["worst_regret"]),
            percent(row["carries"]), text("chosen") if row["chosen"] else "",
        )
        for row in choice.iter_rows(named=True)
    ]  # fmt: skip
    screen.show(text("Which design to choose"), columns, designs)
