"""`saola land`: parcels from the command line."""

from pathlib import Path

import polars as pl
import typer
from rich.console import Console

from saola import language
from saola.errors import InputError
from saola.language import text

app = typer.Typer(no_args_is_help=True, help="Parcels: invent, code and check them.")


@app.command()
def generate(
    parcels: int = typer.Argument(..., help="How many parcels."),
    out: Path = typer.Option(..., "--out", "-o", help="Where they go: Parquet with WKB."),
    seed: int = typer.Option(1, help="The same seed gives the same file."),
) -> None:
    """Invent parcels that tile a commune, with planted faults, the truth in column `fault`.

    Example: saola land generate 10000 --seed 7 -o parcels.parquet
    """
    from saola.cadastre import synthetic, wkb  # noqa: PLC0415  (needs the extra with shapely)

    shapes, rows = synthetic.parcels(parcels, seed=seed)
    rows.with_columns(wkb.write(shapes)).write_parquet(out)
    _said("{count} records were written to {file}.", rows.height, out)


@app.command()
def check(
    file: Path = typer.Argument(..., help="Parquet with a WKB column `geometry`, in VN-2000."),
    out: Path = typer.Option(..., "--out", "-o", help="Where the findings go: CSV."),
    epsg: int = typer.Option(5897, help="The zone of VN-2000 the coordinates are in."),
) -> None:
    """Check parcels for invalid rings, overlaps, gaps, slivers, areas and equal codes.

    Example: saola land check parcels.parquet -o findings.csv
    """
    from saola.cadastre import checks, codes, wkb  # noqa: PLC0415  (needs the extra with shapely)

    try:
        frame = pl.read_parquet(file)
        shapes = wkb.read(frame["geometry"])
    except (OSError, TypeError, pl.exceptions.PolarsError):
        raise InputError("link-file-unreadable", found=file) from None
    minted = pl.Series("code", codes(shapes, epsg=epsg).tolist(), dtype=pl.String)
    area = frame["area"] if "area" in frame.columns else None
    found = checks.all_checks(shapes, documented=area, codes=minted)
    rows = pl.lit(minted).gather(pl.col("parcel"))
    found.with_columns(code=rows).write_csv(out)
    _said("{count} findings were written to {file}.", found.height, out)


def _said(sentence: str, count: int, file: Path) -> None:
    said = text(sentence, count=language.number(count), file=file)
    Console(stderr=True).print(said)
