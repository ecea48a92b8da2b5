"""How a model's work is parted: records that agree on a block meet in a partition.

A partition by birth year and commune alone would lose everyone whose date is wrong in one record.
So records are parted once a *pass*, by columns that some of the blocks determine: birth year and
commune for blocks that hold both, the name for those across years or communes, the number for its
own. Records that agree on a block agree on the columns of its pass, and so meet there; as every
pair is scored in the pass of the first block it agrees on, each is scored once.
"""

from dataclasses import dataclass, replace

from saola.linkage.levels import determined
from saola.linkage.model import LinkModel


@dataclass(frozen=True)
class Pass:
    """One parting of the records.

    Attributes:
        on: Columns whose values say the partition.
        blocks: Places of the model's blocks that are looked at in it.
        keys: Places of the model's keys.
        witness: Whether the model's witness is.
    """

    on: tuple[str, ...]
    blocks: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()
    witness: bool = False


def passes(model: LinkModel) -> list[Pass]:
    """List the passes that a model needs, those of blocks first."""
    found: dict[tuple[str, ...], Pass] = {}

    def at(columns: tuple[str, ...]) -> Pass:
        on = _parted_on(columns, model)
        return found.setdefault(on, Pass(on))

    for place, block in enumerate(model.blocks):
        one = at(block)
        found[one.on] = replace(one, blocks=(*one.blocks, place))
    for place, key in enumerate(model.keys):
        one = at(key.on)
        found[one.on] = replace(one, keys=(*one.keys, place))
    if model.witness:
        one = at(model.witness)
        found[one.on] = replace(one, witness=True)
    return list(found.values())


def _parted_on(columns: tuple[str, ...], model: LinkModel) -> tuple[str, ...]:
    """Take the first partition of the model that columns determine, else the columns themselves."""
    known = determined(columns, model.columns)
    return next((each for each in model.partitions if known.issuperset(each)), columns)
