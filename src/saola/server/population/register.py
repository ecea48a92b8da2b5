"""The population register as the intake sees it."""

from functools import cache
from importlib import resources

from saola.server.population import load, models
from saola.server.registries import rules
from saola.server.registries.intake import Register


@cache
def register() -> Register:
    """Give the register."""
    fields = rules.load(resources.files("saola.server.population") / "fields.toml")
    return Register(
        name="population",
        batch=models.Batch,
        aside=models.SetAside,
        access=models.Access,
        fields=fields,
        check=load.check,
        clash=load.clash,
        write=load.write,
        undo=load.undo,
    )
