"""Help in the language asked for: Typer keeps it in English, from when its files are imported."""

import inspect
import os
from collections.abc import Sequence
from typing import Any

from typer._click import Command, Context, HelpFormatter  # what Typer re-exports of Click

from saola.language import LANGUAGES, text

ENVIRONMENT = ("SAOLA_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
EXAMPLE, DEFAULT, USAGE = "Example: ", "[default: ", "Usage: "
TITLES = {  # names in `rich_utils`, and what they say
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "ERRORS_PANEL_TITLE": "Error",
    "DEFAULT_STRING": "[default: {}]",
    "ENVVAR_STRING": "[env var: {}]",
    "REQUIRED_LONG_STRING": "[required]",
}


def asked(args: Sequence[str]) -> str:
    """Give the language that `--lang` asks for before the verb, or else the terminal; English else.

    Args:
        args: What stands after the command's name.
    """
    for place, word in enumerate(args):
        option, _, value = word.partition("=")
        if option == "--lang":
            found = value or "".join(args[place + 1 : place + 2])
            return found if found in LANGUAGES else "en"
    told = next(filter(None, (os.environ.get(name) for name in ENVIRONMENT)), "")
    return told[:2] if told[:2] in LANGUAGES and told[2:3] in ("", "_", ".") else "en"


def speaking(command: Command) -> Command:
    """Let a command and those below it show help in the language in use."""
    shown, used = command.format_help, command.get_usage

    def format_help(ctx: Context, formatter: HelpFormatter) -> None:
        _translate(command, ctx)
        shown(ctx, formatter)

    def get_usage(ctx: Context) -> str:
        return used(ctx).replace(USAGE, text(USAGE), 1)

    vars(command).update(format_help=format_help, get_usage=get_usage)
    for each in getattr(command, "commands", {}).values():
        speaking(each)
    return command


def _translate(command: Command, ctx: Context) -> None:
    from typer import rich_utils  # noqa: PLC0415  (slow to import; only help needs it)

    for name, title in TITLES.items():
        setattr(rich_utils, name, text(title))
    each: Any
    for each in (command, *getattr(command, "commands", {}).values(), *command.get_params(ctx)):
        written = getattr(each, "help", None)
        if written and not getattr(each, "spoken", False):
            each.help, each.spoken = escaped(said(written)), True
            if DEFAULT in written:
                each.show_default = False


def paragraphs(written: str) -> list[str]:
    """Give the paragraphs of a help text, a line each."""
    return [" ".join(part.split("\n")) for part in inspect.cleandoc(written).split("\n\n")]


def said(written: str) -> str:
    """Say a help text in the language in use; what is to be typed in an example stays."""
    return "\n\n".join(
        text(EXAMPLE) + part.removeprefix(EXAMPLE) if part.startswith(EXAMPLE) else text(part)
        for part in paragraphs(written)
    )


def escaped(said: str) -> str:
    """Keep what stands in brackets: to Rich it would be markup."""
    return said.replace("[", "\\[")
