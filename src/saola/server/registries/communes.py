"""Whether the rows of a file name units that there are, and which code each is kept under.

What a row wrote is kept where another code stands for it. A commune that was abolished is good for
what was said of a day on which it stood; of today, its rows go to the one commune that took all of
it, or to review.
"""

import datetime as dt
from collections import Counter
from functools import lru_cache

import polars as pl
from django.conf import settings

from saola import language
from saola.server.identity.reach import registry
from saola.server.registries import places, rules
from saola.server.registries.rules import COMMUNE, REVIEW, ROW, Field
from saola.units.registry import Registry
from saola.units.unit import Unit
from saola.units.written import SHAPE, Written

WRITTEN = "__written"  # JSON of field → what was written; null for rows kept as they are written
CARRIED = "__carried_"  # before a field's name: the commune that was abolished
EVER = "ever"
NOWHERE = ""  # the commune of rows whose commune is not known
UNKNOWN, SEVERAL, ABOLISHED = "unknown", "several", "abolished"
TOLD = frozenset({SEVERAL, ABOLISHED})
_NAMED = 6  # places listed in one sentence


def known() -> Written:
    """Give the communes of the workspace's country."""
    return _known(registry(), places.country(settings.HOME))


@lru_cache(maxsize=2)
def _known(units: Registry, country: str) -> Written:
    return Written(units, country)


def apply(
    frame: pl.DataFrame, fields: list[Field], today: dt.date, units: Written | None = None
) -> pl.DataFrame:
    """Write the fields that name units as codes, and mark the rows whose units there are not.

    Args:
        frame: What `rules.apply` gave.
        fields: The register's fields.
        today: The day.
        units: The communes known; by default the workspace's.

    Returns:
        The frame, with columns `WRITTEN` and `CARRIED…` only where some row needs them; `REASONS`
        gets `…-unknown` and `…-several`, `REVIEW` gets `…-abolished`.
    """
    units = known() if units is None else units
    changed: list[str] = []
    for field in fields:
        if not field.unit or field.name not in frame.columns:
            continue
        before = frame[field.name]
        if units:
            frame = _judged(frame, field, today, units)
        if field.unit == COMMUNE:
            frame = _short(frame, field)
        if not frame[field.name].equals(before):
            frame = frame.with_columns(before.alias(f"{WRITTEN}_{field.name}"))
            changed.append(field.name)
    return _told(frame, changed) if changed else frame


def _short(frame: pl.DataFrame, field: Field) -> pl.DataFrame:
    """Mark codes that are longer than the tables hold, where nothing else is wrong with them."""
    long = pl.col(field.name).str.len_chars() > field.longest
    if not frame.select(long.any()).item():
        return frame
    faults = [f"{field.name}-{kind}" for kind in (UNKNOWN, SEVERAL)]
    told = pl.col(rules.REASONS).list.set_intersection(faults).list.len() > 0
    return rules.mark(frame, {f"{field.name}-long": long & ~told})


def _told(frame: pl.DataFrame, changed: list[str]) -> pl.DataFrame:
    """Put what was written into one column of JSON."""
    parts = []
    for name in changed:
        said = pl.col(f"{WRITTEN}_{name}")
        pair = pl.struct(said.alias(name)).struct.json_encode()
        inner = pair.str.strip_prefix("{").str.strip_suffix("}")
        parts.append(pl.when(said.ne_missing(pl.col(name))).then(inner))
    joined = pl.concat_str(parts, separator=",", ignore_nulls=True)
    told = pl.when(joined != "").then(pl.concat_str(pl.lit("{"), joined, pl.lit("}")))
    return frame.with_columns(told.alias(WRITTEN)).drop(f"{WRITTEN}_{name}" for name in changed)


def _judged(frame: pl.DataFrame, field: Field, today: dt.date, units: Written) -> pl.DataFrame:
    found = _meant(frame[field.name], field, units)
    if not found:
        return frame
    text = pl.col(field.name)
    one = {said: each[0] for said, each in found.items() if len(each) == 1}
    frame = rules.mark(
        frame,
        {
            f"{field.name}-{UNKNOWN}": text.is_in([said for said in found if not found[said]]),
            f"{field.name}-{SEVERAL}": text.is_in(
                [said for said, each in found.items() if len(each) > 1]
            ),
        },
    )
    frame = _dated(frame, field, today, one, units)
    renamed = {said: unit.code for said, unit in one.items() if unit.code != said}
    return frame.with_columns(text.replace(renamed)) if renamed else frame


