"""What the verbs of both registers do with an intake: a bar while it works, then its counts."""

import json
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
        raise InputError("intake-file", found="")
    given = dict(item.partition("=")[::2] for item in column)
    if dry_run:
        found = intake.rehearse(register, file, home=home, today=screen.now().date(), given=given)
    else:
        with screen.progress("Taking in") as told:
            found = intake.run(
                register,
                file,
                home=home,
                who=screen.who(),
                now=screen.now,
                resume=resume,
                given=given,
                progress=told,
            )
    _say(found, as_json=as_json)


def _say(found: Any, *, as_json: bool) -> None:
    facts = {"read": found.read, "accepted": found.accepted, "aside": found.aside}
    facts |= {"review": found.review}
    if as_json:
        more = {
            "batch": found.batch,
            "encoding": found.encoding,
            "file": found.file and str(found.file),
        }
        typer.echo(json.dumps(facts | more | {"reasons": dict(found.reasons)}))
        return
    screen.say(
        "{read} rows read: {accepted} accepted, {aside} set aside, {review} to review.",
        **{name: language.number(count) for name, count in facts.items()},
    )
    if found.encoding:
        screen.say("The text was {encoding} and was converted.", encoding=found.encoding)
    if found.file:
        screen.say("Rows to correct: {file}", file=found.file)
