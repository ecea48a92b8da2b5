"""Names of the social and economic fields, from `fields.toml`."""

import tomllib
from functools import cache
from pathlib import Path

from saola import language


@cache
def _labels() -> dict[str, dict[str, str]]:
    file = Path(__file__).with_name("fields.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def label(code: str, lang: str) -> str:
    """Give the name of a field; its code, with a capital, where it has none."""
    found = _labels().get(code)
    return language.pick(found, lang) if found else code.replace("-", " ").capitalize()
