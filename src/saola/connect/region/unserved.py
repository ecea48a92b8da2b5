"""Who of a plan's settlements is unserved: the table, the model and every claim the file lists."""

import polars as pl

from saola import language
from saola.connect.intake.claims import Claim, claims, evidence, modelled, plain, worded
from saola.connect.region.files import Loaded, PlanFile

OWN_CONFIDENCE = 0.5  # of the table's own column


def evidence_of(told: PlanFile, loaded: Loaded) -> pl.DataFrame:
    """Give the evidence with what is said in every language: columns `vi, en, fr`."""
    table, found = loaded.inputs.settlements, heard(told, loaded)
    said = {}
    for lang in language.LANGUAGES:
        with language.use(lang):
            said[lang] = pl.Series(worded(found, table.height), dtype=pl.String)
    return evidence(table, found).with_columns(**said)


def heard(told: PlanFile, loaded: Loaded) -> list[Claim]:
    """Give all claims: the table's own, the model's, and those that the plan's file lists."""
    inputs, speed = loaded.inputs, told.settings.demand.speed_mbps
    table = inputs.settlements
    listed = claims(told.inputs.get("claims", ()), table, told.folder, speed)
    found = [modelled(table, inputs.towers, inputs.ground, speed), *listed]
    if table["served"].any():  # a table without the column says nothing
        own = table["served"].cast(pl.Float64).to_numpy()
        found.insert(0, plain("table", "", OWN_CONFIDENCE, own))
    return found
