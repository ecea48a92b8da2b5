"""How far a commune's records are: steps, and the official campaigns' groups.

Group 1 is usable, group 2 to be corrected, group 3 to be rebuilt from paper: records that an
officer marked so, and the records of marked books. A record is scanned once it has a scan that was
not withdrawn, and approved once two officers said so, of it or of its commune, while it is of
group 1 and nothing happened to it since.
"""

from collections import Counter
from collections.abc import Mapping

import polars as pl
from django.db import connections

from saola.periods import Period
from saola.server.registries import communes

COUNTS = pl.Schema({"commune": pl.String, "step": pl.String, "records": pl.Int64})
STEPS = ("validated", "matched", "coded", "scanned", "approved", "group-1", "group-2", "group-3")
_JOINS = """
LEFT JOIN ({scans}) scanned ON scanned.record = {key}
LEFT JOIN (SELECT DISTINCT record FROM {register}_mark
  WHERE kind = 'rebuild' AND lifted IS NULL AND record IS NOT NULL) rebuilt
 ON rebuilt.record = {key}
LEFT JOIN (SELECT record, max(at) AS since FROM {register}_mark
  WHERE kind = 'approved' AND lifted IS NULL AND seconded IS NOT NULL AND record IS NOT NULL
  GROUP BY record) one ON one.record = {key}
LEFT JOIN (SELECT commune, max(at) AS since FROM {register}_mark
  WHERE kind = 'approved' AND lifted IS NULL AND seconded IS NOT NULL AND record IS NULL
  GROUP BY commune) whole ON whole.commune = {commune}
"""
_SUMS = """
 sum(CASE WHEN scanned.record IS NULL THEN 0 ELSE 1 END),
 sum(CASE WHEN rebuilt.record IS NOT NULL OR {doubted} THEN 0
  WHEN one.since IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {changes} > one.since) THEN 1
  WHEN whole.since IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {changes} > whole.since) THEN 1
  ELSE 0 END),
 sum(CASE WHEN rebuilt.record IS NOT NULL OR {doubted} THEN 0 ELSE 1 END),
 sum(CASE WHEN rebuilt.record IS NULL AND {doubted} THEN 1 ELSE 0 END),
 sum(CASE WHEN rebuilt.record IS NULL THEN 0 ELSE 1 END)
"""


def query(
    statement: str, *, register: str, doubted: str, changes: str, scans: str, **columns: str
) -> str:
    """Write the query that counts a register's records by commune.

    Args:
        statement: The register's own part, with `{sums}` (scanned, approved, groups 1 to 3) and
            `{joins}` where they belong.
        register: The register's name, with which its tables begin.
        doubted: Tells whether a record is of group 2.
        changes: The rows that say when a record was changed, up to the moment.
        scans: Selects as `record`, once each, the records with a scan that was not withdrawn.
        columns: `key` and `commune` of a record.
    """
    return statement.format(
        sums=_SUMS.format(doubted=doubted, changes=changes).strip(),
        joins=_JOINS.format(register=register, scans=scans, **columns).strip(),
    )


def books(register: str) -> Counter[str]:
    """Count by commune the records of books that have to be rebuilt from paper."""
    table = connections[register].ops.quote_name(f"{register}_mark")
    with connections[register].cursor() as cursor:
        cursor.execute(
            f"SELECT commune, sum(count) FROM {table} WHERE kind = 'rebuild' AND lifted IS NULL"  # noqa: S608  (a register's own name)
            " AND record IS NULL GROUP BY commune"
        )
        return Counter({commune: int(count or 0) for commune, count in cursor.fetchall()})


def counts(
    held: Mapping[str, Mapping[str, int]], waiting: Counter[str], rebuilt: Counter[str]
) -> pl.DataFrame:
    """Put together what is held and what waits.

    Args:
        held: Commune → step of `STEPS` → records of the register.
        waiting: Commune → rows set aside.
        rebuilt: Commune → records of books to be rebuilt.

    Returns:
        `COUNTS`, with `keyed`, what waits in `group-2` and books in `group-3`; of rows whose
        commune is not known, under `communes.NOWHERE`.
    """
    rows: list[tuple[str, str, int]] = []
    waiting = communes.under_codes(waiting)
    for commune in sorted({*held, *waiting, *rebuilt}):
        steps, aside = held.get(commune, {}), waiting[commune]
        said = {
            "keyed": steps.get("validated", 0) + aside,
            "validated": 0,
            **steps,
            "group-2": steps.get("group-2", 0) + aside,
            "group-3": steps.get("group-3", 0) + rebuilt[commune],
        }
        rows += [(commune, step, count) for step, count in said.items()]
    return pl.DataFrame(rows, schema=COUNTS, orient="row")


def observed(counted: pl.DataFrame, period: Period, register: str) -> list[dict[str, object]]:
    """Give counts as rows of observations: indicator `<register>-digitised-<step>`.

    Args:
        counted: `COUNTS`.
        period: The period.
        register: The register's name.
    """
    return [
        {
            "indicator": f"{register}-digitised-{step}",
            "unit": commune,
            "period": str(period),
            "breakdown": "_T",
            "value": float(records),
            "check": "measured",
            "source": f"saola.{register}",
        }
        for commune, step, records in counted.iter_rows()
        if commune != communes.NOWHERE  # a figure is of a unit
    ]
