"""`saola connect country`: every region of a country, kept as it is done, then the joins."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from saola.cli import screen
from saola.cli.connect_plan import tell_aside
from saola.connect.country.run import plan_country
from saola.connect.country.sources import sources
from saola.connect.country.task import Answer
from saola.connect.country.whole import Whole, whole
from saola.connect.region.files import read_plan
from saola.executors import Spark
from saola.language import number, percent, text
from saola.reports.country_folder import write

KEPT = ".regions"


def country(
    file: Annotated[Path, typer.Argument(help="The country's TOML file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")],
    *,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Regions at the same time; one on each core if left out."),
    ] = None,
    spark: Annotated[
        str, typer.Option(help="Plan the regions on a Spark cluster: its master.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as JSON.")] = False,
) -> None:
    """Plan every region of a country by itself, then the joins across their borders.

    A region that is done is kept: a run cut short goes on with the others.

    Example: saola connect country land/plan.toml -o land/plan
    """
    told = read_plan(file)
    found, aside = sources(told)
    screen.say("{count} regions are planned for.", count=number(len(found)))
    kept = (out / KEPT).resolve()
    try:
        with (
            Spark(spark) if spark else nullcontext() as pool,
            screen.progress("Regions planned") as tell,
        ):
            done = plan_country(
                told, found, kept, workers=workers, pool=pool, progress=tell, heard=_heard
            )
    except KeyboardInterrupt:
        screen.say("Stopped. What is done is kept: the same command goes on with the rest.")
        raise
    country = whole(done, aside)
    tell_aside(country.aside, out)
    write(out, told, country, screen.now())
    if as_json:
        screen.write_json(country.tables.totals)
        return
    _show(country, out)


def _heard(name: str, answer: Answer) -> None:
    """Tell of each region as it is done."""
    if answer.faults:
        screen.say("{region}: cannot be planned.", region=name)
    elif answer.fresh and answer.joined:
        screen.say("{region}: planned again with a neighbour’s fibre.", region=name)
    elif answer.fresh:
        screen.say("{region}: planned.", region=name)
    else:
        screen.say("{region}: kept from a run before.", region=name)


def _show(country: Whole, out: Path) -> None:
    heads = [
        text("Region"), text("People newly connected"), text("Cost"), text("Cost a person"),
        text("Gap to the best, at most"),
    ]  # fmt: skip
    total = {"region": text("All regions"), **country.tables.totals}
    rows = [_row(one) for one in (*country.regions.iter_rows(named=True), total)]
    screen.show(text("Plan of connection"), heads, rows)
    screen.say("Written into {out}: begin with {map} and {pdf}.", out=out, map="map.svg",
               pdf="plan.pdf")  # fmt: skip


def _row(one: dict[str, Any]) -> list[str]:
    return [
        one["region"],
        number(one["connected"] - one["before"], decimals=0),
        f"USD {number(one['cost'], decimals=0)}",
        f"USD {number(one['cost_a_person'], decimals=0)}",
        percent(one["gap"]),
    ]
