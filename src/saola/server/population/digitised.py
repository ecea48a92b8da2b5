"""How far a commune's records are: keyed, validated, matched; usable or to be corrected.

Groups are those of the official campaigns: 1 usable, 2 to be corrected. Group 3 (to be rebuilt from
paper) and what happens before a file arrives cannot be counted here.
"""

import json
from collections import Counter

import polars as pl
from django.db import connections

from saola.server.population.models import Batch, SetAside
from saola.server.registries.aside import MENDED

DATABASE = "population"
COUNTS = pl.Schema({"commune": pl.String, "step": pl.String, "records": pl.Int64})
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
        `COUNTS`; steps are `keyed`, `validated`, `matched`, `group-1` and `group-2`.
    """
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_QUERY)
        held = {commune: (int(all_), int(doubted)) for commune, all_, doubted in cursor.fetchall()}
    waiting = _waiting()
    rows: list[tuple[str, str, int]] = []
    for commune in sorted({*held, *waiting}):
        valid, doubted = held.get(commune, (0, 0))
        aside = waiting[commune]
        said = {
            "keyed": valid + aside,
            "validated": valid,
            "matched": valid - doubted,
            "group-1": valid - doubted,
            "group-2": doubted + aside,
        }
        rows += [(commune, step, count) for step, count in said.items()]
    return pl.DataFrame(rows, schema=COUNTS, orient="row")


def _waiting() -> Counter[str]:
    """Count the rows set aside by the commune that stands in them; those without one are left."""
    found: Counter[str] = Counter()
    done = Batch.objects.using(DATABASE).exclude(state=Batch.State.UNDONE)
    heads = {key: mapping.get("commune", "") for key, mapping in done.values_list("id", "mapping")}
    rows = SetAside.objects.using(DATABASE).filter(batch__in=list(heads)).exclude(state=MENDED)
    for batch, content in rows.values_list("batch_id", "content").iterator(chunk_size=5000):
        commune = json.loads(content).get(heads[batch])
        if commune:
            found[str(commune).strip()] += 1
    return found
