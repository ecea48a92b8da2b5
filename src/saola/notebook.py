"""Short ways for a person with a notebook."""

from pathlib import Path
from typing import Any

from saola import units
from saola.observations import Reading
from saola.observations import read as read_file


def read(file: str | Path, **options: Any) -> Reading:
    """Read a file of observations with the units that ship with Saola.

    Args:
        file: CSV, XLSX, Parquet, SDMX-CSV, SDMX-ML or the UN's file.
        options: As in `saola.observations.read`.

    Raises:
        InputError: If nothing of the file can be read.
    """
    return read_file(Path(file), units.registry(), **options)
