"""Every error Saola raises, sorted by what the reader can do about it.

    SaolaError
    ├── InputError        mend the input
    ├── StateError        do something else first
    ├── DependencyError   install or start something
    └── IntegrityError    stop: data would be lost

The texts live in `locale/errors/<room>.toml`, one table a code, in three languages. A code is
stable: it has a page in the documentation and other systems may test for it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, ClassVar

from saola import language


class SaolaError(Exception):
    """An error that names its place, what was found, what was expected and the remedy.

    Args:
        code: A key of the error catalogue, such as `unit-unknown`.
        where: The place: a file and line, a column, an option.
        found: The value met there.
        facts: Values that the texts of this code ask for by name.
    """

    kind: ClassVar[str] = ""

    def __init__(self, code: str, *, where: str = "", found: object = "", **facts: object) -> None:
        self.code = code
        self.where = where
        self.found = str(found)
        self.facts = {"where": where, "found": self.found, **facts}
        super().__init__(code)

    def _say(self, part: str, lang: str | None) -> str:
        labels: Mapping[str, str] = catalogue()[self.code].get(part, {})
        return language.fill(language.pick(labels, lang), self.facts)

    def title(self, lang: str | None = None) -> str:
        """Say in one sentence what is wrong."""
        return self._say("title", lang)

    def expected(self, lang: str | None = None) -> str:
        """Say what would have been right."""
        return self._say("expected", lang)

    def fix(self, lang: str | None = None) -> str:
        """Say what to do."""
        return self._say("fix", lang)

    def message(self, lang: str | None = None) -> str:
        """Join place, finding, expectation and remedy into one text."""
        place = f"{self.where}: " if self.where else ""
        parts = [place + self.title(lang), self.expected(lang), self.fix(lang)]
        return " ".join(part for part in parts if part)

    def as_dict(self, lang: str | None = None) -> dict[str, str]:
        """Give the parts under their names, for JSON."""
        return {
            "code": self.code,
            "kind": self.kind,
            "where": self.where,
            "found": self.found,
            "title": self.title(lang),
            "expected": self.expected(lang),
            "fix": self.fix(lang),
        }

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), self.code, self.facts)


class InputError(SaolaError):
    """The input is wrong: mend it."""

    kind = "input"


class StateError(SaolaError):
    """Something else has to be done first."""

    kind = "state"


class DependencyError(SaolaError):
    """A part is missing or does not run."""

    kind = "dependency"


class IntegrityError(SaolaError):
    """Going on would lose or falsify data."""

    kind = "integrity"


class InputErrors(InputError):  # noqa: N818  (it is many errors, and says so)
    """Several faults of one input, listed at once.

    Args:
        faults: The errors found, in the order of the input.
    """

    def __init__(self, faults: Sequence[SaolaError]) -> None:
        self.faults = tuple(faults)
        super().__init__("several-faults", where=faults[0].where, count=len(faults))

    def message(self, lang: str | None = None) -> str:
        """List the message of every fault, one a line."""
        return "\n".join([self.title(lang), *(fault.message(lang) for fault in self.faults)])

    def __reduce__(self) -> tuple[Any, ...]:
        return InputErrors, (list(self.faults),)


def _revive(kind: type[SaolaError], code: str, facts: dict[str, Any]) -> SaolaError:
    return kind(code, **facts)


def raise_all(faults: Sequence[SaolaError]) -> None:
    """Raise the one fault there is, or all of them together; do nothing for none."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputErrors(faults)


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Read the texts of every error code: kind, title, expected, fix."""
    texts: dict[str, dict[str, Any]] = {}
    folder = resources.files("saola") / "locale" / "errors"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            texts.update(tomllib.loads(file.read_text(encoding="utf-8")))
    return texts
