"""What the fields and events of the population register are called: sentences to be translated."""

from saola.language import text

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
    "merge": "Merged with another record",
    "split": "Merge undone",
}
VALUES = {
    "sex": {"M": "male", "F": "female"},
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


def label(name: str) -> str:
    """Say what a field is called."""
    return text(LABELS.get(name, name))


def event(kind: str) -> str:
    """Say what an event is called."""
    return text(EVENTS.get(kind, kind))


def value(name: str, said: object) -> object:
    """Say a coded value in words; others stay."""
    known = VALUES.get(name, {})
    return text(known[str(said)]) if str(said) in known else said
