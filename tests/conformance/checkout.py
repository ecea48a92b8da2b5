"""A checkout of somebody else's suite."""

import subprocess
from pathlib import Path


def commit(suite: Path) -> str:
    """Name the commit that is checked out; `unknown` where it is no checkout."""
    line = ["git", "-C", str(suite), "rev-parse", "HEAD"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
