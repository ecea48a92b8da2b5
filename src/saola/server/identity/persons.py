"""Person sources: registers that know people. Identity imports none; they register here."""

import csv
import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from saola.errors import InputError
from saola.language import fold
from saola.server.identity import settings as chosen


@dataclass(frozen=True)
class Person:
    """A person as a source knows them.

    Attributes:
        number: The national number.
        name: The full name.
        birth: Date of birth.
        profile: Standard claims that the source vouches for, such as `gender`.
    """

    number: str
    name: str
    birth: dt.date
    profile: Mapping[str, str] = field(default_factory=dict)


class PersonSource(Protocol):
    """What a register offers so that accounts can be matched with it."""

    name: str

    def find(self, number: str) -> Person | None:
        """Give the living person who holds a number now."""


_sources: dict[str, PersonSource] = {}


def register(source: PersonSource) -> None:
    """Let a source serve; one of the same name is replaced."""
    _sources[source.name] = source


def register_configured() -> None:
    """Register the CSV file that the operator named, if any."""
    if chosen.SAOLA_PERSONS:
        register(CsvPersons(Path(chosen.SAOLA_PERSONS)))


def same(person: Person, *, name: str, birth: dt.date) -> bool:
    """Say whether typed facts are a person's: the birth date exactly, the name blind to marks."""
    typed, known = (" ".join(fold(text).split()) for text in (name, person.name))
    return birth == person.birth and typed == known


def match(number: str, *, name: str, birth: dt.date) -> tuple[str, Person] | None:
    """Find the person of a number whose name and birth are these, in any source.

    Returns:
        The source's name and the person; None if no source knows such a person.
    """
    for source in _sources.values():
        found = source.find(number)
        if found is not None and same(found, name=name, birth=birth):
            return source.name, found
    return None


def lives(number: str) -> bool:
    """Say whether any source knows a living person who holds a number now."""
    return any(source.find(number) is not None for source in _sources.values())


class CsvPersons:
    """A person source of a CSV file with the columns `number`, `name`, `birth`.

    Args:
        file: The file; further columns become claims of the profile.
    """

    name = "csv"

    def __init__(self, file: Path) -> None:
        self.file = file
        self._read: dict[str, Person] = {}
        self._stamp = 0

    def find(self, number: str) -> Person | None:
        """Give the person who holds a number; the file is read again when it changed."""
        try:
            stamp = self.file.stat().st_mtime_ns
        except OSError as error:
            raise InputError("persons-missing", where=str(self.file)) from error
        if stamp != self._stamp:
            self._read, self._stamp = self._rows(), stamp
        return self._read.get(number)

    def _rows(self) -> dict[str, Person]:
        with self.file.open(encoding="utf-8-sig", newline="") as stream:
            people = {}
            for place, row in enumerate(csv.DictReader(stream), start=2):
                person = self._person(row, f"{self.file}:{place}")
                people[person.number] = person
        return people

    def _person(self, row: dict[str, str], where: str) -> Person:
        try:
            number, name = row["number"].strip(), row["name"].strip()
            birth = dt.date.fromisoformat(row["birth"].strip())
        except (KeyError, ValueError, AttributeError) as error:
            raise InputError("persons-malformed", where=where) from error
        known = {"number", "name", "birth"}
        rest = {key: text for key, text in row.items() if key and key not in known and text}
        return Person(number, unicodedata.normalize("NFC", name), birth, rest)
