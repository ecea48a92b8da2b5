"""Names that sound like a place and are none."""

from collections.abc import Collection

import numpy as np

from saola import language

Name = dict[str, str]

_SYLLABLES = (
    "đô", "rên", "kơ", "lavi", "mưt", "ăn", "sôr", "ta", "vê", "niu", "ba", "lơm", "xin", "đra",
    "pê", "gôl", "ru", "hât", "ki", "môn", "zên", "tô", "lai", "ves", "ơr", "nga", "fin", "sau",
    "bêl", "dur", "vôn", "yar", "cê", "plơ", "tri", "mel", "kul", "đen", "hôr", "ai",
)  # fmt: skip


def names(
    rng: np.random.Generator, count: int, *, taken: Collection[str] = (), syllables: int = 2
) -> list[Name]:
    """Make names of invented syllables, no two alike in any language.

    Args:
        rng: The source of chance.
        count: How many.
        taken: Names that are real, without marks and case; none of them is made.
        syllables: Syllables of the shortest; some are one longer.

    Returns:
        Names in `vi` (with marks), `en` (without) and `fr` (with those that French has).
    """
    made: dict[str, Name] = {}
    while len(made) < count:
        size = syllables + int(rng.random() < 0.25)
        parts = [_SYLLABLES[place] for place in rng.choice(len(_SYLLABLES), size, replace=False)]
        word = "".join(parts).capitalize()
        plain = language.fold(word).capitalize()
        french = "".join(sign if sign in "êôâ" else language.fold(sign) for sign in word.lower())
        if plain.lower() in taken:
            continue
        made.setdefault(plain, {"vi": word, "en": plain, "fr": french.capitalize()})
    return list(made.values())
