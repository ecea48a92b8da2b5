"""How far a commune's parcels are: keyed to approved; usable, to be corrected or rebuilt."""

import polars as pl
from django.db import connections

from saola.server.land.models import Batch, SetAside
from saola.server.registries import aside, digitised

DATABASE = "land"
STEPS = digitised.STEPS
_QUERY = digitised.query(
    """
SELECT v.commune, count(*),
 sum(CASE WHEN m.unit_id IS NOT NULL AND a.parcel_id IS NULL THEN 1 ELSE 0 END),
 sum(CASE WHEN p.code <> '' THEN 1 ELSE 0 END), {sums}
FROM land_version v JOIN land_parcel p ON p.id = v.parcel_id
LEFT JOIN (SELECT DISTINCT parcel_id FROM land_finding WHERE cleared IS NULL) f
 ON f.parcel_id = v.parcel_id
LEFT JOIN (SELECT DISTINCT parcel_id FROM land_finding
  WHERE cleared IS NULL AND rule = 'holder-absent') a ON a.parcel_id = v.parcel_id
LEFT JOIN (SELECT r.unit_id FROM land_right r LEFT JOIN land_party h ON h.id = r.party_id
  WHERE r.kind = 'right' AND r.superseded IS NULL AND r."end" IS NULL
  GROUP BY r.unit_id HAVING count(*) = count(h.number)) m ON m.unit_id = v.unit_id
{joins}
WHERE v.superseded IS NULL AND v."end" IS NULL GROUP BY v.commune
""",
    register=DATABASE,
    doubted="f.parcel_id IS NOT NULL",
    changes="land_transaction t WHERE t.unit_id = v.unit_id AND t.recorded",
    key="v.parcel_id",
    commune="v.commune",
    scans="SELECT DISTINCT record FROM land_scan WHERE withdrawn IS NULL",
)


def counts() -> pl.DataFrame:
    """Count the parcels of each commune by step and group.

    A parcel is matched once every holder has a number and no check found one that the population
    register lacks; it is of group 1 while no finding is open.

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
