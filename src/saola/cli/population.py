"""`saola population`: the population register from the command line."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import typer

from saola import language
from saola.cli import intake, scans, screen
from saola.cli.identity import prepare
from saola.cli.main import folder_of
from saola.errors import InputError
from saola.linkage import register_file, synthetic
from saola.server.registries import reading
from saola.server.registries.invented import mark
from saola.units import invented
from saola.units.written import Written
from saola.workspace import SETTINGS, Workspace

if TYPE_CHECKING:
    from saola.server.population.search import Found  # a model: Django has to be set up first

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The population register.")


def _write(invented: Iterable[pl.DataFrame], out: Path) -> None:
    blocks, rows = map(mark, invented), 0
    if out.suffix.lower() == ".parquet":
        reading.in_blocks(blocks, out)
        rows = pl.scan_parquet(out).select(pl.len()).collect().item()
    else:
        with out.open("wb") as stream:
            for block in blocks:
                block.write_csv(stream, include_header=not rows)
                rows += block.height
    one, many = "{n} record was written to {file}.", "{n} records were written to {file}."
    screen.say(language.plural(one, many, rows, file=out))


def _communes(home: Path) -> list[str]:
    """Give the communes of an invented country: no invented people live in a real one."""
    if not (home / SETTINGS).is_file():
        return []
    workspace = Workspace.open(home)
    if not invented(workspace.country):
        return []
    return sorted(Written(workspace.units, workspace.country).standing)


@app.command()
def generate(
    ctx: typer.Context,
    persons: int = typer.Argument(..., help="How many persons."),
    out: Path = typer.Option(..., "--out", "-o", help="Where they go: CSV or Parquet."),
    seed: int = typer.Option(1, help="The same seed gives the same file."),
    moved: float = typer.Option(0.0, help="Share of second records with another commune."),
    register: bool = typer.Option(False, help="All items of the register, for an intake."),
    faulty: float = typer.Option(0.10, help="With --register: share of rows with a fault."),
) -> None:
    """Invent people with second records and mistakes, the truth in column `person`.

    With `--register` the file has the register's items instead, and the truth in column `fault`;
    people live in the communes of the workspace where its country is invented.

    Example: saola population generate 10000 --seed 7 -o people.csv
    """
    if register:
        communes = _communes(folder_of(ctx))
        _write(register_file.blocks(persons, seed=seed, faulty=faulty, communes=communes), out)
    else:
        faults = synthetic.Faults(moved=moved)
        _write([synthetic.people(persons, seed=seed, faults=faults)], out)


@app.command("import")
def take_in(
    ctx: typer.Context,
    file: Path = typer.Argument(None, help="CSV, XLSX, JSON Lines or Parquet."),
    *,
    resume: intake.Resume = False,
    undo: intake.Undo = 0,
    dry_run: intake.Rehearse = False,
    column: intake.Columns = [],  # noqa: B006  (Typer copies a default, and shows it in the help)
    as_json: intake.AsJson = False,
) -> None:
    """Take a file of persons into the register.

    Sound rows are committed; faulty and doubtful ones go, with their reasons, into a file beside
    the input, which can be corrected and taken in again.

    Example: saola population import people.csv
    """
    home = prepare(ctx)
    from saola.server.population.register import register  # noqa: PLC0415  (Django is set up now)

    intake.take_in(
        register(),
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
    """Attach a folder of scans to the persons whose numbers their names bear.

    A file is named by the personal number, and by its page where it has one:
    `001190012345.pdf`, `001190012345_p3.jpg`; the folder it lies in is its book. Run it again
    after a stop: a file attached already is not doubled.

    Example: saola population scans births-1998 --book "Births 1998, commune Phúc Lâm"
    """
    scans.take_in("population", folder, home=prepare(ctx), book=book, as_json=as_json)


@app.command()
def search(
    ctx: typer.Context,
    words: str = typer.Argument(..., help="A number, or a name as far as it is known."),
    officer: str = typer.Option(help="The e-mail address of the officer's account."),
    reference: str = typer.Option(help="The file or request; it is logged, the person sees it."),
    purpose: str = typer.Option("Keep the register", help="Why: one of the officer's purposes."),
    *,
    as_json: bool = typer.Option(False, "--json", help="Write the persons as JSON."),
) -> None:
    """Find persons by number or by name, whatever its tones and order; each find is logged.

    The officer needs a right whose grant allows it, as on the pages. Date of birth, sex and commune
    are shown where the grant has them.

    Example: saola population search "nguyen van hoa" --officer lan@example.org
    --reference "request 17"
    """
    prepare(ctx)
    from saola.server.identity.models import Account  # noqa: PLC0415  (Django is set up now)
    from saola.server.population import search as finder  # noqa: PLC0415  (Django is set up now)
    from saola.server.registries import officers  # noqa: PLC0415  (Django is set up now)

    account = Account.objects.filter(email=officer.lower()).first()
    if account is None:
        raise InputError("account-unknown", found=officer)
    reader = officers.reader(account, "saola.server.population", reference=reference)
    grant = reader.grant(purpose, finder.SHOWN)
    shown, digits = finder.SHOWN | (finder.BESIDE & grant.fields), words.replace(" ", "")
    hits = finder.by_number(digits) if digits.isdigit() else finder.by_name(words, grant=grant)
    seen = finder.log(hits, reader=reader, purpose=purpose, now=screen.now(), fields=shown)
    found = finder.told(seen, shown)
    if as_json:
        screen.write_json([asdict(each) for each in found])
    elif found:
        _show(found, shown)
    else:
        screen.say("Nobody was found.")


def _show(found: list["Found"], shown: frozenset[str]) -> None:
    """Print the persons as a table, with the columns that may be shown."""
    from saola.server.population.words import VALUES  # noqa: PLC0415  (Django is set up now)

    sexes = {code: language.text(name) for code, name in VALUES["sex"].items()}
    columns = {
        "Record": [
            f"{each.person} → {each.merged}" if each.merged else each.person for each in found
        ],
        "Full name": [each.name for each in found],
        "Date of birth": [each.born and language.date(each.born, style="medium") for each in found],
        "Sex": [sexes.get(each.sex or "") for each in found],
        "Personal number": [each.number for each in found],
        "Commune": [each.commune for each in found],
        # A former number or another name found them: else nobody would know why they are here.
        "Found": [each.text for each in found],
    }
    asked = {"Date of birth": "born", "Sex": "sex", "Commune": "residences"}
    told = [head for head in columns if asked.get(head, "names") in shown]
    if all(each.text in (each.name, each.number) for each in found):
        told.remove("Found")
    rows = zip(*(columns[head] for head in told), strict=True)
    screen.show("", [language.text(head) for head in told], list(rows))


@app.command()
def snapshot(ctx: typer.Context) -> None:
    """Write the register as Parquet for statistics.

    Example: saola population snapshot
    """
    home = prepare(ctx)
    from saola.server.population import snapshot as writer  # noqa: PLC0415  (Django is set up now)

    typer.echo(writer.write(home, today=screen.today(home)))


@app.command()
def review(
    ctx: typer.Context,
    least: float = typer.Option(0.5, help="The lowest probability that somebody should look at."),
    memory: float = typer.Option(4.0, help="Memory for the search, in GiB; the rest is spilt."),
) -> None:
    """Look for records that may be one person, and queue the pairs for the clerks.

    More than six million persons are searched in partitions; a search cut short goes on.

    Example: saola population review
    """
    home = prepare(ctx)
    from saola.server.population import review as queue  # noqa: PLC0415  (Django is set up now)

    spill = home / "files" / "spill"
    with screen.progress("Linking") as told:
        found = queue.fill(spill, now=screen.now(), least=least, memory_gib=memory, progress=told)
    one, many = "{n} pair was added to the queue.", "{n} pairs were added to the queue."
    screen.say(language.plural(one, many, found))


@app.command()
def protection(
    ctx: typer.Context,
    start: str = typer.Option(..., "--from", help="The first day, such as 2026-01-01."),
    end: str = typer.Option(..., "--to", help="The last day."),
) -> None:
    """Write the report on data protection as JSON: uses, refusals, copies, corrections.

    Example: saola population protection --from 2026-01-01 --to 2026-12-31
    """
    days = []
    for said in (start, end):
        try:
            days.append(dt.date.fromisoformat(said))
        except ValueError:
            raise InputError("day-malformed", found=said) from None
    prepare(ctx)
    from saola.server.population import protection as writer  # noqa: PLC0415  (Django is set up now)

    found = writer.report(*days)
    typer.echo(json.dumps(asdict(found), default=str, ensure_ascii=False, indent=1))
