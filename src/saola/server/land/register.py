"""The land register as the intake sees it."""

from functools import partial
from pathlib import Path

from saola.cadastre import layers
from saola.server.land import land_types, load, models, rows
from saola.server.land.fields import fields
from saola.server.land.records import GROUND
from saola.server.registries.register import Register


def register(home: Path | None = None, *, layer: str = "") -> Register:
    """Give the register.

    Args:
        home: The workspace, whose own land types count too.
        layer: The layer that is read of a file with several.
    """
    types = land_types.codes(home)
    return Register(
        name="land",
        batch=models.Batch,
        aside=models.SetAside,
        access=models.Access,
        ground=GROUND,
        fields=fields(),
        check=partial(rows.check, types=types),
        clash=rows.clash,
        write=partial(load.write, types=types),
        undo=load.undo,
        readers=layers.readers(layer),
        part=layer,
    )
