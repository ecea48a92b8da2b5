"""The tables of the code are those of its migrations."""

import os
import subprocess
import sys
from pathlib import Path


def test_migrations_are_whole_and_in_one_line(tmp_path: Path) -> None:
    """No model waits for a migration, and no two migrations of an app follow the same one."""
    env = {**os.environ, "SAOLA_HOME": str(tmp_path), "SAOLA_DATABASE_URL": ""}
    env["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
    command = [sys.executable, "-W", "ignore", "-m", "django", "makemigrations", "--check"]

    done = subprocess.run(
        [*command, "--dry-run"], check=False, env=env, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout.strip()) == (0, "No changes detected"), done.stderr
