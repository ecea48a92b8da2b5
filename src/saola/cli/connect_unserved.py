"""`saola connect unserved`: who has no service, with every claim beside the others."""

from pathlib import Path
from typing import Annotated, Literal

import polars as pl
import typer

from saola.cli import screen
from saola.connect.intake.claims import DISPUTED, UNKNOWN, UNSERVED, by_commune
from saola.connect.region.files import load, read_plan
from saola.connect.region.unserved import evidence_of
from saola.language import number, text

MOST_SHOWN = 20


def unserved(
    file: Annotated[Path, typer.Argument(help="The plan's TOML file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")],
    disputed: Annotated[
        Literal["unserved", "served"],
        typer.Option(help="What the table for the planner holds disputed settlements for."),
    ] = "unserved",
) -> None:
    """Say who is unserved, on what evidence, and where claims of coverage conflict.

    Example: saola connect unserved valley/plan.toml -o valley/plan
    """
    told = read_plan(file)
    loaded = load(told)
    found = evidence_of(told, loaded)
    out.mkdir(parents=True, exist_ok=True)
    found.write_csv(out / "evidence.csv")
    table = by_commune(found)
    table.write_csv(out / "unserved.csv")
    open_ = {UNSERVED, UNKNOWN} | ({DISPUTED} if disputed == UNSERVED else set())
    served = ~pl.col("verdict").is_in(sorted(open_))
    used = loaded.inputs.settlements.with_columns(found.select(served=served)["served"])
    used.write_csv(out / "villages-by-evidence.csv")
    heads = [text("Commune"), text("People"), text("Unserved"), text("Disputed"), text("Unknown")]
    worst = table.sort("unserved", "disputed", descending=True).head(MOST_SHOWN)
    rows = [
        (
            row["unit"],
            *(number(row[name], decimals=0) for name in ("people", UNSERVED, DISPUTED, UNKNOWN)),
        )
        for row in worst.iter_rows(named=True)
    ]
    screen.show(text("Who is unserved"), heads, rows)
    screen.say("Written into {out}: begin with {map} and {pdf}.", out=out, map="evidence.csv",
               pdf="unserved.csv")  # fmt: skip
