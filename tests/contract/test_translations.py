"""Everything a person reads is in three languages."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
from babel.messages.pofile import read_po

from saola import language
from saola.cli import spoken as spoken_help
from saola.cli.verbs import VERBS

SOURCE = Path(language.__file__).parent
SPEAKERS = {"text", "plural", "say", "progress"}
TEMPLATE = re.compile(r"""\{%-?\s*t\s+(?:"([^"]+)"|'([^']+)')""")


def spoken(tree: ast.AST) -> Iterator[str]:
    """Find the sentences of calls that speak, and of lists named `heads`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in SPEAKERS:
                yield from (a.value for a in node.args[:1] if isinstance(a, ast.Constant))
        if isinstance(node, ast.Tuple):  # the singular and the plural of a sentence
            pair = [item.value for item in node.elts if isinstance(item, ast.Constant)]
            if len(pair) == 2 and all("{n}" in str(said) for said in pair):
                yield str(pair[0])
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "heads":
            for item in ast.walk(node.value):
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield item.value


def sentences() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        if "saola.language" in code or "from saola import" in code or "cli" in path.parts:
            for sentence in spoken(ast.parse(code)):
                if isinstance(sentence, str) and re.search(r"[A-Za-z]{2}", sentence):
                    found[sentence] = path.relative_to(SOURCE).as_posix()
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        for one, other in TEMPLATE.findall(path.read_text(encoding="utf-8")):
            found[one or other] = path.relative_to(SOURCE).as_posix()
    for _, group, said in VERBS.values():
        found[group] = found[said] = "cli/verbs.py"
    return found


@pytest.mark.parametrize("lang", ["vi", "fr"])
def test_every_sentence_is_translated(lang: str) -> None:
    """No sentence of the command, the pages or the charts is left in English."""
    known = {key for _, key in language._messages(lang)}  # noqa: SLF001  (the catalogue itself)
    missing = {s: place for s, place in sentences().items() if s not in known}

    assert {} == missing


@pytest.mark.parametrize("lang", ["vi", "fr"])
def test_translations_keep_the_facts(lang: str) -> None:
    """A translated sentence has the same braces as the English one."""
    braces = re.compile(r"\{\w+\}")
    wrong = [
        key
        for (_, key), forms in language._messages(lang).items()  # noqa: SLF001
        for form in forms
        if set(braces.findall(key)) - {"{n}"} != set(braces.findall(form)) - {"{n}"}
    ]

    assert [] == wrong


@pytest.mark.parametrize("lang", ["vi", "fr"])
def test_no_sentence_has_two_translations(lang: str) -> None:
    """All catalogues speak as one: a word that means two things has a context or another word."""
    said: dict[tuple[str | None, object], set[object]] = {}
    for file in sorted((SOURCE / "locale" / lang).glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=lang):
                if message.id:
                    forms = message.string
                    one = forms if isinstance(forms, str) else tuple(forms)
                    said.setdefault((message.context, message.id), set()).add(one)

    assert {} == {key: found for key, found in said.items() if len(found) > 1}


def helps() -> set[str]:
    """Find the paragraphs of help of every command and option; examples are to be typed."""
    root: Any = typer.main.get_command(import_module("saola.cli.main").root)
    found: set[str] = set()
    rest = [root, *(root.get_command(typer.Context(root), name) for name in VERBS)]
    while rest:
        command = rest.pop()
        rest += getattr(command, "commands", {}).values()
        for each in (command, *command.get_params(typer.Context(command))):
            found.update(spoken_help.paragraphs(getattr(each, "help", "") or ""))
    return {each for each in found if each and not each.startswith(spoken_help.EXAMPLE)}


@pytest.mark.parametrize("lang", ["vi", "fr"])
def test_every_help_is_translated(lang: str) -> None:
    """What `--help` says of verbs, arguments and options is in every language."""
    known = {key for _, key in language._messages(lang)}  # noqa: SLF001  (the catalogue itself)
    frame = {spoken_help.EXAMPLE, spoken_help.USAGE, *spoken_help.TITLES.values()}

    assert set() == (helps() | frame) - known


def french() -> Iterator[tuple[str, str]]:
    """Find every French text of catalogues and data, and where it stands."""
    for forms in language._messages("fr").values():  # noqa: SLF001  (the catalogue itself)
        yield from (("locale/fr", form) for form in forms)
    for path in sorted(SOURCE.rglob("*.toml")):
        written = path.read_text(encoding="utf-8")
        for found in re.findall(r'\bfr = "((?:[^"\\]|\\.)*)"', written):
            yield path.relative_to(SOURCE).as_posix(), found


def test_french_texts_are_spaced_as_french_is() -> None:
    """A narrow space that does not break stands before ; ! ?, one that does not break before :.

    Source: Lexique des règles typographiques en usage à l'Imprimerie nationale.
    """
    wrong = re.compile(
        r"[^\u202f\s][;!?](?=\s|$)|[ \u00a0][;!?](?=\s|$)|[^\u00a0\s]:(?=\s|$)|[ \u202f]:(?=\s|$)"
        r"|«(?!\u00a0)|(?<!\u00a0)»"
    )
    typed = re.compile(r"`[^`]*`")
    found = {said: place for place, said in french() if wrong.search(typed.sub("", said))}

    assert {} == found
