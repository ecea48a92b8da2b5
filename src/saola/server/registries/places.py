"""What places are called on pages: communes, provinces and countries by name, the code beside."""

from pathlib import Path

from django.utils.html import format_html

from saola.server.identity.reach import registry
from saola.workspace import SETTINGS, Workspace


def country(home: Path) -> str:
    """Give the code of the workspace's country; empty where the folder is no workspace."""
    return Workspace.open(home).country if (home / SETTINGS).is_file() else ""


def name_of(code: str) -> str:
    """Give a unit's name in the language in use; its code where it is not known."""
    units = registry()
    return units.unit(code).label() if code in units else code


def with_parent(code: str) -> str:
    """Give a unit's name and that of the unit it lies in, by which namesakes are told apart."""
    units = registry()
    if code not in units:
        return code
    unit = units.unit(code)
    above = name_of(unit.parent) if "." in unit.parent else ""
    return ", ".join(part for part in (unit.label(), above) if part)


def shown(code: str | None) -> str:
    """Write a unit for a page: its names, and small its code; nothing for none."""
    if not code:
        return ""
    name = with_parent(code)
    if name == code:
        return code
    return format_html('{} <span class="code">{}</span>', name, code)
