"""`saola link`: find the records of one person within a file or between two."""

import json
from contextlib import nullcontext
from pathlib import Path

import polars as pl
import typer
from duckdb import OutOfMemoryException

from saola.cli import screen
from saola.errors import InputError, StateError
from saola.executors import Spark
from saola.language import plural
from saola.linkage import engine, model, partitions
from saola.linkage.linkage import Linkage
from saola.workspace import whole

app = typer.Typer(add_completion=False)
SEED = 1
DOUBTFUL = 0.05  # a pair less probable than that is no work for a person


def read(path: Path) -> pl.DataFrame:
    """Read a CSV or Parquet file as text columns.

    Raises:
        InputError: If it is absent or no table.
    """
    try:
        if path.suffix.lower() == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError):
        raise InputError("link-file-unreadable", found=path) from None


@app.command()
def link(
    files: list[Path] = typer.Argument(..., help="One file to search for duplicates, or two."),
    out: Path = typer.Option(..., "--out", "-o", help="Where pairs go: CSV or Parquet."),
    using: str = typer.Option("person", "--model", help="A linkage model: person, or a TOML file."),
    threshold: float = typer.Option(
        0.0,
        min=0.0,
        max=1.0,
        help="Least probability of a pair [default: where F1 is expected highest].",
    ),
    merge_precision: float = typer.Option(
        0.9999, min=0.0, max=1.0, help="Precision above which a pair may merge without a person."
    ),
    seed: int = typer.Option(
        SEED, min=0, max=2**63 - 1, help="Seed of the random pairs of training."
    ),
    memory: float = typer.Option(
        5.0, min=0.1, max=1e6, help="GiB to keep in memory; the rest spills to disk."
    ),
    parts: str = typer.Option(
        "auto", "--partitions", help="Link in this many partitions: a number, or auto."
    ),
    spark: str = typer.Option("", help="Link the partitions on a Spark cluster: its master."),
    as_json: bool = typer.Option(False, "--json", help="Write the summary as JSON."),
) -> None:
    """Find the records of one person.

    Each pair is marked `merge` (may merge automatically), `link` or `review` (below the threshold,
    yet possible). In partitions, what is done is kept: a run cut short goes on.

    Example: saola link register.csv -o pairs.csv
    """
    if len(files) > 2:
        raise InputError("link-files", found=len(files))
    for file in files:
        if not file.exists():
            raise InputError("file-absent", where=str(file), found=file.name)
    chosen, count = model.load(using), _count(parts, files, spark)
    try:
        if count == 1 and not spark:
            found = _in_one(files, out, chosen, seed, memory)
        else:
            found = _in_parts(files, out, chosen, seed, memory, count, spark)
    except OutOfMemoryException:
        raise StateError("link-memory", found=memory) from None
    cut = threshold or found.threshold()
    merge = max(found.merge_threshold(merge_precision), cut)
    pairs = _judged(found, cut, merge)
    _write(pairs, out)
    partitions.forget(_kept(out))
    counts = dict(pairs.group_by("verdict").len().iter_rows())
    summary = {
        "rows": found.rows,
        "partitions": count,
        "threshold": cut,
        "merge_threshold": merge,
        "expected_pairs": round(found.weights.expected),
        **{name: counts.get(name, 0) for name in ("merge", "link", "review", "apart")},
        "seed": seed,
    }
    if as_json:
        typer.echo(json.dumps(summary))
        return
    _say(found.rows, counts)


def _say(rows: int, counts: dict[str, int]) -> None:
    merge = plural("{n} pair may merge", "{n} pairs may merge", counts.get("merge", 0))
    link = plural("{n} more is a link", "{n} more are links", counts.get("link", 0))
    review = plural("{n} needs a person", "{n} need a person", counts.get("review", 0))
    parts = {"merge": merge, "link": link, "review": review}
    one, many = "{n} record: {merge}, {link}, {review}.", "{n} records: {merge}, {link}, {review}."
    screen.say(plural(one, many, rows, **parts))


def _count(said: str, files: list[Path], spark: str) -> int:
    if said == "auto":
        return partitions.parts_of(files, one_piece=not spark)
    if not said.isdecimal() or not 1 <= int(said) <= partitions.MOST_PARTS:
        raise InputError("link-partitions", found=said, most=partitions.MOST_PARTS)
    return int(said)


def _in_one(files: list[Path], out: Path, using: model.LinkModel, seed: int, gib: float) -> Linkage:
    tables = [read(file) for file in files]
    with screen.progress("Linking") as told:
        return engine.link(
            *tables,
            model=using,
            seed=seed,
            memory_gib=gib,
            spill=out.parent / ".saola-spill",
            names=[str(file) for file in files],
            progress=told,
        )


def _in_parts(
    files: list[Path],
    out: Path,
    using: model.LinkModel,
    seed: int,
    gib: float,
    count: int,
    spark: str,
) -> Linkage:
    try:
        with Spark(spark) if spark else nullcontext() as pool, screen.progress("Linking") as told:
            return partitions.link_files(
                files,
                _kept(out),
                model=using,
                seed=seed,
                parts=count,
                memory_gib=gib,
                pool=pool,
                progress=told,
            )
    except KeyboardInterrupt:
        screen.say("Stopped. What is done is kept: the same command goes on with the rest.")
        raise


def _kept(out: Path) -> Path:
    """Name the folder where partitions are kept until the pairs are written."""
    return out.with_name(f".{out.name}.parts")


def _judged(found: Linkage, cut: float, merge: float) -> pl.DataFrame:
    """Give each pair a verdict; one whose record has a better partner needs a person."""
    kept = found.accepted(cut)
    rest = found.pairs.join(kept, on=["left_row", "right_row"], how="anti", maintain_order="left")
    sure, doubtful = pl.col("probability") >= merge, pl.col("probability") >= DOUBTFUL
    return pl.concat(
        [
            kept.with_columns(
                verdict=pl.when(sure).then(pl.lit("merge")).otherwise(pl.lit("link"))
            ),
            rest.with_columns(
                verdict=pl.when(doubtful).then(pl.lit("review")).otherwise(pl.lit("apart"))
            ),
        ]
    )


def _write(pairs: pl.DataFrame, out: Path) -> None:
    """Write the pairs beside their place and move them there in one step."""
    pairs = pairs.drop("left_row", "right_row")
    with whole(out) as part:
        if out.suffix.lower() == ".parquet":
            pairs.write_parquet(part)
        else:
            pairs.write_csv(part)
