"""`saola link`: find the records of one person within a file or between two."""

import json
from pathlib import Path

import polars as pl
import typer

from saola import language
from saola.cli import screen
from saola.errors import InputError
from saola.linkage import engine, model

app = typer.Typer(add_completion=False)
SEED = 1


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
        0.0, help="Least probability of a pair [default: where F1 is expected highest]."
    ),
    merge_precision: float = typer.Option(
        0.9999, help="Precision above which a pair may merge without a person."
    ),
    seed: int = typer.Option(SEED, help="Seed of the random pairs of training."),
    memory: float = typer.Option(5.0, help="GiB to keep in memory; the rest spills to disk."),
    as_json: bool = typer.Option(False, "--json", help="Write the summary as JSON."),
) -> None:
    """Find the records of one person.

    Each pair is marked `merge` (may merge automatically), `link` or `review` (below the threshold,
    yet possible).

    Example: saola link register.csv -o pairs.csv
    """
    if len(files) > 2:
        raise InputError("link-file-unreadable", found=files[2])
    tables = [read(file) for file in files]
    with screen.progress("Linking") as told:
        found = engine.link(
            tables[0],
            tables[1] if len(tables) > 1 else None,
            model=model.load(using),
            seed=seed,
            memory_gib=memory,
            spill=out.parent / ".saola-spill",
            progress=told,
        )
    cut = threshold or found.threshold()
    merge = max(found.merge_threshold(merge_precision), cut)
    kept = found.accepted(cut)
    rest = found.pairs.join(kept, on=["left_row", "right_row"], how="anti")
    pairs = pl.concat([kept, rest]).with_columns(
        verdict=pl.when(pl.col("probability") < cut)
        .then(pl.lit("review"))
        .when(pl.col("probability") >= merge)
        .then(pl.lit("merge"))
        .otherwise(pl.lit("link"))
    )
    _write(pairs, out)
    counts = dict(pairs.group_by("verdict").len().iter_rows())
    summary = {
        "rows": found.rows,
        "threshold": cut,
        "merge_threshold": merge,
        "expected_pairs": None if found.weights is None else round(found.weights.expected),
        **{name: counts.get(name, 0) for name in ("merge", "link", "review")},
        "seed": seed,
    }
    if as_json:
        typer.echo(json.dumps(summary))
        return
    screen.say(
        "{rows} records: {merge} pairs may merge, {link} more are links, {review} need a person.",
        **{k: language.number(v) for k, v in summary.items() if isinstance(v, int)},
    )


def _write(pairs: pl.DataFrame, out: Path) -> None:
    pairs = pairs.drop("left_row", "right_row")
    if out.suffix.lower() == ".parquet":
        pairs.write_parquet(out)
    else:
        pairs.write_csv(out)
