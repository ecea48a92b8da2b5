"""How a file of a gigabyte is read: `make bench-files`. A tenth of a percent of its rows is bad."""

import resource
import tempfile
import time
from pathlib import Path

import polars as pl

from saola import units
from saola.observations.shapes import lengthen, mapping_of
from saola.observations.tabular import blocks
from saola.observations.validate import validate

SIZE = 2**30
BAD_EVERY = 1000


def write(path: Path) -> int:
    """Write the file; give its rows."""
    codes = [unit.code for unit in units.registry().select("country")]
    rows = 0
    with path.open("w", encoding="utf-8") as stream:
        stream.write("indicator,unit,period,value,source\n")
        while stream.tell() < SIZE:
            block = []
            for _ in range(100_000):
                rows += 1
                value = "many" if rows % BAD_EVERY == 0 else str(rows)
                block.append(
                    f"indicator-{rows // 5000},{codes[rows % len(codes)]},{1950 + rows % 70},"
                    f"{value},an invented source of some length\n"
                )
            stream.writelines(block)
    return rows


def main() -> None:
    """Print the figures."""
    registry = units.registry()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        rows = write(path)
        start = time.perf_counter()
        kept = aside = 0
        for block in blocks(path):
            mapping = mapping_of(block.columns, constants={}, name=path.name)
            good, bad = validate(lengthen(block, mapping, name=path.name), registry)
            kept += good.height
            aside += bad.filter(pl.col("_fault") == "value-malformed").height
        spent = time.perf_counter() - start
        size = path.stat().st_size / 2**20
    assert (kept, aside) == (rows - rows // BAD_EVERY, rows // BAD_EVERY)
    print(f"file_mib: {size:.0f} MiB")
    print(f"file_rows: {rows} rows")
    print(f"file_rows_set_aside: {aside} rows")
    print(f"file_read_s: {spent:.1f} s")
    print(f"file_read_mib_s: {size / spent:.1f} MiB/s")
    print(f"file_peak_mib: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
