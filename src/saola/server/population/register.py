"""The population register as the intake sees it."""

from functools import cache

from saola.server.population import load, models
from saola.server.registries.intake import Register


@cache
def register() -> Register:
    """Give the register."""
    return Register(
        name="population",
        batch=models.Batch,
        aside=models.SetAside,
        access=models.Access,
        fields=load.fields(),
        check=load.check,
        clash=load.clash,
        write=load.write,
        undo=load.undo,
    )
