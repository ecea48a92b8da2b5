"""Scoring rules in one line each, for tables that have no room for sentences."""

from collections.abc import Callable
from typing import Any

from saola import language
from saola.frameworks import Framework, Indicator
from saola.frameworks.rules import Rule
from saola.frameworks.rules.base import Reference
from saola.language import text
from saola.observations.codes import label


def formula(framework: Framework, indicator: Indicator) -> str:
    """Write how an indicator's share of its points comes from the inputs.

    Args:
        framework: The edition, which names the inputs.
        indicator: One of its indicators.
    """
    said = _written(framework, indicator.rule)
    return said if indicator.direction == 1 else text("1 − ({rule})", rule=said)


def _written(framework: Framework, rule: Rule) -> str:
    writer = _WRITERS.get(rule.kind)
    if writer is None:
        names = ", ".join(_name(framework, reference) for reference in rule.references)
        return f"{rule.kind}: {names}"
    return writer(framework, rule)


def _name(framework: Framework, reference: Reference) -> str:
    said = language.pick(framework.label_of(reference.code))
    return (
        said
        if reference.breakdown == "_T"
        else f"{said} ({label('breakdown', reference.breakdown)})"
    )


def _share(value: float) -> str:
    return language.percent(value, decimals=0).replace(" ", "\u00a0")


def _measured(framework: Framework, rule: Any) -> str:
    name = _name(framework, rule.value)
    if (rule.low, rule.high) == (0.0, 1.0):
        return name
    ends = {"low": language.number(rule.low), "high": language.number(rule.high)}
    return text("{name}, from {low} (0) to {high} (all points)", name=name, **ends)


def _ratio(framework: Framework, rule: Any) -> str:
    said = f"{_name(framework, rule.a)} ÷ {_name(framework, rule.b)}"
    if rule.target != 1:
        said += text("; target {target}", target=_share(rule.target))
    return said


def _survey(framework: Framework, rule: Any) -> str:
    return text("{rule} (sample)", rule=_ratio(framework, rule))


def _steps(framework: Framework, rule: Any) -> str:
    steps = sorted(rule.steps, reverse=True)
    said = "; ".join(f"≥\u00a0{language.number(low)}: {_share(share)}" for low, share in steps)
    return f"{_name(framework, rule.value)} – {said}"


def _tiers(framework: Framework, rule: Any) -> str:
    code = rule.value.code
    said = "; ".join(
        f"{language.pick(framework.word_of(code, word))}: {_share(share)}"
        for word, share in rule.tiers
    )
    return f"{_name(framework, rule.value)} – {said}"


def _parts(framework: Framework, rule: Any) -> str:
    return " + ".join(
        f"{_share(share)} × ({_written(framework, part)})" for share, part in rule.parts
    )


def _gap(framework: Framework, rule: Any) -> str:
    first, second = (label("breakdown", group) for group in rule.between)
    sentence = "smaller ÷ larger of ({a} ÷ {b}) for {first} and {second}"
    if rule.measure == "difference":
        sentence = "1 − difference of ({a} ÷ {b}) for {first} and {second}"
    a, b = _name(framework, rule.a), _name(framework, rule.b)
    return text(sentence, a=a, b=b, first=first, second=second)


_WRITERS: dict[str, Callable[[Framework, Any], str]] = {
    "measured": _measured,
    "ratio": _ratio,
    "survey": _survey,
    "steps": _steps,
    "tiers": _tiers,
    "parts": _parts,
    "gap": _gap,
}
