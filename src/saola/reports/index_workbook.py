"""Everything of an index in one XLSX workbook."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import xlsxwriter

from saola.index.build import Build
from saola.index.screen import availability
from saola.index.steps import Screen, Treat
from saola.index.treat import treatment
from saola.language import text


def sheets_of(built: Build) -> dict[str, pl.DataFrame]:
    """Give the tables of an index under the names of their sheets."""
    names = pl.DataFrame(
        {"unit": list(built.normalised.names), "name": list(built.normalised.names.values())},
        schema={"unit": pl.String, "name": pl.String},
    )
    frames = {
        text("Scores"): built.scores().join(names, on="unit", how="left"),
        text("Framework"): built.framework(),
    }
    before = built.stages["raw"]
    for step, (name, table) in zip(
        (None, *built.recipe.prepare), built.stages.items(), strict=True
    ):
        if isinstance(step, Screen):
            frames[text("Availability")] = availability(before, step)
        if isinstance(step, Treat):
            frames[text("Treatment")] = treatment(before, built.tree, step)
        frames[f"{text('Data')} {name}"] = table.wide()
        before = table
    return frames


def write_workbook(path: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    """Write one sheet a table, with a frozen head and a filter.

    Args:
        path: The file to write.
        frames: Tables by the names of their sheets, cut to 31 signs.
    """
    with xlsxwriter.Workbook(path, {"nan_inf_to_errors": False, "in_memory": True}) as book:
        for name, frame in frames.items():
            frame.fill_nan(None).write_excel(
                book,
                worksheet=name[:31],
                autofit=True,
                freeze_panes=(1, 0),
                float_precision=6,
            )
