"""The population register as the intake sees it."""

from functools import cache

from saola.server.population import load, models
from saola.server.population.records import GROUND
from saola.server.registries import late
from saola.server.registries.register import Register

ASKED = ((models.Number, "value"),)  # whose indexes an intake itself looks into


@cache
def register() -> Register:
    """Give the register."""
    return Register(
        name="population",
        batch=models.Batch,
        aside=models.SetAside,
        access=models.Access,
        ground=GROUND,
        fields=load.fields(),
        check=load.check,
        clash=load.clash,
        write=load.write,
        undo=load.undo,
        first=late.First(models.Late, (models.Person, models.Household, *load.CHILDREN), ASKED),
    )
