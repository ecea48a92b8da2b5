"""`saola score`: a file in, scores and ranks out, without a workspace."""

import datetime as dt
from pathlib import Path

import polars as pl
import typer

from saola import frameworks, language, observations, units
from saola.cli import doubts, editions, screen
from saola.cli.main import home_of
from saola.errors import StateError
from saola.frameworks import Framework
from saola.frameworks.compute import rank_groups
from saola.frameworks.doubts import implausible, misprints, thin
from saola.frameworks.quoted import standing
from saola.index.publish import publish
from saola.language import plural, text
from saola.observations import shapes
from saola.observations.numbers import Decimal
from saola.periods import Period
from saola.workspace import SETTINGS, Workspace

app = typer.Typer(add_completion=False)

NOTHING = "Every row was set aside: there is nothing to score."
COLUMNS = [
    "unit", "node", "score", "rank", "published_score", "published_rank", "rank_of_published",
]  # fmt: skip


@app.command()
def score(
    ctx: typer.Context,
    framework: str = typer.Argument(help="Code of a framework, or a .toml file."),
    file: Path = typer.Argument(help="Observations: CSV, XLSX, Parquet, SDMX, the UN's file."),
    out: Path | None = typer.Option(
        None, "--out", "-o", help="The folder to write into [default: the workspace, else scores]."
    ),
    period: str = typer.Option("", help="The period, where the file names none."),
    mapping: Path | None = typer.Option(None, help="A TOML file that says which column is what."),
    decimal: Decimal | None = typer.Option(
        None,
        help="Decimal mark, where 12,345 could be two numbers [default: as the file's others].",
    ),
    as_json: bool = typer.Option(False, "--json", help="Write a summary as JSON."),
) -> None:
    """Score and rank the units of a file.

    Example: saola score un-egdi-2022 EGOV_DATA_2022.csv -o out

    Writes OUT/scores.csv; rows that cannot be read go to OUT/aside.csv with their reasons. Without
    -o, in a workspace, the file is added to it and scored there, so that the pages show it; a
    framework given as a file is not kept so.
    """
    home = home_of(ctx)
    edition = frameworks.framework(framework, home / "frameworks")
    registry = units.registry(home / "units")
    with screen.progress("Reading") as tell:
        reading = observations.read(
            file,
            registry,
            mapping=shapes.read_mapping(mapping) if mapping else None,
            constants={"period": period} if period else {},
            decimal=decimal,
            progress=tell,
        )
    editions.covered(edition, reading.observations, home / "frameworks", where=file.name)
    editions.warn(reading.observations, [edition])
    scores = frameworks.score(
        edition, reading.observations, groups=rank_groups(edition, registry, on=_day(reading))
    )
    few = thin(scores, edition)
    found = pl.concat([implausible(reading.observations, [edition]), misprints(scores)])
    # A framework given as a file is none of the workspace's: its pages could not show the run.
    if out is None and (home / SETTINGS).is_file() and not framework.endswith(".toml"):
        aside = file.with_name(f"{file.stem}.aside.csv")
        reading.write_aside(aside)
        if reading.observations.is_empty() and reading.aside.height:
            screen.say(NOTHING)
            screen.say("The rows set aside, with their reasons, are in {file}.", file=aside)
        kept = _keep(Workspace.open(home), edition, reading, file)
    else:
        aside = (out or Path("scores")) / "aside.csv"
        kept = _write(scores, reading, out or Path("scores"))
    if as_json:
        summary = _summary(edition, reading, scores, kept)
        screen.write_json(summary | {"doubts": found.to_dicts(), "thin": few.to_dicts()})
    else:
        _tell(edition, reading, scores, registry)
        doubts.tell(found, [edition], registry)
        doubts.tell_thin(few, registry)
        if reading.aside.height:
            screen.say("The rows set aside, with their reasons, are in {file}.", file=aside)
        screen.say("The scores are in {file}.", file=kept)
    if reading.observations.is_empty():
        screen.say(NOTHING if reading.aside.height else "The file holds no row to score.")
        raise typer.Exit(1)


def _day(reading: observations.Reading) -> dt.date | None:
    periods = reading.observations["period"].unique().to_list()
    return max((Period.parse(period).end for period in periods), default=None)


def _write(scores: pl.DataFrame, reading: observations.Reading, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    table(scores).write_csv(out / "scores.csv")
    (out / "aside.csv").unlink(missing_ok=True)
    reading.write_aside(out / "aside.csv")
    return out / "scores.csv"


def _keep(
    workspace: Workspace, edition: Framework, reading: observations.Reading, file: Path
) -> Path:
    """Add the file to the workspace and score its periods there."""
    if reading.observations.is_empty():
        raise StateError("score-no-value", found=file.name, framework=edition.id)
    now = screen.now()
    observations.append(
        workspace,
        reading.observations,
        source=file.name,
        who=screen.who(),
        when=now,
        aside=reading.aside.height,
    )
    periods = reading.observations["period"].unique().sort().to_list()
    publish(workspace, edition.id, when=now, periods=periods)
    return workspace.home / "results" / edition.id


def table(scores: pl.DataFrame) -> pl.DataFrame:
    """Give scores the columns that other programs read.

    A file of one period has just these; one of several periods or fields has two more.
    """
    several = [name for name in ("period", "field") if scores[name].n_unique() > 1]
    order = [*several, "node", "rank", "unit"]
    ordered = scores.sort(order, nulls_last=True).select(*COLUMNS, *several)
    return ordered.with_columns(pl.col("score").round(12))


def _summary(
    edition: Framework, reading: observations.Reading, scores: pl.DataFrame, kept: Path
) -> dict[str, object]:
    return {
        "framework": edition.id,
        "read": reading.read,
        "kept": reading.observations.height,
        "aside": reading.aside.height,
        "units": scores["unit"].n_unique(),
        "periods": scores["period"].unique().sort().to_list(),
        "scores": str(kept),
    }


def _tell(
    edition: Framework,
    reading: observations.Reading,
    scores: pl.DataFrame,
    registry: units.Registry,
) -> None:
    top = scores.filter(
        (pl.col("node") == edition.root.id)
        & (pl.col("field") == "_T")
        & (pl.col("period") == pl.col("period").max())
    )
    if top["score"].null_count() == top.height:
        _say_published(edition, top)
        top = standing(top, [edition.root.id])
    shown = top.drop_nulls("score").sort("rank", nulls_last=True).head(10)
    screen.show(
        language.pick(edition.label),
        [text("Rank"), text("Unit"), text("Score"), text("Published")],
        [
            [
                row["rank"],
                registry.unit(row["unit"]).label() if row["unit"] in registry else row["unit"],
                language.number(row["score"], decimals=4),
                language.number(row["published_score"], decimals=4),
            ]
            for row in shown.iter_rows(named=True)
        ],
    )
    editions.counted(reading)
    scored = scores.filter(pl.col("score").is_not_null() | pl.col("published_score").is_not_null())
    units_ = scored["unit"].n_unique()
    screen.say(plural("{n} unit has a score.", "{n} units have a score.", units_))


def _say_published(edition: Framework, top: pl.DataFrame) -> None:
    """Say why there is no total of ours, and whether there is a published one."""
    name = language.pick(edition.label)
    if top["published_score"].null_count() < top.height:
        screen.say("{name}: the totals shown are published, not computed.", name=name)
    elif not edition.complete and top.height:
        screen.say("{name}: parts of it are unknown, so that no total is computed.", name=name)
