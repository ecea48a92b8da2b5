"""What a parted linkage learns before it scores: weights and frequencies of the whole."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from saola.linkage import weighing
from saola.linkage.assumption import assume
from saola.linkage.census import agreeing, groups, take
from saola.linkage.database import opened
from saola.linkage.partitions.tasks import Part, frequencies, frequent, held
from saola.linkage.partitions.work import Work, private
from saola.linkage.records import prepared
from saola.linkage.training import Catch, Weights, learn, random_levels, strangers


def learnt(
    work: Work, met: Sequence[Part], random: np.random.Generator
) -> tuple[Weights, dict[str, Any]]:
    """Learn the weights of the whole, and count its frequencies.

    Args:
        work: What all tasks are told.
        met: The partitions that keys and witness have looked at.
        random: Draws random pairs.

    Returns:
        The weights and Splink's settings.
    """
    for column in frequent(work.model):
        _count(work, column)
    note = work.folder / "settings.json"
    weights = _weights(work, met, random)
    if note.is_file():
        kept: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
        return weights, kept
    chosen = weighing.settings(work.model, weights, work.sizes)
    with private(note) as file:
        file.write_text(json.dumps(chosen), encoding="utf-8")
    return weights, chosen


def _weights(work: Work, met: Sequence[Part], random: np.random.Generator) -> Weights:
    catch = Catch(0, 0, 0, {})
    for part in met:
        note = work.result("caught", part.place, part.part).with_suffix(".json")
        told = json.loads(note.read_text(encoding="utf-8"))
        told["levels"] = {column: tuple(each) for column, each in told["levels"].items()}
        catch += Catch(**told)
    drawn = strangers(work.sizes, random)
    rows = _rows(work, pl.concat([drawn["unique_id_l"], drawn["unique_id_r"]]).unique())
    with opened(work.memory_gib, files=len(work.sizes), threads=work.threads) as connection:
        connection.register("records", rows.to_arrow())
        shown = random_levels(connection, work.model, drawn)
        return learn(work.model, catch, shown) or assume(
            work.model, catch, shown, take(connection, work.model, work.sizes, _together(work))
        )


def _together(work: Work) -> list[int]:
    """Count the pairs that agree on blocks, each in the pass where they meet."""
    found = [0] * len(groups(work.model))
    for place, one in enumerate(work.passes):
        # Records that agree on all columns meet in every pass.
        wanted = [*one.blocks, len(found) - 1] if place == 0 else one.blocks
        for part in range(work.parts if wanted else 0):
            told = held(Part(work, place, part, {}))
            if told:
                with opened(
                    work.memory_gib, files=len(work.sizes), threads=work.threads,
                    spill=work.folder / "spill",
                ) as connection:  # fmt: skip
                    connection.execute(f"CREATE VIEW records AS {told}")
                    for block in wanted:
                        found[block] += agreeing(connection, groups(work.model)[block])
    return found


def _rows(work: Work, numbers: pl.Series) -> pl.DataFrame:
    """Read some records, by their numbers through both files."""
    wanted = numbers.cast(pl.get_index_type()).alias("row").to_frame().lazy()
    found, first = [], 0
    for place, size in enumerate(work.sizes):
        table = work.scan(place).with_row_index("row", first)
        rows = table.join(wanted, on="row", how="semi").collect(engine="streaming").sort("row")
        clean = prepared(rows.drop("row"), work.model, place=place, first=0).drop("record")
        found.append(clean.with_columns(unique_id=rows["row"].cast(pl.Int64)))
        first += size
    return pl.concat(found)


def _count(work: Work, column: str) -> None:
    """Turn the counts of all chunks into shares of the records that have a value."""
    file = frequencies(work, column)
    if file.is_file():
        return
    counts = str(work.folder / "values" / column / "*.parquet")
    spill = work.folder / "spill"
    with opened(work.memory_gib, files=1, spill=spill) as connection, private(file) as part:
        connection.execute(
            f"""
            COPY (SELECT {column}, CAST(sum(records) AS DOUBLE) / (SELECT sum(records)
                  FROM read_parquet($1)) AS tf_{column} FROM read_parquet($1) GROUP BY {column})
            TO '{str(part).replace("'", "''")}' (FORMAT parquet)
            """,  # noqa: S608  (column names come from the model)
            [counts],
        )
