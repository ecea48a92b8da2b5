"""How a file of a gigabyte is read: `make bench-files`. A tenth of a percent of its rows is bad."""

import resource
import tempfile
import time
from pathlib import Path

from saola import observations, units

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
        start, worked = time.perf_counter(), time.process_time()
        reading = observations.read(path, registry)
        spent, worked = time.perf_counter() - start, time.process_time() - worked
        size = path.stat().st_size / 2**20
        kept, aside = reading.observations.height, reading.aside.height
        start = time.perf_counter()
        reading.write_aside(Path(folder) / "large.aside.csv")
        told = time.perf_counter() - start
    assert (kept, aside) == (rows - rows // BAD_EVERY, rows // BAD_EVERY)
    print(f"file_mib: {size:.0f} MiB")
    print(f"file_rows: {rows} rows")
    print(f"file_rows_set_aside: {aside} rows")
    print(f"file_read_s: {spent:.1f} s")
    print(f"file_read_processor_s: {worked:.1f} s")
    print(f"file_aside_written_s: {told:.2f} s")
    print(f"file_read_mib_s: {size / spent:.1f} MiB/s")
    print(f"file_peak_mib: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
