"""`saola index backcast`: what an edition would have said of older data."""

from pathlib import Path

import polars as pl
import typer

from saola import frameworks, language, observations, units
from saola.cli import screen
from saola.cli.main import home_of
from saola.index.backcast import LEAST, backcast
from saola.language import text


def backcast_edition(
    ctx: typer.Context,
    framework: str = typer.Argument(help="The edition: its code, or a .toml file."),
    data: list[Path] = typer.Argument(help="Observations of the older periods, one file or more."),
    out: Path = typer.Option(..., "-o", "--out", help="The folder to write."),
    least: float = typer.Option(LEAST, help="The least share of the points a unit must have."),
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """Score older data by an edition, where its inputs existed then.

    Example: saola index backcast un-egdi-2022 EGOV_DATA_2008.csv EGOV_DATA_2010.csv -o out
    """
    home = home_of(ctx)
    edition = frameworks.framework(framework, home / "frameworks")
    registry = units.registry(home / "units")
    rows = pl.concat([observations.read(file, registry).observations for file in data])
    editions = frameworks.catalogue(home / "frameworks").values()
    found = backcast(edition, rows, editions, least)
    out.mkdir(parents=True, exist_ok=True)
    agreed = found.agreement()
    tables = {"backcast": found.scores, "absent": found.absent, "agreement": agreed}
    for name, frame in tables.items():
        frame.write_csv(out / f"{name}.csv")
    if as_json:
        screen.write_json({name: frame.to_dicts() for name, frame in tables.items()})
        return
    heads = ["Period", "Units", "Points known", "Agreement of ranks", "Mean rank change"]
    screen.show(
        language.pick(edition.label), [text(head) for head in heads], _rows(found.scores, agreed)
    )
    screen.say("Written to {folder}.", folder=out)


def _rows(scores: pl.DataFrame, agreed: pl.DataFrame) -> list[list[object]]:
    told = scores.group_by("period", maintain_order=True).agg(
        pl.col("score").count().alias("units"), pl.col("known").mean()
    )
    if agreed.height:
        told = told.join(agreed.drop("units"), on="period", how="left", maintain_order="left")
    return [
        [
            row["period"],
            language.number(row["units"]),
            language.percent(row["known"], decimals=0),
            language.number(row.get("spearman"), decimals=4),
            language.number(row.get("mean_rank_change"), decimals=2),
        ]
        for row in told.iter_rows(named=True)
    ]
