"""Reference pages made from the code itself, so that nothing can be left out of them."""

import os
import re
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from saola import errors, frameworks, language
from saola.cli.verbs import VERBS
from saola.connect.costs import costs
from saola.frameworks.tree import depth_of, points_of


def write_reference(folder: Path) -> None:
    """Write every generated page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (folder / f"{name}.md").write_text(page, encoding="utf-8")


def pages() -> dict[str, str]:
    """Make the generated pages by name."""
    return {
        "errors": "\n".join(_errors()),
        "command": "\n".join(_command()),
        "frameworks": "\n".join(_frameworks()),
        "pages": "\n".join(_pages()),
        "connect-costs": "\n".join(_costs()),
    }


# -- errors ---------------------------------------------------------------------------------------


def _errors() -> Iterator[str]:
    yield "# Error codes\n"
    yield (
        "Every error has a code that does not change. Its kind says what to do: *input*, mend the "
        "input; *state*, do something else first; *dependency*, install or start something; "
        "*integrity*, stop, for data would be lost.\n"
    )
    for code, entry in sorted(errors.catalogue().items()):
        yield f"({code})=\n## {code}\n"
        yield f"*{entry['kind']}*\n"
        for part, name in (("title", "Message"), ("expected", "Expected"), ("fix", "Remedy")):
            if part in entry:
                yield f"- {name}: {_plain(entry[part]['en'])}"
        yield ""


def _plain(text: str) -> str:
    return text.replace("<", "&lt;").replace("[[", "\\[\\[").replace("{", "\\{").replace("*", "\\*")


# -- the command ----------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, Any]]:
    """Give every command with its full name."""
    for name, (module, _, _) in VERBS.items():
        found = typer.main.get_command(import_module(f"saola.cli.{module}").app)
        yield from _below(f"saola {name}", found)


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for part, child in getattr(command, "commands", {}).items():
        yield from _below(f"{name} {part}", child)


def _command() -> Iterator[str]:
    yield "# The command\n"
    yield (
        "`saola [--home FOLDER] [--lang vi|en|fr] VERB …`. `--home` names the workspace, else "
        "`$SAOLA_HOME`, else `./saola-home`; `--lang`, `$SAOLA_LANG` or else the terminal's "
        "`LC_ALL`, `LC_MESSAGES` or `LANG` the language of messages and of `--help`. "
        "Exit codes: 0 done, 1 done with rows set aside, 2 the input is wrong, 3 something else "
        "has to be done first, 4 a part is missing, 5 data would be lost.\n"
    )
    for name, command in commands():
        level = "##" if name.count(" ") == 1 else "###"
        yield f"{level} {name}\n"
        yield f"{_help(command)}\n"
        for parameter in command.params:
            if parameter.name != "help":
                yield f"- {_parameter(parameter)}"
        yield ""


def _help(command: Any) -> str:
    lines = (command.help or "").replace("\f", "").splitlines()
    return "\n".join(
        f"\n`{line.strip().removeprefix('Example: ')}`\n" if "Example:" in line else line
        for line in lines
    )


def _parameter(parameter: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    if parameter.param_type_name == "argument":
        names = f"`{parameter.name.upper()}`"
    default = parameter.default
    shown = default not in (None, "", False, ()) and not callable(default)
    return f"{names}: {parameter.help}" + (f" Default: `{default}`." if shown else "")


# -- pages ----------------------------------------------------------------------------------------


def addresses() -> Iterator[tuple[str, str, str]]:
    """Give every address of our own with its name and what it does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saola.server.settings")
    os.environ.setdefault("SAOLA_HOME", tempfile.mkdtemp(prefix="saola-docs-"))
    import django  # noqa: PLC0415  (its settings are named just above)
    from django.urls import get_resolver  # noqa: PLC0415

    django.setup()
    yield from _under("/", get_resolver().url_patterns)


def _under(prefix: str, patterns: list[Any]) -> Iterator[tuple[str, str, str]]:
    for each in patterns:
        path = prefix + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from _under(path, each.url_patterns)
        elif each.callback.__module__.startswith("saola."):
            view = getattr(each.callback, "view_class", each.callback)
            said = (view.__doc__ or "").strip().partition("\n")[0]
            yield re.sub(r"^/[a-z]{2}/", "/LANGUAGE/", path), each.name or "", said


def _pages() -> Iterator[str]:
    yield "# Pages and addresses\n"
    yield "`LANGUAGE` is `vi`, `en` or `fr`.\n"
    yield "| address | what it does |"
    yield "|---|---|"
    for path, _, said in sorted(set(addresses())):
        yield f"| `{path}` | {said} |"


# -- frameworks -----------------------------------------------------------------------------------


def _frameworks() -> Iterator[str]:
    yield "# Shipped frameworks\n"
    for code, edition in sorted(frameworks.catalogue().items()):
        yield f"## {code}\n"
        said = language.pick(edition.description, "en")
        yield f"**{language.pick(edition.label, 'en')}**. {said}\n"
        yield f"- Valid: {'–'.join(dict.fromkeys(part for part in edition.valid if part))}"
        yield f"- Units: `{edition.units}`"
        yield f"- Equal values: {edition.tie}; missing indicators: {edition.missing}"
        yield f"- Complete: {'yes' if edition.complete else 'no, totals are only carried'}"
        yield f"- Source: {edition.source}\n"
        yield "| node or indicator | name | points | rule | inputs |"
        yield "|---|---|---|---|---|"
        yield from _tree(edition)
        yield ""


def _tree(edition: frameworks.Framework) -> Iterator[str]:
    totals = points_of(edition).sum(axis=1)
    points = dict(zip((node.id for node in edition.nodes), totals, strict=True))
    for item in edition.items:
        leaf = edition.indicator_of.get(item.id)
        indent = "· " * depth_of(edition, item.id)
        worth = leaf.points if leaf else points[item.id]
        rule = leaf.rule.kind if leaf else ""
        inputs = ", ".join(f"`{ref}`" for ref in leaf.rule.references) if leaf else ""
        label = language.pick(item.label, "en")
        yield f"| {indent}`{item.id}` | {label} | {float(worth):g} | {rule} | {inputs} |"


# -- costs of connection --------------------------------------------------------------------------


def _costs() -> Iterator[str]:
    yield "# Costs of connection\n"
    yield (
        "US dollars of the price year, low / middle / high; a life in years after which it is "
        "bought again. *sourced*: published figures; *between*: set between published figures that "
        "differ; *convention*: ours, put your own in its place (`[costs]` in the plan's file).\n"
    )
    yield "| item | per | capex | opex a year | life | price year | how sure | source |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in costs().values():
        capex, opex = (" / ".join(f"{value:g}" for value in each) for each in (row.capex, row.opex))
        yield (
            f"| `{row.item}` | {row.per} | {capex} | {opex} | {row.life_years} | {row.price_year} "
            f"| {row.confidence} | {_plain(row.source)} |"
        )
    yield ""
