"""The same rules hold on PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAME = ["test_cache.py", "test_flow.py", "test_log.py", "test_provider.py"]


@pytest.mark.postgres
@pytest.mark.xdist_group("identity-postgres")
def test_flow_and_log_hold_on_postgresql(absent: Callable[[str], None]) -> None:
    """Flows, log and provider pass on a throw-away cluster, which is then removed."""
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        absent("PostgreSQL")
    env = {
        name: text
        for name, text in os.environ.items()
        if name not in {"SAOLA_HOME", "DJANGO_SETTINGS_MODULE"} and not name.startswith("PYTEST")
    }
    files = [str(ROOT / "tests" / "identity" / name) for name in SAME]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]

    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "cluster.py"), *command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stdout[-3000:]
