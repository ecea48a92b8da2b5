"""Every word on a page is said in three languages."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

import saola
from saola.language import _messages, pick, use
from saola.reports.subject import KINDS
from saola.server.configuration import Configuration
from saola.server.portal import people, urls, view
from saola.server.portal.figure import FORMS, together
from saola.server.portal.figures import FIGURES
from saola.server.portal.plain import sentences
from saola.server.portal.templatetags import saola as tags

ROOT = Path(saola.__file__).parent
_TAG = re.compile(r"""{% (t|tn) (?:"([^"]+)"|'([^']+)')(?: "([^"]+)")?([^%]*)%}""")
_ABOUT = re.compile(r'about="(\w+)"')
_SAYERS = {"text", "plural", "Entry"}


def in_templates() -> set[tuple[str | None, str]]:
    """Sentences of the templates, with their context."""
    found: set[tuple[str | None, str]] = set()
    for file in sorted(ROOT.glob("server/portal/templates/**/*")):
        if file.is_file():
            for _, double, single, _, rest in _TAG.findall(file.read_text(encoding="utf-8")):
                about = _ABOUT.search(rest)
                found.add((about.group(1) if about else None, double or single))
    return found


def in_code() -> set[tuple[str | None, str]]:
    """Sentences in the code of charts, portal and `saola serve`."""
    files = [*ROOT.glob("server/portal/**/*.py"), *ROOT.glob("charts/*.py"), ROOT / "cli/serve.py"]
    files.append(ROOT / "server/rooms.py")
    found: set[tuple[str | None, str]] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or _name(node.func) not in {*_SAYERS, "words"}:
                continue
            if _name(node.func) == "words":
                said = [keyword.value for keyword in node.keywords]
            else:
                said = node.args[:1]
            found |= {(None, each.value) for each in said if isinstance(each, ast.Constant)}
    return found


def in_tables() -> set[tuple[str | None, str]]:
    """Words that code looks up by a code: kinds of unit, groups of people, names of figures."""
    tables = (people.GROUPS, KINDS, tags.FIGURE_NAMES)
    return {(None, word) for table in tables for word in table.values()}


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@pytest.mark.parametrize("lang", ["vi", "fr"])
def test_every_sentence_is_translated(lang: str) -> None:
    """No sentence of a page, a chart or the verb `serve` is left in English."""
    known = _messages(lang)

    assert [] == sorted(
        str(key) for key in in_templates() | in_code() | in_tables() if key not in known
    )


def test_templates_hold_no_bare_words() -> None:
    """What people read in a template is said through a tag, so that it can be translated."""
    bare = []
    for file in sorted(ROOT.glob("server/portal/templates/**/*.html")):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"&lt;.*?&gt;|{%.*?%}|{{.*?}}|<[^>]+>|&\w+;", " ", text, flags=re.DOTALL)
        words = set(re.findall(r"[A-Za-zÀ-ỹ]{3,}", text)) - {"Saola", "UTC", "demo", "new", "score"}
        bare += [(file.name, word) for word in sorted(words - {"saola"})]

    assert [] == bare


def test_every_page_choice_figure_and_form_is_documented() -> None:
    """The guide to the site names each address, each choice, each figure and each form."""
    guide = (ROOT.parents[1] / "docs" / "guides" / "site.md").read_text(encoding="utf-8")
    heads = [str(each.pattern).split("<")[0].rstrip("/") for each in urls.urlpatterns]
    words = [*view.ASKED, *FIGURES, *FORMS, *(field.name for field in fields(Configuration))]

    assert [] == [head for head in heads if f"/en/{head}" not in guide]
    assert [] == [word for word in words if f"`{word}`" not in guide and f"`.{word}`" not in guide]


@pytest.mark.parametrize("lang", ["vi", "en", "fr"])
def test_rules_say_categories_in_words(lang: str) -> None:
    """The method page never shows the code of a category that has words."""
    found = saola.framework("online-activity")
    rule = found.indicator_of["plan-adopted"].rule
    with use(lang):
        lines = sentences(found, rule)
        words = [pick(found.word_of("plan", word)) for word, _ in rule.tiers]

    assert all(line.startswith(word) for line, word in zip(lines[1:], words, strict=True))
    assert lang == "en" or not [line for line in lines if "funded" in line or "draft" in line]


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ([], ""),
        (["UN, Survey 2022"], "UN, Survey 2022"),
        (["UN, Survey 2003", "UN, Survey 2022", "UN, Survey 2010"], "UN, Survey 2003–2022"),
        (["Decision 922/QD-BTTTT", "", "Decision 922/QD-BTTTT"], "Decision 922/QD-BTTTT"),
        (["Law 12 of 2020", "UN, Survey 2022"], "Law 12 of 2020; UN, Survey 2022"),
        (["Law of 2020, changed 2021", "Law of 2020, changed 2022"],
         "Law of 2020, changed 2021; Law of 2020, changed 2022"),
    ],
)  # fmt: skip
def test_editions_are_named_by_their_range(sources: list[str], said: str) -> None:
    """A line over many editions names them all, not the last alone."""
    assert said == together(sources)
