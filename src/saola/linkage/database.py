"""A DuckDB of its own for each linkage: bounded memory, and the rest on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def opened(
    memory_gib: float, *, files: int, threads: int | None = None, spill: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database.

    Args:
        memory_gib: What it may keep in memory; the rest spills to disk.
        files: How many files are linked: the macro `apart()` is 1 between two, 0 within one.
        threads: How many threads work; all where none is said.
        spill: The folder for what does not fit into memory.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_gib}GB",
        "preserve_insertion_order": False,
    }
    if threads:
        settings["threads"] = threads
    if spill:
        settings["temp_directory"] = str(spill)
    connection = duckdb.connect(":memory:", config=settings)
    try:
        # Once a connection of the process has shown a bar, this is no longer a global setting.
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"CREATE MACRO apart() AS {files - 1}")
        yield connection
    finally:
        connection.close()
