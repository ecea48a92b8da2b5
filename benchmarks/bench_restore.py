"""How long a backup of the demo workspace and its restore take: `make bench-restore`."""

import datetime as dt
import tempfile
import time
from pathlib import Path

from saola.archive import backup, restore
from saola.demo.building import build
from saola.workspace import Workspace


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "demo", when=dt.datetime.now(dt.UTC))
        size = sum(file.stat().st_size for file in (folder / "demo").rglob("*") if file.is_file())
        start = time.perf_counter()
        files = backup(Workspace.open(folder / "demo"), folder / "demo.tar.gz")
        saved = time.perf_counter()
        restore(folder / "demo.tar.gz", folder / "again")
        done = time.perf_counter()
        archive = (folder / "demo.tar.gz").stat().st_size
    print(f"restore_s: {done - saved:.2f} s")
    print(f"backup_s: {saved - start:.2f} s")
    print(f"demo_files: {files} files")
    print(f"demo_mib: {size / 2**20:.1f} MiB")
    print(f"backup_mib: {archive / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
