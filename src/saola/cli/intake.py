"""What the verbs of both registers do with an intake: a bar while it works, then its counts."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from saola import language
from saola.cli import screen
from saola.errors import InputError

Resume = Annotated[bool, typer.Option(help="Go on with an intake of this file that stopped.")]
Undo = Annotated[int, typer.Option(help="Take back the batch of this number.")]
Rehearse = Annotated[bool, typer.Option("--dry-run", help="Check the file and write nothing.")]
Columns = Annotated[
    list[str],
    typer.Option(
        help="A column's meaning, field=head, or a value for all rows, field==value; may repeat."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write the outcome as JSON.")]


def take_in(
    register: Any,
    file: Path | None,
    *,
    home: Path,
    resume: bool,
    undo: int,
    dry_run: bool,
    column: list[str],
    as_json: bool,
) -> None:
    """Take a file into a register, rehearse it, go on with it, or take a batch back.

    Raises:
        InputError: If neither a file nor a batch is named.
    """
    from saola.server.registries import intake  # noqa: PLC0415  (Django is set up by now)

    if undo:
        intake.undo(register, undo, now=screen.now)
        screen.say("Batch {batch} was undone.", batch=undo)
        return
    if file is None:
        raise InputError("file-unnamed", where="FILE")
    if dry_run:
        today, said = screen.today(home), given(column)
        found = intake.rehearse(register, file, home=home, today=today, given=said)
    else:
        with screen.progress("Taking in") as told:
            found = intake.run(
                register,
                file,
                home=home,
                who=screen.who(),
                now=screen.now,
                resume=resume,
                given=given(column),
                progress=told,
            )
    _say(register.name, found, as_json=as_json)


def given(column: list[str]) -> dict[str, str]:
    """Read what is said of columns: field → head, or `=value` for every row.

    Raises:
        InputError: If a text has no `=`.
    """
    for item in column:
        if "=" not in item:
            raise InputError("column-malformed", where="--column", found=item)
    return dict(item.partition("=")[::2] for item in column)


def say_encoding(encoding: str) -> None:
    """Say that text of before Unicode was converted, where it was."""
    if encoding:
        screen.say("The text was {encoding} and was converted.", encoding=encoding)


def _say(register: str, found: Any, *, as_json: bool) -> None:
    facts = {"read": found.read, "accepted": found.accepted, "aside": found.aside}
    facts |= {"review": found.review}
    if as_json:
        more = {
            "batch": found.batch,
            "encoding": found.encoding,
            "corrects": found.corrects,
            "foreign": found.foreign,
            "file": found.file and str(found.file),
            "communes_checked": not found.unchecked,
            "carried": found.carried,
        }
        typer.echo(json.dumps(facts | more | {"reasons": dict(found.reasons)}))
        return
    said = language.plural(
        "{n} row read: {accepted} accepted, {aside} set aside, {review} to review.",
        "{n} rows read: {accepted} accepted, {aside} set aside, {review} to review.",
        found.read,
        **{name: language.number(count) for name, count in facts.items()},
    )
    screen.say(said)
    _say_reasons(register, found.reasons)
    say_encoding(found.encoding)
    _say_communes(found)
    if found.corrects:
        batches = ", ".join(map(str, found.corrects))
        screen.say("This file corrects rows set aside by intake {batches}.", batches=batches)
    if found.foreign:
        foreign = language.number(found.foreign)
        said = "Rows that name an intake from elsewhere, taken as new rows: {count}"
        screen.say(said, count=foreign)
    if found.file:
        screen.say("Rows to correct: {file}", file=found.file)


def _say_communes(found: Any) -> None:
    """Say whether communes were checked, and of how many rows they are now another."""
    if found.unchecked:
        screen.say("Communes were not checked: this workspace knows none (saola units import).")
    if found.carried:
        count = language.number(found.carried)
        screen.say("Rows whose commune went as a whole into another, kept there: {n}", n=count)


def _say_reasons(register: str, reasons: Counter[str]) -> None:
    """Say why rows were not accepted, in the words of the pages, the most frequent first."""
    from saola.server.registries import known, words  # noqa: PLC0415  (Django is set up by now)

    of = known.get(register)
    for code, count in reasons.most_common():
        said = words.reason(of, code)
        screen.say("{count} × {reason}", count=language.number(count), reason=said)
