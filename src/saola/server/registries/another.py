"""Whether a corrected row has the items of the row that it corrects, or those of another record.

The number of a row and its batch's mark say which row is corrected. A column that was sorted
alone, or lines pasted one place off, leave these right beside the items of another person or
parcel. Such a row agrees with the one set aside in nothing that tells records apart; it is set
aside again, and does not close the other's.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter

import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from saola.linkage import names
from saola.server.registries import aside, mapping, rules
from saola.server.registries.aside import MEANT, OWN, Key, Say
from saola.server.registries.register import Register
from saola.server.registries.rules import REASONS, Field

CODE = "row-another"
ALIKE = 85  # of 100: two writings of one name
SLIPS = {"digits": 2, "date": 1}  # signs that may be mended in what is still the same item
_PLACE, _BATCH, _ROW, _WAS, _CONTENT = "__place", "__batch", "__row", "__was", "__content"
_KEPT = {_BATCH: pl.Int64, _ROW: pl.Int64, _WAS: pl.String, _CONTENT: pl.String}
Kept = tuple[int, int, str, str]  # batch, row, codes of its faults, the row as it came
Named = list[tuple[int, Key]]  # places among the rows read, and the rows set aside they name


def mark(
    register: Register, part: pl.DataFrame, checked: pl.DataFrame, chosen: Mapping[str, str]
) -> pl.DataFrame:
    """List `CODE` in the reasons of rows that have the items of another record.

    A row does if no item that tells records apart agrees, and one differs that was not at fault
    before. An item that one of the two rows lacks says nothing.

    Args:
        register: The register.
        part: Rows as they came; only those with the columns of `OWN` correct any.
        checked: The same rows with their faults.
        chosen: Field → head of the file they came in.
    """
    fields = [field for field in register.fields if field.identifies]
    before = _before(register, _named(register, part), fields)
    if before.is_empty():
        return checked
    after = _items(part[before[_PLACE].to_list()], chosen, fields)
    foreign = before.filter(_foreign(before, after, fields))[_PLACE]
    place = pl.int_range(checked.height, dtype=pl.Int64)
    return rules.mark(checked, {CODE: place.is_in(foreign.implode())})


def give(register: Register, batch: int, say: Say) -> pl.DataFrame:
    """Give what is set aside of a batch, and beside the items of another record those meant.

    Args:
        register: The register.
        batch: Which.
        say: Says a reason in words.

    Returns:
        What `aside.give` gives, with a column `aside.MEANT` where there is such a row.
    """
    rows = aside.give(register.name, register.batch, register.aside, batch, say)
    numbers = rows["row"].cast(pl.Int64)
    told = rows["reasons"].str.split(" ").list.contains(CODE)
    said = meant(register, batch, numbers.filter(told).to_list())
    if not said:
        return rows
    column = pl.Series(MEANT, [said.get(number) for number in numbers], dtype=pl.String)
    return rows.insert_column(len(OWN) + 1, column)


def meant(register: Register, batch: int, rows: list[int]) -> dict[int, str]:
    """Say of rows with the items of another record which row they named, and its items."""
    fields = [field for field in register.fields if field.identifies]
    items = [pl.col(field.name).cast(pl.String).str.slice(0, 60) for field in fields]
    whole = pl.concat_str(items, separator=" · ", ignore_nulls=True)
    said = pl.format("{}/{}: {}", _BATCH, _ROW, whole)
    before = _before(register, [(row, (batch, row)) for row in rows], fields)
    return dict(before.select(_PLACE, said.alias(MEANT)).iter_rows())


def _named(register: Register, part: pl.DataFrame) -> Named:
    """Tell which rows set aside some rows name."""
    if not set(OWN) <= set(part.columns):
        return []
    said = part.select(
        pl.int_range(pl.len(), dtype=pl.Int64),
        pl.col("batch").str.strip_chars(),
        pl.col("row").str.to_integer(strict=False),
    ).drop_nulls()
    known = aside.stamps(register.name, register.batch)
    return [(place, (known[name], row)) for place, name, row in said.iter_rows() if name in known]


def _before(register: Register, named: Named, fields: list[Field]) -> pl.DataFrame:
    """Give the items of rows set aside by the places of the rows that name them.

    Returns:
        `_PLACE`, batch and row, the codes of their faults as `_WAS`, and the fields in their types.
    """
    found = _kept(register, {key for _, key in named})
    rows = sorted((*found[key], place) for place, key in named if key in found)
    batches = register.batch.objects.using(register.name).in_bulk({row[0] for row in rows})
    parts = [
        _decoded(list(group), batches[batch].mapping, fields)
        for batch, group in groupby(rows, key=itemgetter(0))
    ]
    return pl.concat(parts) if parts else _decoded([], {}, fields)


def _kept(register: Register, keys: set[Key]) -> dict[Key, Kept]:
    """Give the rows of some keys; for one with another's items, the row that is meant by it."""
    found: dict[Key, Kept] = {}
    asked = {key: {key} for key in keys}  # row looked for → the rows that are meant by it
    while asked:
        further: defaultdict[Key, set[Key]] = defaultdict(set)
        marks: dict[str, int] = {}
        for kept in _rows(register, set(asked)):
            key, reasons, content = kept[:2], kept[2], kept[3]
            found |= dict.fromkeys(asked[key], kept)
            if CODE in reasons.split():
                marks = marks or aside.stamps(register.name, register.batch)
                origin = aside.origin(marks, content)
                if origin is not None and origin < key:
                    further[origin] |= asked[key]
        asked = dict(further)
    return found


