"""Every option, page, framework and error code is documented."""

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from saola import errors, frameworks
from saola.cli.verbs import VERBS

DOCS = Path(__file__).parents[2] / "docs"
SOURCE = Path(errors.__file__).parent
TEXTS = SOURCE / "locale" / "errors"

sys.path.insert(0, str(DOCS))
from generate import addresses, commands, pages  # noqa: E402  (the folder has to be on the path first)

CODE = re.compile(
    r"(?:(?:Input|State|Dependency|Integrity)Error|fault)\(\s*\"([a-z0-9]+-[a-z0-9-]+)\""
)
WRITTEN = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md")))


def test_every_error_raised_has_its_texts() -> None:
    """A code that the source raises is in the catalogue, and so on the page of codes."""
    raised = {
        code
        for path in SOURCE.rglob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }

    assert set() == raised - set(errors.catalogue())


def test_no_error_is_worded_twice() -> None:
    """Each code stands in one file: of two, one would be told with the other's words."""
    files = [
        tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(TEXTS.glob("*.toml"))
    ]
    counted = Counter(code for file in files for code in file)

    assert [] == [code for code, times in counted.items() if times > 1]


def test_every_error_has_a_section() -> None:
    """The page of codes names each of them."""
    found = set(re.findall(r"^## ([a-z0-9_-]+)$", pages()["errors"], re.MULTILINE))

    assert set(errors.catalogue()) == found


def test_every_framework_has_a_section() -> None:
    """The page of frameworks names each of them."""
    found = set(re.findall(r"^## ([a-z0-9-]+)$", pages()["frameworks"], re.MULTILINE))

    assert set(frameworks.catalogue()) == found


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda value: str(value)[:40])
def test_every_command_and_option_has_a_help_text(name: str, command: object) -> None:
    """Each command says what it does; each option and argument what it means."""
    silent = [p.name for p in command.params if p.name != "help" and not p.help]  # type: ignore[attr-defined]  # a Click command

    assert getattr(command, "help", ""), name
    assert [] == silent


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_is_shown_in_a_guide(verb: str) -> None:
    """Beside the reference, a guide or the tutorial uses the verb in an example."""
    assert f"saola {verb}" in WRITTEN or re.search(rf"saola --home \S+ {verb}", WRITTEN)


def test_every_page_says_what_it_does() -> None:
    """Each address of ours has a view whose first line the page of addresses shows."""
    found = list(addresses())

    assert {"home", "ranking", "unit", "compare", "map", "method"} <= {name for _, name, _ in found}
    assert [] == [path for path, _, said in found if not said]
