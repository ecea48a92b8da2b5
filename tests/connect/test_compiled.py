"""Compiled code is kept on disk and never stale."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
sys.path.insert(0, {folder!r})
import caller
print(caller.twice(1.0))
"""
COMPILED = Path(__file__).parents[2] / "src" / "saola" / "connect" / "compiled.py"


def run(folder: Path) -> str:
    """Run the program in a fresh interpreter and give what it printed."""
    code = PROGRAM.format(folder=str(folder))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_change_in_a_called_file_is_seen(tmp_path: Path) -> None:
    """A function compiled and kept earlier follows a change in the file of a function it calls."""
    (tmp_path / "compiled.py").write_text(COMPILED.read_text())
    (tmp_path / "called.py").write_text(
        "from compiled import compiled\n@compiled\ndef factor():\n    return 2.0\n"
    )
    (tmp_path / "caller.py").write_text(
        "from compiled import compiled\nfrom called import factor\n"
        "@compiled\ndef twice(x):\n    return factor() * x\n"
    )
    first = run(tmp_path)
    (tmp_path / "called.py").write_text(
        "from compiled import compiled\n@compiled\ndef factor():\n    return 30.0\n"
    )

    assert ("2.0", "30.0") == (first, run(tmp_path))
