"""The tutorial, word by word: what its code blocks say is run as they stand."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PORT = 8471


def commands() -> list[str]:
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    return [line for block in BLOCK.findall(text) for line in block.strip().splitlines()]


def fill(path: Path) -> int:
    """Fill every number that the template asks for, as its reader would."""
    book = openpyxl.load_workbook(path)
    sheet = book["data"]
    heads = [cell.value for cell in sheet[1]]
    for row in range(2, sheet.max_row + 1):
        for column, head in enumerate(heads, start=1):
            if head in ("unit", "name", "period"):
                continue
            chosen = "full" if str(head).startswith("category:") else 100 * row + column
            sheet.cell(row, column, chosen)
    rows = sheet.max_row - 1
    book.save(path)
    book.close()
    return rows


@contextmanager
def served(command: str, folder: Path) -> Iterator[str]:
    """Run the command that serves until the block ends; give its address."""
    words = [*shlex.split(command), "--port", str(PORT)]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(words, cwd=folder, stderr=log, start_new_session=True)
        try:
            yield f"http://localhost:{PORT}/"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)


def page(address: str) -> str:
    """Read a page, giving the server a minute to start."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  (our own)
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(address)


def test_the_tutorial_works_word_by_word(tmp_path: Path) -> None:
    """From an empty folder to a page that ranks the reader's own provinces."""
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    *steps, serve = commands()
    assert steps.pop(0) == "make .venv/run"
    assert serve.endswith("saola --home laos serve")

    for step in steps:
        if " score " in step:
            assert 3 == fill(tmp_path / "laos" / "provinces.xlsx")
        done = subprocess.run(
            ["bash", "-c", step], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, step + done.stderr
        if " score " in step:
            assert ", 0 set aside" in done.stderr

    with served(serve, tmp_path) as address:
        assert "Vientiane" in page(f"{address}en/ranking/")
