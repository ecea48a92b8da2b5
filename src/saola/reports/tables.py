"""The table behind a chart as CSV and JSON, with metadata that say what each column is."""

import json
from typing import Any

import polars as pl

from saola import language
from saola.charts import Chart
from saola.formulas import defused
from saola.reports.facts import made
from saola.reports.subject import Subject


def table_csv(chart: Chart, subject: Subject) -> bytes:
    """Write a chart's table as CSV: UTF-8, decimal points, the codes of columns as heads.

    Two columns say the run and whether its figures are synthetic. A text that a spreadsheet would
    take for a formula gets an apostrophe before it.
    """
    return defused(_signed(chart, subject)).write_csv().encode()


def table_json(chart: Chart, subject: Subject) -> bytes:
    """Write a chart's table as JSON with its metadata."""
    rows = _signed(chart, subject).to_dicts()
    return _written(metadata(chart, subject, url="") | {"rows": rows})


def table_metadata(chart: Chart, subject: Subject, *, url: str) -> bytes:
    """Write the metadata of a chart's CSV.

    Args:
        chart: The chart.
        subject: The run it was drawn from.
        url: The address or the name of the CSV file.

    Source: W3C, Metadata Vocabulary for Tabular Data (CSVW), 2015.
    """
    return _written(metadata(chart, subject, url=url))


def metadata(chart: Chart, subject: Subject, *, url: str) -> dict[str, Any]:
    """Give the metadata of a chart's table: what it shows, from where, and its columns."""
    lang = chart.lang
    headings = {**chart.headings, "origin": "Origin", "run": "Run"}
    columns = [
        {"name": name, "titles": {lang: headings.get(name, name)}, "datatype": _datatype(kind)}
        for name, kind in _signed(chart, subject).schema.items()
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": lang}],
        "url": url,
        "dc:title": chart.title,
        "dc:description": chart.finding,
        "dc:language": lang,
        "dc:source": language.pick(subject.framework.source, lang),
        "dc:license": language.pick(subject.framework.licence, lang),
        "dc:issued": made(subject).date().isoformat(),
        "dc:identifier": subject.run.id,
        "dc:type": origin(subject),
        "tableSchema": {"columns": columns},
    }


def origin(subject: Subject) -> str:
    """Say whether the figures of a run are synthetic or computed from observations."""
    return "synthetic" if subject.run.synthetic else "computed"


def _signed(chart: Chart, subject: Subject) -> pl.DataFrame:
    floats = [name for name, kind in chart.table.schema.items() if kind.is_float()]
    return chart.table.with_columns(
        *(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in floats),
        origin=pl.lit(origin(subject)),
        run=pl.lit(subject.run.id),
    )


def _datatype(kind: pl.DataType) -> str:
    if kind.is_integer():
        return "integer"
    return "number" if kind.is_numeric() else "string"


def _written(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False, indent=1).encode()
