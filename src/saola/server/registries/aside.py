"""Rows set aside by an intake: kept whole, given out to be corrected, marked when back.

A row that came back in a later intake stands there: as a record, or set aside again. Here it then
waits no longer, until that intake is undone.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import count, groupby
from pathlib import Path
from typing import Any

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F

from saola.formulas import defused
from saola.server.registries import bulk, reading
from saola.server.registries.rules import REASONS, REVIEW, ROW
from saola.server.registries.shared import Batch

OWN = reading.GIVEN
MEANT = "row_meant"  # a column beside them: what stood in the row that was named
WHY = "reasons_in_words"  # beside them in a file to be corrected, for whoever mends it
WAITING = ("aside", "review")
MENDED, SENT = "mended", "sent"  # came back and was accepted, or was set aside again
CELLS_KEPT = 10_000  # whose words are known, of cells that repeat
ROWS_A_QUERY = 10_000
TOLD = ("sha256", "started")  # what tells a batch from those of elsewhere
_NUMBERED = re.compile(r"(\.aside(-[0-9]+)?)+$")
Key = tuple[int, int]  # batch, row
Say = Callable[[str, str], str]  # a reason's code and the cell it is about, in words


def put(
    connection: BaseDatabaseWrapper, table: Any, found: pl.DataFrame, part: pl.DataFrame, batch: int
) -> None:
    """Keep the faulty and doubtful rows of a chunk.

    Args:
        connection: Inside a transaction.
        table: The register's table of rows set aside.
        found: The rows as judged.
        part: The rows as they came.
        batch: The batch's key.
    """
    wrong = pl.col(REASONS).list.len() + pl.col(REVIEW).list.len() > 0
    mask = found.select(wrong).to_series()
    whole = part.filter(mask).select(pl.struct(pl.all()).struct.json_encode().alias("content"))
    bad = found.filter(mask).select(ROW, REASONS, REVIEW).hstack(whole)
    faulty = pl.col(REASONS).list.len() > 0
    bulk.write(
        connection,
        table,
        bad.select(
            row=pl.col(ROW),
            state=pl.when(faulty).then(pl.lit("aside")).otherwise(pl.lit("review")),
            reasons=pl.col(REASONS).list.concat(pl.col(REVIEW)).list.join(" ").str.slice(0, 400),
            was=pl.lit(""),
            content=pl.col("content"),
            batch=pl.lit(batch),
        ),
    )


def stamps(alias: str, batches: Any) -> dict[str, int]:
    """Give the stamp of every batch of a register, and its key.

    A stamp is the key with a mark that no batch of another register or installation has: of which
    register it is, the digest of its file, and the microsecond it was begun.
    """
    return {_stamp(alias, batch): batch.pk for batch in batches.objects.using(alias).only(*TOLD)}


def _stamp(alias: str, batch: Any) -> str:
    told = f"{alias} {batch.pk} {batch.sha256} {batch.started.timestamp():.6f}"
    return f"{batch.pk}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def corrected(alias: str, batches: Any, frame: pl.LazyFrame) -> tuple[list[int], int]:
    """Tell which batches a file corrects, and how many of its rows name one of elsewhere.

    Args:
        alias: The register's database.
        batches: Its table of batches.
        frame: The file; only one with the columns of `OWN` corrects any.
    """
    if not set(OWN) <= set(frame.collect_schema().names()):
        return [], 0
    named = frame.select(pl.col("batch").str.strip_chars()).filter(pl.col("batch") != "")
    counts = dict(named.group_by("batch").len().collect().iter_rows())
    known = stamps(alias, batches)
    own = {known[name] for name in counts if name in known}
    return sorted(own), sum(rows for name, rows in counts.items() if name not in known)


def give(alias: str, batches: Any, table: Any, batch: int, say: Say) -> pl.DataFrame:
    """Give what is set aside of a batch, to be corrected.

    Args:
        alias: The register's database.
        batches: Its table of batches.
        table: Its table of rows set aside.
        batch: Which.
        say: Says a reason in words.

    Returns:
        Columns `OWN`, of which `batch` has its stamp; `WHY`; then the file's, with no cell that a
        spreadsheet would run: `reading.stage` takes them back as they were.
    """
    kept = batches.objects.using(alias).only(*TOLD, "mapping").get(pk=batch)
    stamp = _stamp(alias, kept)
    rows = table.objects.using(alias).filter(batch=batch, state__in=WAITING).order_by("row")
    asked = rows.values_list("row", "state", "reasons", "content").iterator(chunk_size=5000)
    own = [("row", pl.Int64), ("state", pl.String), ("reasons", pl.String), ("content", pl.String)]
    found = pl.DataFrame(list(asked), schema=own, orient="row")
    heads = list(json.loads(found["content"][0])) if found.height else []
    told = {*OWN, WHY, MEANT}
    cells = pl.Struct(dict.fromkeys([head for head in heads if head not in told], pl.String))
    first = [pl.lit(stamp).alias("batch"), pl.col("row", "state", "reasons")]
    why = _why(found, kept.mapping, say)
    whole = found.select(*first, why, pl.col("content").str.json_decode(cells))
    given = whole.unnest("content") if cells.fields else whole.drop("content")
    return defused(given.cast(pl.String))


def _why(found: pl.DataFrame, mapping: Mapping[str, str], say: Say) -> pl.Series:
    """Say in words why each row was set aside, given what stands in it."""
    told = lru_cache(CELLS_KEPT)(say)
    lines = []
    for reasons, content in found.select("reasons", "content").iter_rows():
        row = json.loads(content)
        codes = ((code, mapping.get(code.rpartition("-")[0], "")) for code in reasons.split())
        lines.append("; ".join(told(code, cell_of(row, head)) for code, head in codes))
    return pl.Series(WHY, lines, dtype=pl.String)


def cell_of(row: Mapping[str, Any], head: str) -> str:
    """Give what stands in a row under a head; `=value` is that value in every row."""
    return head[1:] if head.startswith("=") else str(row.get(head) or "")


def named(file: Path, number: int = 1) -> str:
    """Name the file of rows set aside of a file, itself perhaps such a one."""
    end = f"-{number}" if number > 1 else ""
    return f"{_NUMBERED.sub('', file.stem)}.aside{end}.csv"


def beside(file: Path, rows: pl.DataFrame) -> Path:
    """Write rows beside their file under a free name; what somebody may have mended is kept.

    Args:
        file: The input, itself perhaps a file of corrections: `p.aside.csv` gives `p.aside-2.csv`.
        rows: What `give` gave.

    Returns:
        The file, which may have been there before with the very same bytes.
    """
    content = rows.write_csv(include_bom=True).encode()  # spreadsheets guess wrong without mark
    for number in count(1):
        free = file.with_name(named(file, number))
        try:
            with free.open("xb") as stream:
                stream.write(content)
        except FileExistsError:
            if not free.is_file() or free.read_bytes() != content:
                continue
        break
    return free


def claim(alias: str, batches: Any, table: Any, part: pl.DataFrame, batch: int, state: str) -> None:
    """Mark the rows of earlier batches that came back.

    Args:
        alias: The register's database, inside a transaction.
        batches: Its table of batches.
        table: Its table of rows set aside.
        part: Rows as they came; a correction file has the columns of `OWN`.
        batch: The batch they came back in.
        state: What became of them: `MENDED` or `SENT`.
    """
    if not set(OWN) <= set(part.columns):
        return
    named = part.select(
        pl.col("batch").str.strip_chars(), pl.col("row").str.to_integer(strict=False)
    ).drop_nulls()
    if named.is_empty():
        return
    _alone(alias, batches)
    known = stamps(alias, batches)
    keys = {(known[name], row) for name, row in named.iter_rows() if known.get(name, batch) < batch}
    _mark(known, alias, batches, table, keys, (batch, state))


def restore(alias: str, batches: Any, table: Any, batch: int) -> None:
    """Let the rows wait again that came back in a batch that is undone.

    One that came back once more, out of that batch into a later one, goes on standing there.

    Args:
        alias: The register's database, inside a transaction.
        batches: Its table of batches.
        table: Its table of rows set aside.
        batch: The batch that is undone.
    """
    _alone(alias, batches)
    rows = table.objects.using(alias)
    rows.filter(again=batch).update(state=F("was"), was="", again=None)
    later: defaultdict[tuple[int, str], set[Key]] = defaultdict(set)
    gone = rows.filter(batch=batch, again__isnull=False)
    known = stamps(alias, batches)
    for heir in set(gone.values_list("again", "state")):
        later[heir].update(
            key for _, key in _origins(known, gone.filter(again=heir[0], state=heir[1]))
        )
    for heir, keys in later.items():
        _mark(known, alias, batches, table, keys, heir)


def _alone(alias: str, batches: Any) -> None:
    """Wait until no other transaction marks rows: whoever does holds the first batch."""
    batches.objects.using(alias).select_for_update().order_by("pk").first()


def _origins(known: Mapping[str, int], rows: Any) -> Iterator[tuple[int, Key]]:
    """Give the rows that came back, each with the batch and row it was set aside as before."""
    for row, content in rows.values_list("row", "content").iterator(chunk_size=5000):
        key = origin(known, content)
        if key is not None:
            yield row, key


def origin(known: Mapping[str, int], content: str) -> Key | None:
    """Tell which row a row corrects; None for one that corrects none.

    Args:
        known: The stamps of batches, and their keys.
        content: The row as it was kept.
    """
    said = json.loads(content)
    batch, number = (str(said.get(name) or "").strip() for name in ("batch", "row"))
    if not set(OWN) <= set(said) or batch not in known or not number.isdecimal():
        return None
    return known[batch], int(number)


def _mark(
    known: Mapping[str, int],
    alias: str,
    batches: Any,
    table: Any,
    keys: set[Key],
    heir: tuple[int, str],
) -> None:
    """Mark rows, or what stands for them: the newest version, or the older of an undone batch."""
    undone = set(
        batches.objects.using(alias).filter(state=Batch.State.UNDONE).values_list("pk", flat=True)
    )
    batch, state = heir
    seen: set[Key] = set()
    while keys:
        seen |= keys
        further: set[Key] = set()
        for older, group in groupby(sorted(keys), key=lambda key: key[0]):
            numbers = [row for _, row in group]
            for start in range(0, len(numbers), ROWS_A_QUERY):
                rows = table.objects.using(alias).filter(
                    batch=older, row__in=numbers[start : start + ROWS_A_QUERY]
                )
                if older in undone:
                    further.update(key for _, key in _origins(known, rows))
                further |= _newer(known, alias, table, rows.exclude(again=batch))
                rows.filter(state__in=WAITING).update(was=F("state"), state=state, again=batch)
        keys = {key for key in further - seen if key[0] != batch}


def _newer(known: Mapping[str, int], alias: str, table: Any, rows: Any) -> set[Key]:
    """Give the newer versions of rows that were set aside again."""
    sent = rows.filter(state=SENT).values_list("again", "batch_id", "row")
    heirs: defaultdict[int, set[Key]] = defaultdict(set)
    for heir, batch, row in sent:
        heirs[heir].add((batch, row))
    return {
        (heir, row)
        for heir, wanted in heirs.items()
        for row, origin in _origins(known, table.objects.using(alias).filter(batch=heir))
        if origin in wanted
    }


def waiting(alias: str, batches: Any, table: Any) -> Counter[str]:
    """Count the rows set aside by the commune that stands in them; those without one are left.

    Args:
        alias: The register's database.
        batches: Its table of batches; those undone do not count.
        table: Its table of rows set aside.
    """
    found: Counter[str] = Counter()
    done = batches.objects.using(alias).exclude(state=Batch.State.UNDONE)
    heads = {key: mapping.get("commune", "") for key, mapping in done.values_list("id", "mapping")}
    rows = table.objects.using(alias).filter(batch__in=list(heads), state__in=WAITING)
    for batch, content in rows.values_list("batch_id", "content").iterator(chunk_size=5000):
        commune = json.loads(content).get(heads[batch])
        if commune:
            found[str(commune).strip()] += 1
    return found
