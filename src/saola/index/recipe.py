"""A recipe: the ordered steps from raw values to the index, and what the audit varies in each."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from saola.errors import InputError, SaolaError, raise_all
from saola.index.fields import checked
from saola.index.steps import KINDS, Aggregate, Normalise, Step, Weigh

_LAST = ("normalise", "weigh", "aggregate")


@dataclass(frozen=True)
class Recipe:
    """Steps in the order they are taken.

    Args:
        steps: The steps as published.
        alternatives: For each step what the audit draws from instead, as equals; empty where
            the step stays as it is.
    """

    steps: tuple[Step, ...]
    alternatives: tuple[tuple[Step, ...], ...] = ()

    def __post_init__(self) -> None:
        if not self.alternatives:
            object.__setattr__(self, "alternatives", ((),) * len(self.steps))

    @property
    def prepare(self) -> tuple[Step, ...]:
        """The steps that change the table, up to and with normalising."""
        return tuple(step for step in self.steps if not isinstance(step, Weigh | Aggregate))

    @property
    def weigh(self) -> Weigh:
        """The step that sets weights; the given ones where the recipe names none."""
        return next((step for step in self.steps if isinstance(step, Weigh)), Weigh())

    @property
    def aggregate(self) -> Aggregate:
        """The step that aggregates; arithmetic means where the recipe names none."""
        return next((step for step in self.steps if isinstance(step, Aggregate)), Aggregate())

    def with_step(self, place: int, step: Step) -> "Recipe":
        """Give the recipe with another step at a place, counted from 0."""
        steps = (*self.steps[:place], step, *self.steps[place + 1 :])
        return replace(self, steps=steps)

    def rows(self) -> list[dict[str, Any]]:
        """Give the steps as tables that `recipe_of` reads back, without keys left at default."""
        rows: list[dict[str, Any]] = []
        for step, others in zip(self.steps, self.alternatives, strict=True):
            row: dict[str, Any] = {"step": step.kind, **spoken(step)}
            if others:
                row["alternatives"] = [spoken(other, step) for other in others]
            rows.append(row)
        return rows


def spoken(step: Step, beside: Step | None = None) -> dict[str, Any]:
    """Give the keys in which a step differs from another, by default from one left at default."""
    default = asdict(beside or type(step)())
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(step).items()
        if value != default[key] and value is not None
    }


def recipe_of(rows: Sequence[Mapping[str, Any]], where: str = "recipe") -> Recipe:
    """Check the steps of a recipe, such as the `recipe` tables of a framework.

    Args:
        rows: One mapping a step: `step` names its kind, `alternatives` lists the changed keys of
            each alternative, the other keys are those of the step.
        where: The place, for the errors.

    Raises:
        InputErrors: All faults at once: unknown steps and keys, wrong values, wrong order.
    """
    faults: list[SaolaError] = []
    steps: list[Step] = []
    others: list[tuple[Step, ...]] = []
    for place, row in enumerate(rows, start=1):
        here = f"{where}, step {place}"
        name = row.get("step", "")
        if name not in KINDS:
            known = ", ".join(KINDS)
            faults.append(InputError("recipe-step-unknown", where=here, found=name, known=known))
            continue
        step, alternatives, more = _step(KINDS[name], row, here)
        steps.append(step)
        others.append(alternatives)
        faults += more
    faults += _order(steps, where)
    raise_all(faults)
    return Recipe(tuple(steps), tuple(others))


def _step(
    kind: type[Step], row: Mapping[str, Any], where: str
) -> tuple[Step, tuple[Step, ...], list[SaolaError]]:
    own = {key: value for key, value in row.items() if key not in {"step", "alternatives"}}
    good, faults = checked(kind, own, where)
    if not faults and "by_indicator" in good:
        rules: dict[str, dict[str, Any]] = {}
        for code, keys in dict(own["by_indicator"]).items():
            rules[code], more = checked(kind, keys, f"{where}, {code}")
            faults += more
        good["by_indicator"] = rules
    others: list[Step] = []
    for count, change in enumerate(row.get("alternatives", ()), start=1):
        here = f"{where}, alternative {count}"
        changed, more = checked(kind, change, here)
        faults += more
        if not more and not faults:
            others.append(kind(**{**good, **changed}))
    return (kind() if faults else kind(**good)), tuple(others), faults


def _order(steps: Sequence[Step], where: str) -> list[SaolaError]:
    kinds = [step.kind for step in steps]
    faults: list[SaolaError] = [
        InputError("recipe-step-twice", where=where, found=kind)
        for kind in _LAST
        if kinds.count(kind) > 1
    ]
    last = [_LAST.index(kind) for kind in kinds if kind in _LAST]
    tail = kinds[-len(last) :] if last else []
    if last != sorted(last) or any(kind not in _LAST for kind in tail):
        faults.append(InputError("recipe-order", where=where, found=", ".join(kinds)))
    if steps and not any(isinstance(step, Normalise) for step in steps):
        faults.append(InputError("recipe-no-normalise", where=where))
    return faults


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from a TOML file that has `[[recipe]]` tables.

    Other tables of a framework file are left to `saola.frameworks`.

    Raises:
        InputErrors: If the file is absent or no TOML, or a step is wrong.
    """
    if not path.is_file():
        raise InputError("file-absent", where=str(path), found=path.name)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError("toml-malformed", where=str(path), found=error) from error
    if not told.get("recipe"):
        raise InputError("recipe-empty", where=str(path))
    return recipe_of(told["recipe"], where=path.name)


def usual() -> Recipe:
    """Give the recipe used where none is named: the usual steps at their usual settings.

    Source: OECD/JRC Handbook (2008), the ten steps; COINr's defaults.
    """
    kinds = ("denominate", "screen", "treat", "normalise", "aggregate")
    return recipe_of([{"step": kind} for kind in kinds])
