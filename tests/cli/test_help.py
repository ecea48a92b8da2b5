"""Help is in the language asked for, wherever that is said."""

import subprocess
import sys

import pytest

from saola import language
from saola.cli import main, spoken


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in spoken.ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def shown(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """Give what the command shows."""
    with language.use("en"), pytest.raises(SystemExit, check=lambda end: end.code == 0):
        main(list(args))
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("lang", "usage", "verb", "option", "example"),
    [
        ("vi", "Cách dùng:", "Nhập một tệp người", "Thu hồi lô có số này", "Ví dụ: saola"),
        ("fr", "Utilisation :", "Reprendre un fichier", "Retirer le lot", "Exemple : saola"),
        ("en", "Usage:", "Take a file of persons", "Take back the batch", "Example: saola"),
    ],
)
def test_help_speaks_the_language_of_the_option(
    capsys: pytest.CaptureFixture[str], lang: str, usage: str, verb: str, option: str, example: str
) -> None:
    """Groups, verbs, options and examples follow `--lang`."""
    group = shown(capsys, "--lang", lang, "population", "--help")
    one = shown(capsys, f"--lang={lang}", "population", "import", "--help")

    assert verb in group
    assert all(said in one for said in (usage, verb, option, example))
    assert "population import people.csv" in one


@pytest.mark.parametrize(
    ("name", "value", "lang"),
    [
        ("SAOLA_LANG", "vi", "vi"),
        ("LANG", "fr_FR.UTF-8", "fr"),
        ("LC_ALL", "vi_VN", "vi"),
        ("LANG", "de_DE.UTF-8", "en"),
        ("LANG", "C.UTF-8", "en"),
        ("LANG", "french", "en"),
    ],
)
def test_without_an_option_the_terminal_says_the_language(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, lang: str
) -> None:
    """The project's own variable counts before the terminal's; other languages are English."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv(name, value)

    assert lang == spoken.asked(["population", "--help"])
    assert "fr" == spoken.asked(["--home", "x", "--lang", "fr", "link"])


def test_the_table_of_verbs_follows_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    """`saola --help` is translated, its own options too, and imports no verb."""
    table = shown(capsys, "--lang", "fr", "--help")

    assert "Afficher la version" in table
    assert "défaut" in table
    assert "Le dossier de l’espace de travail" in table


def test_brackets_of_help_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    """A default in words is shown, and not beside another."""
    said = shown(capsys, "link", "--help")

    assert "[default: where F1 is expected highest]" in said
    assert "[default: 0.0]" not in said


def test_english_needs_no_catalogue() -> None:
    """The start of the command imports neither Babel nor what draws help."""
    code = "import sys, saola.cli.main as m; print({'babel','typer.rich_utils'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "set()" == found.stdout.strip()