def _rows(register: Register, keys: set[Key]) -> Iterator[Kept]:
    rows = register.aside.objects.using(register.name)
    for batch, group in groupby(sorted(keys), key=itemgetter(0)):
        numbers = [row for _, row in group]
        for start in range(0, len(numbers), aside.ROWS_A_QUERY):
            part = rows.filter(batch=batch, row__in=numbers[start : start + aside.ROWS_A_QUERY])
            yield from part.values_list("batch_id", "row", "reasons", "content")


def _decoded(
    rows: list[tuple[int, int, str, str, int]], chosen: Mapping[str, str], fields: list[Field]
) -> pl.DataFrame:
    """Read the items out of rows that were kept whole."""
    frame = pl.DataFrame(rows, schema=_KEPT | {_PLACE: pl.Int64}, orient="row")
    heads = {chosen[field.name] for field in fields if field.name in chosen}
    cells = pl.Struct(dict.fromkeys(sorted(heads), pl.String))
    whole = frame.select(pl.col(_CONTENT).str.json_decode(cells)) if heads else pl.DataFrame()
    items = whole.unnest(_CONTENT) if heads else whole
    return frame.drop(_CONTENT).hstack(_items(items, chosen, fields, frame.height))


def _items(
    rows: pl.DataFrame, chosen: Mapping[str, str], fields: list[Field], height: int = 0
) -> pl.DataFrame:
    """Give the fields of rows in their types; what is said for every row tells nothing apart."""
    none = pl.Series([None], dtype=pl.String).new_from_index(0, rows.height or height)
    heads = {field.name: chosen.get(field.name, mapping.CONSTANT) for field in fields}
    named = [rows.get_column(head, default=none).alias(name) for name, head in heads.items()]
    return rules.apply(pl.DataFrame(named), fields).drop(REASONS)


def _foreign(before: pl.DataFrame, after: pl.DataFrame, fields: list[Field]) -> pl.Series:
    """Tell which rows agree in nothing, though they differ in what was not at fault."""
    items: defaultdict[str, list[Field]] = defaultdict(list)
    for field in fields:
        items[field.identifies].append(field)
    none = pl.Series([False]).new_from_index(0, before.height)
    agreed = differs = none
    for parts in items.values():
        both, same, sound = ~none, ~none, ~none
        for field in parts:
            was, now = before[field.name], after[field.name]
            both &= was.is_not_null() & now.is_not_null()
            same &= _same(field, was, now)
            sound &= ~before[_WAS].str.contains(rf"(^| ){field.name}-")
        agreed |= both & same
        differs |= both & ~same & sound
    return ~agreed & differs


def _same(field: Field, was: pl.Series, now: pl.Series) -> pl.Series:
    """Tell where two columns say one thing, perhaps written otherwise."""
    first, second = (_written(field, column) for column in (was, now))
    places = (first != second).fill_null(value=True).arg_true()
    pair = [list(column.gather(places).fill_null("")) for column in (first, second)]
    if field.kind == "name":
        alike = process.cpdist(*pair, scorer=fuzz.token_sort_ratio) >= ALIKE
    else:
        slips = process.cpdist(*pair, scorer=Levenshtein.distance)
        alike = slips <= SLIPS.get(field.kind, 0)
        if field.kind == "date":  # day and month exchanged
            turned = [day[:4] + day[6:] + day[4:6] for day in pair[0]]
            alike = alike | (pl.Series(turned, dtype=pl.String) == pl.Series(pair[1])).to_numpy()
    same = pl.Series([True]).new_from_index(0, was.len())
    return same.scatter(places, pl.Series(alike, dtype=pl.Boolean))


def _written(field: Field, column: pl.Series) -> pl.Series:
    """Write a column as it is compared."""
    if field.kind == "date":
        return column.dt.strftime("%Y%m%d")
    text = column.cast(pl.String).to_frame("text")
    plain = pl.col("text").str.to_lowercase()
    if field.kind == "name":
        plain = names.folded_column(names.standard_column(pl.col("text")))
    return text.select(plain).to_series()
