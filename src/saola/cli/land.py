"""`saola land`: parcels from the command line."""

from pathlib import Path

import polars as pl
import typer

from saola import language
from saola.cli import intake, scans, screen
from saola.cli.identity import prepare
from saola.cli.main import folder_of
from saola.server.registries.invented import mark
from saola.workspace import whole

FINDINGS = "land-findings.csv"  # of the whole register
WRITTEN = ("{n} finding was written to {file}.", "{n} findings were written to {file}.")
WHOLE = (
    "The list of the whole register has {n} finding now: {file}",
    "The list of the whole register has {n} findings now: {file}",
)
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The land register: take parcels in, check them, invent some.",
)


@app.command()
def generate(
    parcels: int = typer.Argument(..., help="How many parcels."),
    out: Path = typer.Option(..., "--out", "-o", help="Where they go: Parquet, or CSV."),
    seed: int = typer.Option(1, help="The same seed gives the same file."),
    register: bool = typer.Option(False, help="All columns of the register, for an intake."),
    faulty: float = typer.Option(0.10, help="With --register: share of rows with a fault."),
    commune: str = typer.Option("XSA.C.00001", help="With --register: the commune they are in."),
) -> None:
    """Invent parcels that tile a commune, with planted faults, the truth in column `fault`.

    With `--register` the rows have holders, shares and certificates, a share of them is faulty, and
    the faults of shapes stand in column `shape_fault`.

    Example: saola land generate 10000 --seed 7 -o parcels.parquet
    """
    if register:
        from saola.server.land import synthetic as files  # noqa: PLC0415  (needs the server's parts)

        rows = files.parcels(parcels, seed=seed, faulty=faulty, commune=commune)
    else:
        from saola.cadastre import synthetic, wkb  # noqa: PLC0415  (needs the extra with shapely)

        shapes, rows = synthetic.parcels(parcels, seed=seed)
        rows = rows.with_columns(wkb.write(shapes))
    rows = mark(rows)
    if out.suffix.lower() == ".csv":
        coded = rows.with_columns(pl.col(pl.Binary).bin.encode("hex"))
        coded.write_csv(out)
    else:
        rows.write_parquet(out)
    one, many = "{n} record was written to {file}.", "{n} records were written to {file}."
    screen.say(language.plural(one, many, rows.height, file=out))


@app.command("import")
def take_in(
    ctx: typer.Context,
    file: Path = typer.Argument(
        None, help="CSV, XLSX, JSON Lines, Parquet, GeoPackage, Shapefile, GeoJSON or DXF."
    ),
    layer: str = typer.Option("", help="The layer to read, where the file has several."),
    *,
    resume: intake.Resume = False,
    undo: intake.Undo = 0,
    dry_run: intake.Rehearse = False,
    column: intake.Columns = [],  # noqa: B006  (Typer copies a default, and shows it in the help)
    as_json: intake.AsJson = False,
) -> None:
    """Take a file of parcels into the register.

    Sound rows are committed, each with its parcel code; faulty and doubtful ones go, with their
    reasons, into a file beside the input, which can be corrected and taken in again.

    Example: saola land import sheet12.gpkg --column commune==VNM.C.20194
    """
    home = prepare(ctx)
    from saola.server.land.register import register  # noqa: PLC0415  (Django is set up now)

    intake.take_in(
        register(home, layer=layer),
        file,
        home=home,
        resume=resume,
        undo=undo,
        dry_run=dry_run,
        column=column,
        as_json=as_json,
    )


@app.command("scans")
def take_scans(
    ctx: typer.Context,
    folder: scans.Folder,
    book: scans.Book = "",
    *,
    as_json: intake.AsJson = False,
) -> None:
    """Attach a folder of scans to the parcels whose code or older key their names bear.

    A file is named by the parcel's code, or by commune, sheet and number, and by its page where it
    has one: `w7er8u0z3v1x.pdf`, `VNM.C.20194_12_17_p2.tif`; the folder it lies in is its book. Run
    it again after a stop: a file attached already is not doubled.

    Example: saola land scans certificates-2009 --book "Cadastral book 4"
    """
    scans.take_in("land", folder, home=prepare(ctx), book=book, as_json=as_json)


@app.command()
def check(
    ctx: typer.Context,
    file: Path | None = typer.Argument(
        None, help="A file of any kind that `import` reads; by default the register is checked."
    ),
    out: Path | None = typer.Option(None, "--out", "-o", help="Where the findings go: CSV."),
    epsg: int = typer.Option(5897, help="Of a file: the zone it is in, where it names none."),
    layer: str = typer.Option("", help="The layer to read, where the file has several."),
    commune: str = typer.Option("", help="Only this commune's parcels."),
    *,
    column: intake.Columns = [],  # noqa: B006  (Typer copies a default, and shows it in the help)
    as_json: intake.AsJson = False,
) -> None:
    """Check parcels for invalid rings, overlaps, gaps, slivers, areas and equal codes.

    Of the register also holders that the population register does not know; findings are kept,
    shown on the commune's map, and cleared once they are gone. The columns of a file are known as
    `import` knows them; a row without a shape that can be checked is a finding, too.

    Example: saola land check --commune VNM.C.20194
    """
    if file is None:
        _check_register(ctx, out, commune, as_json=as_json)
        return
    from saola.server.land import file_check  # noqa: PLC0415  (needs the extra with shapely)

    home, given = folder_of(ctx), intake.given(column)
    today = screen.today(home)
    found = file_check.run(
        file, home=home, layer=layer, given=given, epsg=epsg, commune=commune, today=today
    )
    if found.supposed:
        screen.say("The file names no zone: EPSG:{epsg} was supposed.", epsg=found.supposed)
    intake.say_encoding(found.encoding)
    beside = out or file.with_suffix(".findings.csv")
    _say_counts(found.findings, beside, as_json=as_json)
    _write(found.findings, beside)


def _check_register(ctx: typer.Context, out: Path | None, commune: str, *, as_json: bool) -> None:
    home = prepare(ctx)
    from saola.server.land import checks as bulk  # noqa: PLC0415  (Django is set up now)

    with screen.progress("Checking") as told:
        found = bulk.run(screen.now(), commune=commune, progress=told)
    _say_counts(found, out or home / "files" / FINDINGS, as_json=as_json)
    if out or not commune:
        _write(bulk.named(found), out or home / "files" / FINDINGS)
        return
    one, many = "{n} finding is open in {commune}.", "{n} findings are open in {commune}."
    screen.say(language.plural(one, many, found.height, commune=commune))
    # The file is of the whole register: what stands there of other communes stays.
    every = pl.concat([found, bulk.elsewhere(commune)])
    _write(bulk.named(every), home / "files" / FINDINGS, WHOLE)


def _say_counts(found: pl.DataFrame, out: Path, *, as_json: bool) -> None:
    """Print how often each rule found something: in words, or as JSON by its code."""
    from saola.server.land import words  # noqa: PLC0415  (needs the server's parts)

    counts = found.group_by("rule").len().sort("rule")
    if as_json:
        rules = dict(counts.iter_rows())
        screen.write_json({"findings": found.height, "rules": rules, "file": str(out)})
        return
    for rule, count in counts.iter_rows():
        typer.echo(f"{words.rule(rule)}\t{language.number(count)}")


def _write(found: pl.DataFrame, out: Path, said: tuple[str, str] = WRITTEN) -> None:
    with whole(out) as part:
        # Areas to a square centimetre, places to a centimetre: a shape is not known better.
        found.with_columns(pl.col("value").round(4), pl.col("x", "y").round(2)).write_csv(part)
    screen.say(language.plural(*said, found.height, file=out))
