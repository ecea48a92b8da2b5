"""Steps of a long run, kept as they are done, so that a run cut short goes on where it stopped."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from saola.progress import Progress, silent

Row = dict[str, Any]


@dataclass
class Ledger:
    """Rows by key, in a file of one line a row; none where no folder was named.

    Attributes:
        path: The file, or None to keep nothing.
        mark: Of the input: rows of another input are thrown away.
        rows: What was done.
    """

    path: Path | None
    mark: str
    rows: dict[str, Row] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path | None, mark: str) -> "Ledger":
        """Read what an earlier run of the same input left."""
        made = cls(path, mark)
        if path is None or not path.is_file():
            return made
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                told = json.loads(line)
            except json.JSONDecodeError:  # the run was cut short while it wrote
                continue
            if told.get("mark") == mark:
                made.rows[str(told["key"])] = told["row"]
        return made

    def once(self, key: str, make: Callable[[], Row | None]) -> Row | None:
        """Give the row of a key, made if it is not there; None is made and not kept."""
        if key in self.rows:
            return self.rows[key]
        row = make()
        if row is not None:
            self.rows[key] = row
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps({"mark": self.mark, "key": key, "row": row}) + "\n")
        return row

    def finished(
        self, steps: Mapping[str, Callable[[], Row | None]], progress: Progress = silent
    ) -> list[Row | None]:
        """Do every step that is not done, then take the file away.

        Args:
            steps: What makes the row of each key, in their order.
            progress: Told how many steps are done, of how many.

        Returns:
            The rows in the order of the steps, None for what cannot be made.
        """
        rows = []
        for done, (key, make) in enumerate(steps.items(), start=1):
            rows.append(self.once(key, make))
            progress(done, len(steps))
        self.close()
        return rows

    def close(self) -> None:
        """Take the file away once all is done."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
