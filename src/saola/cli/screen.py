"""How the command speaks: tables, progress and notes on the terminal, JSON for other programs."""

import datetime as dt
import getpass
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich import box
from rich import progress as bars
from rich.console import Console
from rich.table import Table
from rich.text import Text

from saola.language import fill, text
from saola.progress import Progress

# Names and codes of files are shown as they are: in “a[b]” the brackets are no markup.
out = Console(markup=False)
err = Console(stderr=True, markup=False)


def show(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; numbers stand to the right."""
    held = [list(row) for row in rows]
    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for place, head in enumerate(heads):
        column = [row[place] for row in held]
        number = all(isinstance(cell, int | float) or cell is None for cell in column)
        # The first column is what rows are called by: a code that is cut cannot be typed.
        table.add_column(
            head,
            justify="right" if number and held else "left",
            no_wrap=place == 0,
            overflow="fold" if place == 0 else "ellipsis",
        )
    for row in held:
        table.add_row(*("–" if cell is None else str(cell) for cell in row))
    out.print(table)


def say(message: str, /, **facts: object) -> None:
    """Tell the person at the terminal something that is no result."""
    err.print(fill(text(message), facts), highlight=False, soft_wrap=True)


def write_json(value: Any) -> None:
    """Print a result for another program."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


class Rate(bars.ProgressColumn):
    """How much is done a second, once that can be told."""

    def render(self, task: bars.Task) -> Text:
        """Write it."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Show a bar on the terminal while a block works; nothing where there is no terminal."""
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        Rate(),
        bars.TimeElapsedColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(text(label), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def now() -> dt.datetime:
    """Give the time, for the floors below that read no clock."""
    return dt.datetime.now(dt.UTC)


def here(home: Path) -> dt.datetime:
    """Give the time in the zone of the workspace in a folder; in UTC where there is none."""
    from saola.workspace import zone_of  # noqa: PLC0415  (most verbs need none)

    return now().astimezone(zone_of(home))


def today(home: Path) -> dt.date:
    """Give the day in the zone of the workspace in a folder; in UTC where there is none."""
    return here(home).date()


def who() -> str:
    """Name the person at the terminal."""
    return getpass.getuser()
