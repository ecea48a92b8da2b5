"""How far a commune's records are: keyed to approved; usable, to be corrected or rebuilt."""

import polars as pl
from django.db import connections

from saola.server.population import merged
from saola.server.population.models import Batch, SetAside
from saola.server.registries import aside, digitised

DATABASE = "population"
STEPS = ("validated", "matched", "scanned", "approved", "group-1", "group-2", "group-3")
_QUERY = digitised.query(
    f"""
WITH RECURSIVE {merged.KEPT}
SELECT r.commune, count(*), sum(CASE WHEN w.person IS NULL THEN 1 ELSE 0 END), {{sums}}
FROM population_person p
JOIN population_residence r ON r.person_id = p.id AND r.kind = 'permanent'
 AND r.superseded IS NULL AND r."end" IS NULL
LEFT JOIN (SELECT "left" AS person FROM population_pair WHERE state IN ('open', 'proposed')
  UNION SELECT "right" FROM population_pair WHERE state IN ('open', 'proposed')) w
 ON w.person = p.id
{{joins}}
WHERE p.merged IS NULL GROUP BY r.commune
""",  # noqa: S608  (a query of our own)
    register=DATABASE,
    doubted="w.person IS NOT NULL",
    changes="population_event e WHERE e.person_id = p.id AND e.recorded",
    key="p.id",
    commune="r.commune",
    scans="""SELECT DISTINCT COALESCE(k.kept, s.record) AS record FROM population_scan s
 LEFT JOIN standing k ON k.record = s.record WHERE s.withdrawn IS NULL""",
)


def counts() -> pl.DataFrame:
    """Count the records of each commune by step and group.

    Returns:
        `registries.digitised.COUNTS`; steps are `keyed` and `STEPS`.
    """
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_QUERY)
        held = {
            row[0]: dict(zip(STEPS, map(int, row[1:]), strict=True)) for row in cursor.fetchall()
        }
    waiting = aside.waiting(DATABASE, Batch, SetAside)
    return digitised.counts(held, waiting, digitised.books(DATABASE))