def _meant(column: pl.Series, field: Field, units: Written) -> dict[str, list[Unit]]:
    """Give what each different text means that is not the code of a unit that stands."""
    different = column.unique().drop_nulls()
    if field.unit == COMMUNE:
        odd = set(different.to_list()) - units.standing
        return {text: units.commune(text) for text in odd}
    coded = different.filter(different.str.contains(f"{SHAPE}|^[0-9]+$"))
    odd = set(coded.to_list()) - units.places
    meant = {text: units.place(text) for text in odd}
    return {text: found for text, found in meant.items() if found is not None}


def _dated(
    frame: pl.DataFrame, field: Field, today: dt.date, one: dict[str, Unit], units: Written
) -> pl.DataFrame:
    """Carry over, or send to review, what is said of a day on which its unit was no more."""
    ended = {said: unit for said, unit in one.items() if unit.end is not None}
    if not ended or field.on == EVER or (field.on and field.on not in frame.columns):
        return frame
    text = pl.col(field.name)
    present = pl.col(field.on).is_null() if field.on else pl.lit(value=True)
    day = pl.col(field.on).fill_null(today) if field.on else pl.lit(today)
    ends = {said: unit.end for said, unit in ended.items()}
    over = text.replace_strict(ends, default=None, return_dtype=pl.Date) < day
    heirs = {said: units.heir(unit.code, today) for said, unit in ended.items()}
    taken = {said: heir.code for said, heir in heirs.items() if heir is not None}
    carried = over & present & text.is_in(list(taken))
    frame = rules.mark(frame, {f"{field.name}-{ABOLISHED}": over & ~carried}, into=REVIEW)
    if not frame.select(carried.any()).item():
        return frame
    codes = {said: ended[said].code for said in taken}
    return frame.with_columns(
        pl.when(carried).then(text.replace_strict(codes, default=None)).alias(CARRIED + field.name),
        pl.when(carried)
        .then(text.replace_strict(taken, default=None))
        .otherwise(text)
        .alias(field.name),
    )


def under_codes(counted: Counter[str]) -> Counter[str]:
    """Put what was counted by communes as files write them under their codes.

    Texts that name no commune, or several, stand together under `NOWHERE`; as they are written
    where the workspace knows no communes.
    """
    units, found = known(), Counter[str]()
    for text, count in counted.items():
        meant = units.commune(text)
        unclear = NOWHERE if units else text
        found[meant[0].code if len(meant) == 1 else unclear] += count
    return found


def carried(frame: pl.DataFrame, sound: pl.Expr) -> int:
    """Count the sound rows in which a commune stands that took the whole of the one written."""
    columns = [name for name in frame.columns if name.startswith(CARRIED)]
    if not columns:
        return 0
    some = pl.any_horizontal(pl.col(columns).is_not_null())
    return int(frame.select((some & sound).sum()).item())


def entry(frame: pl.DataFrame) -> pl.Expr:
    """Give what the history keeps of each row that was taken in: its place, what it had written."""
    place = pl.concat_str(pl.lit('{"row": '), pl.col(ROW).cast(pl.String))
    if WRITTEN not in frame.columns:
        return pl.concat_str(place, pl.lit("}"))
    told = pl.concat_str(pl.lit(', "written": '), pl.col(WRITTEN)).fill_null("")
    return pl.concat_str(place, told, pl.lit("}"))


def told(kind: str, cell: str, today: dt.date) -> str:
    """Say in words what is wrong with a cell: what it may mean, or what became of it.

    Args:
        kind: One of `TOLD`.
        cell: What was written.
        today: The day whose units are named; empty where there is nothing to say.
    """
    units = known()
    found = units.commune(cell) or units.place(cell) or []
    if kind == SEVERAL:
        return named(found)
    if kind != ABOLISHED or len(found) != 1 or found[0].end is None:
        return ""
    facts = {"place": places.with_parent(found[0].code), "day": language.date(found[0].end)}
    heirs = units.heirs(found[0].code, today)
    if not heirs:
        return language.text("{place} stood until {day}; no successor is known", **facts)
    said = "{place} stood until {day}; now: {heirs}"
    return language.text(said, **facts, heirs=named(heirs))


def named(found: list[Unit]) -> str:
    """List units with their parents and codes, the first few of many."""
    said = [f"{places.with_parent(unit.code)} ({unit.code})" for unit in found[:_NAMED]]
    return "; ".join([*said, "…"] if len(found) > _NAMED else said)
