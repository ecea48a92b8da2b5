"""CSV row by row, quotes and all: a quote that never closes costs its own line and no other.

A quote left open would swallow every line up to the next one, or the rest of the file. So a record
over several lines is believed only where it reads as one row with a line break in a cell; else its
first line is set aside and the others are read again as lines of their own.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence

from saola.errors import InputError

FAULT_OF_QUOTES = "row-quotes"
# Lines that one record may take: what keeps a file of nothing but open quotes from being read
# again from each of them to its end.
MOST_LINES = 100

Line = tuple[str, bool]
Row = tuple[int, Sequence[str], str | None]


class Records:
    """The records of a file.

    Args:
        name: The file's name, for errors.
        lines: Its lines, each with whether it is in the file's encoding.
        delimiter: What stands between cells.
        width: Cells of the header; 0 where the first record is the header.
    """

    def __init__(self, name: str, lines: Iterator[Line], delimiter: str, width: int = 0) -> None:
        self._name, self._lines, self._delimiter, self._width = name, lines, delimiter, width
        self._again: deque[Line] = deque()
        self._held: list[Line] = []

    def __iter__(self) -> Iterator[Row]:
        """Give each record: its first line, counted from 1, its cells, and its fault or null.

        Raises:
            InputError: `csv-malformed`, where the header is not sound; `encoding-unknown`.
        """
        reader, start = self._reader(), 1
        while True:
            self._held.clear()
            try:
                cells = next(reader)
                sound = len(self._held) == 1 or self._whole(cells)
            except StopIteration:
                return
            except UnicodeError as error:
                raise InputError("encoding-unknown", where=self._name, found=self._name) from error
            except csv.Error:
                cells, sound = [], False
            if not sound:
                cells, sound = self._first()
                reader = self._reader()
            if not self._width and not sound:
                found = self._held[0][0].strip()[:80]
                raise InputError("csv-malformed", where=f"{self._name}:{start}", found=found)
            self._width = self._width or len(cells)
            yield start, cells, self._fault(sound=sound)
            start += len(self._held)

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self._delimiter, strict=True)

    def _feed(self) -> Iterator[str]:
        while line := self._again.popleft() if self._again else next(self._lines, None):
            self._held.append(line)
            if len(self._held) > MOST_LINES:
                raise csv.Error
            yield line[0].replace("\0", "")

    def _whole(self, cells: Sequence[str]) -> bool:
        """Tell one row with a line break in a cell from rows swallowed by a quote.

        Rows swallowed bring all their delimiters along: at least those of two rows.
        """
        width = self._width or len(cells)
        found = sum(text.count(self._delimiter) for text, _ in self._held)
        return found < 2 * max(width - 1, 1)

    def _first(self) -> tuple[list[str], bool]:
        """Read the first line held on its own; the others will be read again."""
        self._again.extendleft(reversed(self._held[1:]))
        del self._held[1:]
        line = self._held[0][0].replace("\0", "").rstrip("\r\n")
        plain = line.split(self._delimiter)
        if line.count('"') % 2:
            return plain, False
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter), [])
        except csv.Error:
            return plain, False
        # Blanks behind a closing quote do no harm, as long as no cell swallowed another.
        return (cells, True) if len(cells) == len(plain) else (plain, False)

    def _fault(self, *, sound: bool) -> str | None:
        if not sound:
            return FAULT_OF_QUOTES
        return None if all(known for _, known in self._held) else "row-encoding"
