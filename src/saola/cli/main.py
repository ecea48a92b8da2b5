"""The command's root: its options, its verbs and how an error leaves it."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import typer
from typer._click import Command, Context, HelpFormatter  # what Typer re-exports of Click
from typer.core import TyperGroup

from saola import __version__, disk, language
from saola.cli.spoken import USAGE, asked, said, speaking
from saola.cli.verbs import VERBS
from saola.errors import SaolaError, StateError

EXIT_INPUT = 2
EXIT_CODES = {"input": EXIT_INPUT, "state": 3, "dependency": 4, "integrity": 5}


class Verbs(TyperGroup):
    """A group that imports the file of a verb only when that verb is called."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002  (Click's signature)
        """Name the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002
        """Import one verb."""
        if cmd_name not in VERBS:
            return None
        module, _, _ = VERBS[cmd_name]
        found: Command = typer.main.get_command(import_module(f"saola.cli.{module}").app)
        found.name = cmd_name
        return speaking(found)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the table of verbs without importing them."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] VERB …", language.text(USAGE))
        formatter.write_paragraph()
        formatter.write_text(said(str(self.help)))
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, (_, group, line) in VERBS.items():
            groups.setdefault(group, []).append((name, language.text(line)))
        for group, rows in groups.items():
            with formatter.section(language.text(group)):
                formatter.write_dl(rows)
        for each in self.get_params(ctx):
            vars(each).update(help=said(getattr(each, "help", None) or ""))
        self.format_options(ctx, formatter)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write nothing: the table above has them."""


root = typer.Typer(cls=Verbs, add_completion=False, pretty_exceptions_enable=False)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"saola {__version__}")
        raise typer.Exit


@root.callback()
def saola(
    ctx: typer.Context,
    home: str = typer.Option(
        "", envvar="SAOLA_HOME", help="The workspace folder [default: ./saola-home]."
    ),
    lang: Literal["vi", "en", "fr"] | None = typer.Option(
        None, envvar="SAOLA_LANG", help="The language of messages [default: the terminal's]."
    ),
    version: bool = typer.Option(  # noqa: ARG001  (handled by its callback)
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Measure a country's digital transformation and plan how to leave no one offline."""
    ctx.obj = {"home": home or "saola-home", "named": bool(home)}
    if lang:
        language.speak(lang)


def main(args: list[str] | None = None) -> None:
    """Run the command; an error is shown as one message and an exit code, never as a traceback."""
    language.speak(asked(sys.argv[1:] if args is None else args))
    try:
        root(args=args, prog_name="saola")
    except SaolaError as error:
        typer.echo(_said(error), err=True)
        sys.exit(EXIT_CODES.get(error.kind, 1))
    except Exception as error:
        refused = _refused(error)
        if refused is None:
            raise
        typer.echo(_said(refused), err=True)
        sys.exit(EXIT_CODES[refused.kind])


def _refused(error: Exception) -> StateError | None:
    """Give what the system refused, whichever part says so; None for any other fault."""
    if disk.is_full(error):
        return disk.full(error, getattr(error, "filename", None) or "")
    if isinstance(error, OSError):
        place = str(error.filename or "")
        return StateError("system-refused", where=place, found=error.strerror or error)
    return None


def _said(error: SaolaError) -> str:
    return f"{error.message()} [{error.code}]"


def workspace_of(ctx: typer.Context) -> Any:
    """Open the workspace that the command's options name."""
    from saola.workspace import Workspace  # noqa: PLC0415  (most verbs need none)

    return Workspace.open(ctx.find_root().obj["home"])


def home_of(ctx: typer.Context) -> Path:
    """Give the workspace's folder to a verb that works without one too.

    Raises:
        StateError: `workspace-absent`, where a folder was named that holds none: a misspelled name
            must not pass for no name.
    """
    named = ctx.find_root().obj
    return Path(workspace_of(ctx).home if named["named"] else named["home"])


def folder_of(ctx: typer.Context) -> Path:
    """Give the folder to a verb of the server, which signs people in without a workspace too.

    Raises:
        StateError: `workspace-absent`, where a folder was named that is not there.
    """
    named = ctx.find_root().obj
    home = Path(named["home"]).resolve()
    if named["named"] and not home.is_dir():
        raise StateError("workspace-absent", where=named["home"], found=named["home"])
    return home
