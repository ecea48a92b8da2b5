"""The fields of the land register, as `fields.toml` beside this has them."""

from functools import cache
from importlib import resources

from saola.server.registries import rules


@cache
def fields() -> list[rules.Field]:
    """Give them; every page of the register asks, so the file is read once."""
    return rules.load(resources.files("saola.server.land") / "fields.toml")
