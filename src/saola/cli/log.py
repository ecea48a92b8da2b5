"""`saola log`: take the audit log away and check it without its server."""

import datetime as dt
import json
import time
from pathlib import Path

import typer

from saola.cli.identity import prepare
from saola.errors import InputError
from saola.language import text

GRACE = dt.timedelta(days=1)  # how long expired rows stay, so that their late use is noticed

app = typer.Typer(add_completion=False, help="The audit log: export it, check it.")


@app.command("verify")
def verify(
    file: Path = typer.Argument(help="An exported log."),
    key: str = typer.Option("", help="The log's verifier key, got from elsewhere."),
    as_json: bool = typer.Option(False, "--json", help="Say it in JSON."),
) -> None:
    """Check every leaf, commitment and checkpoint of an exported log; no server is needed.

    Example: saola log verify saola-log.jsonl
    """
    from saola.server.identity.audit import verify as checking  # noqa: PLC0415  (Django is set up now)

    try:
        with file.open(encoding="utf-8") as lines:
            verdict = checking.verify(lines, key=key, where=str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("log-malformed", where=str(file), found=type(error).__name__) from error
    if as_json:
        typer.echo(json.dumps({name: getattr(verdict, name) for name in verdict.__slots__}))
        return
    said = "{leaves} leaves and {checkpoints} checkpoints hold; {covered} leaves are signed."
    typer.echo(
        text(said, leaves=verdict.leaves, checkpoints=verdict.checkpoints, covered=verdict.covered)
    )
    if not verdict.trusted:
        typer.echo(text("The key is the file's own claim; compare it: {key}", key=verdict.key))


@app.command("export")
def export(
    ctx: typer.Context, file: Path = typer.Argument(help="Where to write; JSON lines.")
) -> None:
    """Number what waits, sign a checkpoint and write the whole log, without personal data.

    Example: saola log export saola-log.jsonl
    """
    prepare(ctx)
    from saola.server.identity.audit import export as exporting  # noqa: PLC0415  (Django is set up now)
    from saola.server.identity.audit import sequence as sequencing  # noqa: PLC0415  (Django is set up now)

    sequencing.sequence()
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(line + "\n" for line in exporting.export())


@app.command("sequence")
def sequence(
    ctx: typer.Context,
    every: int = typer.Option(0, min=0, help="Do it again after so many seconds, until stopped."),
) -> None:
    """Number the events that wait and sign a checkpoint; saola serve does it each minute.

    Example: saola log sequence
    """
    prepare(ctx)
    from django.db import DatabaseError, close_old_connections  # noqa: PLC0415

    from saola.server.identity import tidying  # noqa: PLC0415  (Django is set up now)
    from saola.server.identity.audit import sequence as sequencing  # noqa: PLC0415  (Django is set up now)

    while True:
        try:
            sequencing.sequence()
            tidying.tidy(GRACE)
        except DatabaseError as error:
            if not every:
                raise
            typer.echo(str(error), err=True)
        if not every:
            return
        close_old_connections()
        time.sleep(every)


@app.command("key")
def key(ctx: typer.Context) -> None:
    """Print the verifier key of this installation's log, to be published elsewhere.

    Example: saola log key
    """
    prepare(ctx)
    from saola.server.identity.audit import note  # noqa: PLC0415  (Django is set up now)
    from saola.server.identity.audit import sequence as sequencing  # noqa: PLC0415  (Django is set up now)
    from saola.server.identity.provider import keys  # noqa: PLC0415  (Django is set up now)

    typer.echo(note.verifier(sequencing.origin(), keys.log_key().public))
