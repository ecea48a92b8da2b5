"""Scoring rules in plain language, for the method page."""

from collections.abc import Callable
from typing import Any

from saola import language
from saola.frameworks import Framework
from saola.frameworks.rules import Rule
from saola.frameworks.rules.base import Reference
from saola.server.portal import people


def _name(framework: Framework, reference: Reference) -> str:
    said = language.pick(framework.label_of(reference.code))
    if reference.breakdown == "_T":
        return f"“{said}”"
    return f"“{said}” ({people.label(reference.breakdown, language.current())})"


def _measured(framework: Framework, rule: Any) -> list[str]:
    name = _name(framework, rule.value)
    if (rule.low, rule.high) == (0.0, 1.0):
        return [language.text("The value of {name} is taken as it is.", name=name)]
    return [
        language.text(
            "The value of {name} is placed between {low} (no points) and {high} (all points).",
            name=name,
            low=language.number(rule.low),
            high=language.number(rule.high),
        )
    ]


def _ratio(framework: Framework, rule: Any) -> list[str]:
    a, b = _name(framework, rule.a), _name(framework, rule.b)
    if rule.target == 1:
        return [language.text("{a} divided by {b}; all of them earns all points.", a=a, b=b)]
    target = language.percent(rule.target, decimals=0)
    sentence = "{a} divided by {b}; {target} or more earns all points, less earns its part."
    return [language.text(sentence, a=a, b=b, target=target)]


def _survey(framework: Framework, rule: Any) -> list[str]:
    return [
        *_ratio(framework, rule),
        language.text("It comes from a sample, so its chance error is part of the interval."),
    ]


def _steps(framework: Framework, rule: Any) -> list[str]:
    lines = [language.text("By the value of {name}:", name=_name(framework, rule.value))]
    for bound, share in sorted(rule.steps, reverse=True):
        told = {"bound": language.number(bound), "share": language.percent(share, decimals=0)}
        lines.append(language.text("{bound} or more: {share} of the points", **told))
    return lines


def _tiers(framework: Framework, rule: Any) -> list[str]:
    lines = [language.text("By {name}:", name=_name(framework, rule.value))]
    for word, share in rule.tiers:
        said = language.pick(framework.word_of(rule.value.code, word))
        told = {"word": said, "share": language.percent(share, decimals=0)}
        lines.append(language.text("{word}: {share} of the points", **told))
    return lines


def _parts(framework: Framework, rule: Any) -> list[str]:
    lines = [language.text("The sum of these parts:")]
    for share, part in rule.parts:
        told = language.percent(share, decimals=0)
        lines.append(f"{told}: {' '.join(sentences(framework, part))}")
    return lines


def _gap(framework: Framework, rule: Any) -> list[str]:
    first, second = (people.label(group, language.current()) for group in rule.between)
    sentence = (
        "The smaller share divided by the larger, where the shares are {a} of {b} "
        "for “{first}” and for “{second}”; equal shares earn all points."
    )
    if rule.measure == "difference":
        sentence = (
            "One less the difference of two shares, {a} of {b} for “{first}” and for “{second}”; "
            "equal shares earn all points."
        )
    a, b = _name(framework, rule.a), _name(framework, rule.b)
    return [language.text(sentence, a=a, b=b, first=first, second=second)]


_SAYERS: dict[str, Callable[[Framework, Any], list[str]]] = {
    "measured": _measured,
    "ratio": _ratio,
    "survey": _survey,
    "steps": _steps,
    "tiers": _tiers,
    "parts": _parts,
    "gap": _gap,
}


def sentences(framework: Framework, rule: Rule) -> list[str]:
    """Say how a rule turns inputs into points; the first sentence leads, others are its list."""
    sayer = _SAYERS.get(rule.kind)
    if sayer is None:
        codes = ", ".join(_name(framework, reference) for reference in rule.references)
        return [language.text("Rule “{kind}” over {codes}.", kind=rule.kind, codes=codes)]
    return sayer(framework, rule)
