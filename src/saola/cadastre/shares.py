"""Shares of a right as exact fractions; the shares of one right add up to one."""

from collections.abc import Mapping
from fractions import Fraction

from saola.errors import InputError, StateError

Shares = Mapping[int, Fraction]
GREATEST = 10**9


def read(text: str) -> list[Fraction] | None:
    """Read shares such as `1/3; 2/3` or `1`.

    Returns:
        The shares as written, or None where one is no positive fraction of at most one.
    """
    found: list[Fraction] = []
    for part in text.split(";"):
        above, _, below = part.strip().partition("/")
        try:
            share = Fraction(int(above), int(below or "1"))
        except (ValueError, ZeroDivisionError):
            return None
        if not 0 < share <= 1 or share.denominator > GREATEST:
            return None
        found.append(share)
    return found


def whole(shares: Shares) -> None:
    """Refuse shares that do not add up to one, or of which one is not positive.

    Raises:
        StateError: If they do not.
    """
    total = sum(shares.values(), Fraction(0))
    if total != 1 or any(share <= 0 for share in shares.values()):
        raise StateError("shares-not-one", found=total)


def transferred(before: Shares, giver: int, takers: Shares) -> dict[int, Fraction]:
    """Give the shares after one holder passes some of theirs on.

    Args:
        before: Holder → share; they add up to one.
        giver: Who passes on.
        takers: Who takes how much of the whole right.

    Raises:
        InputError: If nobody takes, or someone takes nothing or less, or from themselves.
        StateError: If the giver holds less than is taken, or nothing.
    """
    whole(before)
    if not takers or giver in takers or any(share <= 0 for share in takers.values()):
        raise InputError("share-nonsense", found=", ".join(map(str, takers.values())) or "–")
    held, taken = before.get(giver, Fraction(0)), sum(takers.values(), Fraction(0))
    if taken > held:
        raise StateError("share-exceeds", found=taken, held=held)
    after = {**before, giver: held - taken}
    for taker, share in takers.items():
        after[taker] = after.get(taker, Fraction(0)) + share
    kept = {holder: share for holder, share in after.items() if share}
    whole(kept)
    return kept
