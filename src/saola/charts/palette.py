"""Colours, each with a name, a light and a dark form.

Marks have 3:1 against the ground in both themes (WCAG 2.2, 1.4.11), text 4.5:1 (1.4.3), and the
series stay apart in protanopia, deuteranopia and tritanopia; the tests compute all three. Every
light form occurs once, so that a drawing in light can be told in names: `named`.
"""

import re
from typing import Literal

Theme = Literal["light", "dark"]

# By name: the light form, then the dark one.
COLOURS: dict[str, tuple[str, str]] = {
    "ink": ("#17232b", "#e8eef1"),
    "quiet": ("#53626c", "#a7b6bf"),
    "line": ("#dbe2e6", "#2c3a42"),
    "paper": ("#fffffe", "#10171b"),
    "mark": ("#0b6478", "#55bccf"),
    "soft": ("#7d8e97", "#74868f"),
    "interval": ("#5d7f8a", "#7fa3ae"),
    "none": ("#e6ddd0", "#40382d"),
    "on-strong": ("#fefefe", "#0c1418"),
    # Series that stand beside each other.
    "series-1": ("#0d8bc0", "#6cc8ee"),
    "series-2": ("#6b3309", "#e8632f"),
    "series-3": ("#878c33", "#f5dc96"),
    "series-4": ("#a81c74", "#c46ae6"),
    "series-5": ("#1c2024", "#98a2ae"),
    # Low to high.
    "step-1": ("#e4f0ef", "#16292e"),
    "step-2": ("#bfdcdc", "#1b3f47"),
    "step-3": ("#93c3c6", "#225863"),
    "step-4": ("#5fa3aa", "#2b6f7c"),
    "step-5": ("#327f8a", "#4b9aa6"),
    "step-6": ("#14606d", "#84c3cb"),
    "step-7": ("#063f4b", "#c7e8eb"),
}

SERIES = tuple(name for name in COLOURS if name.startswith("series-"))
STEPS = tuple(name for name in COLOURS if name.startswith("step-"))
# Rates in 0..1 at which one step ends and the next begins: the same in every period.
BOUNDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)

_OF_LIGHT = {light: name for name, (light, _) in COLOURS.items()}
_FOUND = re.compile("|".join(_OF_LIGHT))


def light(name: str) -> str:
    """Give the light form of a colour, in which charts are specified."""
    return COLOURS[name][0]


def step(rate: float) -> int:
    """Give the place, 0 to 6, of a rate on the scale from low to high."""
    return sum(rate >= bound for bound in BOUNDS)


def themed(drawn: str, theme: Theme) -> str:
    """Put the colours of a theme into a text that names the light ones."""
    if theme == "light":
        return drawn
    return _FOUND.sub(lambda found: COLOURS[_OF_LIGHT[found.group()]][1], drawn)


def named(drawn: str) -> str:
    """Put style-sheet variables, `var(--c-mark)`, in the place of colours."""
    return _FOUND.sub(lambda found: f"var(--c-{_OF_LIGHT[found.group()]})", drawn)


def stylesheet() -> str:
    """Write the variables of both themes as a style sheet."""

    def block(place: int) -> str:
        return " ".join(f"--c-{name}: {forms[place]};" for name, forms in COLOURS.items())

    return (
        f":root {{ {block(0)} }}\n"
        f"@media (prefers-color-scheme: dark) "
        f'{{ :root:not([data-theme="light"]) {{ {block(1)} }} }}\n'
        f':root[data-theme="dark"] {{ {block(1)} }}\n'
    )
