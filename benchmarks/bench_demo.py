"""How long the demo takes and how large it is: `make bench-demo`."""

import datetime as dt
import resource
import tempfile
import time
from pathlib import Path

from saola import demo
from saola.index.publish import publish


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        start, busy = time.perf_counter(), time.process_time()
        home = Path(name) / "demo"
        demo.build(home, when=dt.datetime.now(dt.UTC), score=publish)
        done, used = time.perf_counter() - start, time.process_time() - busy
        size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"demo_s: {done:.1f} s")
    print(f"demo_processor_s: {used:.1f} s")
    print(f"demo_mib: {size / 2**20:.1f} MiB")
    print(f"demo_peak_mib: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
