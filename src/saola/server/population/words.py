"""What the fields and events of the population register are called: sentences to be translated."""

import datetime as dt
from collections.abc import Mapping

import polars as pl
from django.conf import settings

from saola import language
from saola.language import text
from saola.linkage.personal_numbers import issuers
from saola.server.identity.reach import registry
from saola.server.population import lists
from saola.server.registries import places

LABELS = {
    "name": "Full name",
    "other_name": "Other name",
    "number": "Personal number",
    "born": "Date of birth",
    "sex": "Sex",
    "birth_place": "Place of birth",
    "birth_registration": "Place of birth registration",
    "native_place": "Native place",
    "ethnicity": "Ethnicity",
    "religion": "Religion",
    "nationality": "Nationality",
    "blood": "Blood group",
    "old_number": "Old identity card number",
    "card": "Issue and validity of the card",
    "father": "Father",
    "mother": "Mother",
    "spouse": "Spouse",
    "commune": "Commune of permanent residence",
    "address": "Address of permanent residence",
    "temporary": "Temporary residence",
    "current": "Present residence",
    "absence": "Declared absence",
    "household": "Residence file number",
    "marital": "Marital status",
    "relation": "Relation to the head of household",
    "head": "Head of household",
    "died": "Date of death",
    "phone": "Telephone",
    "email": "E-mail address",
    "other": "Other information",
    "numbers": "Numbers",
    "names": "Names",
    "residences": "Residences",
    "relatives": "Relatives",
    "events": "Events",
    "readers": "Who read it",
    "scans": "Scans",
    "scan": "A scan opened",
}
EVENTS = {
    "entry": "Taken in from a file",
    "birth": "Birth",
    "move": "Move",
    "rename": "New name",
    "renumber": "New personal number",
    "marriage": "Marriage",
    "absence": "Declared absence",
    "correction": "Correction",
    "death": "Death",
    "withdrawal": "Event withdrawn",
    "merge": "Merged with another record",
    "split": "Merge undone",
}
VALUES = {
    "sex": {"M": "male", "F": "female"},
    "religion": {"none": "no religion"},
    "relation": {
        "head": "head of household", "spouse": "spouse", "husband": "husband", "wife": "wife",
        "child": "child", "son": "son", "daughter": "daughter", "parent": "parent",
        "father": "father", "mother": "mother", "grandchild": "grandchild",
        "grandparent": "grandparent", "sibling": "brother or sister",
        "member": "member of the household", "other": "other",
    },
    "marital": {
        "single": "single", "married": "married", "widowed": "widowed", "divorced": "divorced",
    },
    "kind": {
        "personal": "personal number", "old": "old number", "birth": "name at birth",
        "other": "other name", "permanent": "permanent residence",
        "temporary": "temporary residence", "current": "present residence", "father": "father",
        "mother": "mother", "spouse": "spouse", "head": "head of household",
    },
}  # fmt: skip
BLOOD = ("A", "B", "AB", "O", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-")
CHOSEN = frozenset({"sex", "marital", "relation"})
LISTED = frozenset({"ethnicity", "religion"})
OPEN = frozenset({"birth_place", "birth_registration", "native_place"})  # or words of a certificate


def label(name: str) -> str:
    """Say what a field is called."""
    return text(LABELS.get(name, name))


def event(kind: str) -> str:
    """Say what an event is called."""
    return text(EVENTS.get(kind, kind))


def value(name: str, said: object) -> object:
    """Say a coded value in words; others stay."""
    known = VALUES.get(name, {})
    if str(said) in known:
        return text(known[str(said)])
    if str(said) in (listed := _listed(name)):
        return language.pick(listed[str(said)])
    return _place(str(said)) if said and name in PLACES else said


def shown(name: str, said: object) -> str:
    """Write a value for a page: days as the language writes them, codes in words."""
    return language.date(said) if isinstance(said, dt.date) else str(value(name, said) or "")


def kept(name: str, written: str) -> str:
    """Give the code that a word of a fixed list is kept as; other words stay."""
    typed = written.strip().casefold()
    said = {code: text(known) for code, known in VALUES.get(name, {}).items()} | choices(name)
    return next(
        (code for code, word in said.items() if typed in (code.casefold(), word.casefold())),
        written,
    )


def choices(name: str) -> dict[str, str]:
    """Give the words that an item may be, by code in the order of the language; none if free."""
    if name == "blood":
        return {each: each for each in BLOOD}
    if name in CHOSEN:
        return {code: text(said) for code, said in VALUES[name].items()}
    if name == "nationality":
        rows = registry().frame.filter(pl.col("kind") == "country")
        found = {code: places.name_of(code) for code in rows["code"].unique()}
    elif name in OPEN:
        found = dict(issuers())
    else:
        return {code: language.pick(labels) for code, labels in _listed(name).items()}
    return dict(sorted(found.items(), key=lambda pair: language.sort_key(pair[1])))


def _listed(name: str) -> Mapping[str, Mapping[str, str]]:
    return lists.labels(name, places.country(settings.HOME)) if name in LISTED else {}


def code(name: str, said: object) -> str:
    """Give the code that a value is kept as, where a page says it in other words.

    Codes that are words themselves, such as `married`, are no news to a reader.
    """
    return str(said) if name in PLACES and said and value(name, said) != said else ""


PLACES = {"birth_place", "birth_registration", "native_place", "nationality", "commune"}


def _place(said: str) -> str:
    """Name a unit, or a province of those that issue personal numbers."""
    if said in issuers():
        return issuers()[said]
    return places.with_parent(said)
