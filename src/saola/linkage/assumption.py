"""Weights of a file in which keys find too few pairs to learn from, as where nobody is in it twice.

Learning by iteration finds two classes in any file: in one without doubles it would take namesakes
and twins for one person. So nothing is found out here that the file does not show. How records of
one person agree is shipped, with what the few pairs show added. How many pairs there are is
bounded by what each independent catch found. And strangers who agree on a block more often than
chance would have them, as twins, namesakes and one family's village do, weaken what its agreement
says by as much.

Source: Fellegi and Sunter 1969; the posterior mean of a Dirichlet prior for m; the excess of joint
agreement over the product of the margins for the dependence of strangers.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from saola.linkage.agreement import agreements, equal_share
from saola.linkage.census import Census, groups
from saola.linkage.model import LinkModel
from saola.linkage.training import ENOUGH_PAIRS, Catch, Weights, level_shares

Shares = tuple[float, ...]


def assume(
    model: LinkModel, catch: Catch, random: Mapping[str, tuple[int, ...]], census: Census
) -> Weights:
    """Weigh by shipped shares, and by no more pairs than the file can hold.

    Args:
        model: The model.
        catch: What keys and witness found in the whole.
        random: What random pairs show.
        census: How many pairs agree on what.
    """
    u = {column: level_shares(random[column]) for column in model.columns}
    m = {
        column: _with_seen(kind, catch.levels.get(column, ()))
        for column, kind in model.columns.items()
    }
    decisive = {column for key in model.keys for column in key.on}
    m |= {column: _only_whole(m[column], u[column]) for column in decisive & set(m)}
    expected = _bound(model, m, catch, census)
    crowding = _crowding(model, m, census, expected)
    return Weights(m=m, u=u, expected=expected, crowding=crowding, assumed=True)


def _with_seen(kind: str, counts: Sequence[int]) -> Shares:
    """Add the levels seen, if any, to the shipped ones, which weigh as `ENOUGH_PAIRS` pairs do."""
    shipped = np.array([level.share for level in agreements(kind)])
    mixed = shipped * ENOUGH_PAIRS + (np.array(counts) if counts else 0)
    return tuple(float(share) for share in mixed / mixed.sum())


def _only_whole(m: Shares, u: Shares) -> Shares:
    """Let a decisive number that is almost equal say nothing: numbers in a row go to twins."""
    inner = [min(pair) for pair in zip(m[1:-1], u[1:-1], strict=True)]
    return (m[0], *inner, m[-1])


def _bound(model: LinkModel, m: Mapping[str, Shares], catch: Catch, census: Census) -> float:
    """Take the least of the bounds that keys, witness and blocks give, and one pair at least."""
    bounds: list[tuple[float, float]] = []
    if model.witness:
        bounds.append((catch.witnessed + 1, _finds(model.witness, model, m, census)))
    if model.keys:
        best = max(_finds(key.on, model, m, census) for key in model.keys)
        bounds.append((catch.keyed + 1, best))
    for columns, together in zip(groups(model), census.together, strict=True):
        if len(columns) > 1:  # agreement on one column is no more frequent than its own margin
            chance = _by_chance(columns, census)
            excess = max(together - chance, 0.0) + math.sqrt(chance) + 1
            bounds.append((excess, _finds(columns, model, m, census)))
    told = [found / share for found, share in bounds if share]
    return max(min(told, default=1.0), float(catch.keyed), 1.0)


def _finds(
    columns: Sequence[str], model: LinkModel, m: Mapping[str, Shares], census: Census
) -> float:
    """Give the share of pairs of one person that have some columns and agree on them."""
    return math.prod(census.present[c] * equal_share(c, model, m) for c in columns)


def _by_chance(columns: Sequence[str], census: Census) -> float:
    return census.possible * math.prod(census.equal[column] for column in columns)


def _crowding(model: LinkModel, m: Mapping[str, Shares], census: Census, expected: float) -> Shares:
    """Say how many times as often as by chance strangers agree on each block, at least once."""
    found = []
    for columns, together in zip(model.blocks, census.together, strict=False):
        strangers = max(together - expected * _finds(columns, model, m, census), 0.0)
        found.append(max((strangers + 1) / (_by_chance(columns, census) + 1), 1.0))
    return tuple(found)
