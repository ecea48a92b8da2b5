"""How an index is computed, in sentences made from its framework."""

from saola import language
from saola.language import text
from saola.reports.subject import Subject

_TIES = {
    "competition": "Units with the same score share the better rank, and the next rank is skipped.",
    "dense": "Units with the same score share a rank, and the next rank is not skipped.",
    "as-published": "Units with the same score take the order of the published ranks.",
}
_MISSING = {
    "zero": "An indicator without data costs all its points.",
    "skip": "An indicator without data is left out, and the others take its weight.",
    "null": "A unit that lacks data for an indicator has no score on what contains it.",
}


def sentences(subject: Subject) -> list[str]:
    """Say how scores, ranks and intervals of the index come about."""
    framework = subject.framework
    count = sum(each.scored for each in framework.indicators)
    said = [
        text(
            "The index has {count} scored indicators. Each is a rate between 0 and 1, worth its "
            "points; what is below is added up, and the sum is divided by the most points.",
            count=language.number(count),
        ),
        text(_MISSING[framework.missing]),
        text(_TIES[framework.tie]),
    ]
    if len(subject.kinds) > 1 or framework.groups:
        said.append(text("Units are ranked among their own kind and group."))
    if framework.decimals is not None:
        said.append(
            text("Scores are rounded half up to {n} decimals, as the edition does.",
                 n=framework.decimals)
        )  # fmt: skip
    if framework.recipe:
        steps = ", ".join(str(step.get("step", "")) for step in framework.recipe)
        said.append(text("Steps of the recipe, in order: {steps}.", steps=steps))
    if not framework.complete:
        said.append(
            text("Parts of the tree are not known, so totals are the published ones, not computed.")
        )
    return [*said, *intervals(subject)]


def intervals(subject: Subject) -> list[str]:
    """Say where the intervals come from; that there are none, where there are none."""
    if subject.totals["rank_low"].null_count() == subject.totals.height:
        return [text("This run has no intervals: how sure a rank is was not computed.")]
    seed = language.DASH if subject.run.seed is None else subject.run.seed
    return [
        text(
            "Intervals hold 90 % of simulations in which what is uncertain in data and weights "
            "varies; the seed is {seed}.",
            seed=seed,
        )
    ]


def notes(subject: Subject) -> list[tuple[str, str]]:
    """Give every note that a reader of the numbers needs: a heading and a text each."""
    top = language.number(subject.scale.top)
    found = [(text("Method"), " ".join(sentences(subject)))]
    found.append((text("Scale"), text("Scores are written on a scale from 0 to {top}.", top=top)))
    if subject.framework.comparable_with:
        editions = ", ".join(subject.framework.comparable_with)
        comparable = text("May stand on one line with: {editions}.", editions=editions)
    else:
        comparable = text("No other edition is declared comparable with this one.")
    found.append((text("Comparability"), comparable))
    if subject.run.synthetic:
        found.append((text("Synthetic"), synthetic()))
    return found


def synthetic() -> str:
    """Say what the badge means."""
    return text(
        "The figures are invented, for an invented country, to show how the system works. They "
        "say nothing about any real place."
    )
