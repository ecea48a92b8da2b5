"""How far a commune's records are: keyed, validated, matched; usable or to be corrected."""

import polars as pl
from django.db import connections

from saola.server.population.models import Batch, SetAside
from saola.server.registries import aside, digitised

DATABASE = "population"
_QUERY = """
SELECT r.commune, count(*), sum(CASE WHEN w.person IS NULL THEN 0 ELSE 1 END)
FROM population_person p
JOIN population_residence r ON r.person_id = p.id AND r.kind = 'permanent'
 AND r.superseded IS NULL AND r."end" IS NULL
LEFT JOIN (SELECT "left" AS person FROM population_pair WHERE state IN ('open', 'proposed')
  UNION SELECT "right" FROM population_pair WHERE state IN ('open', 'proposed')) w
 ON w.person = p.id
WHERE p.merged IS NULL GROUP BY r.commune
"""


def counts() -> pl.DataFrame:
    """Count the records of each commune by step and group.

    Returns:
        `registries.digitised.COUNTS`; steps are `keyed`, `validated`, `matched`, `group-1` and
        `group-2`.
    """
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_QUERY)
        held = {commune: (int(all_), int(doubted)) for commune, all_, doubted in cursor.fetchall()}
    steps = {
        commune: {
            "validated": valid,
            "matched": valid - doubted,
            "group-1": valid - doubted,
            "group-2": doubted,
        }
        for commune, (valid, doubted) in held.items()
    }
    return digitised.counts(steps, aside.waiting(DATABASE, Batch, SetAside))
