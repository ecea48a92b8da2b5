"""What stands on every report's cover: what it is, of when, from what, by what rules."""

import datetime as dt

from saola import language
from saola.frameworks import runs
from saola.language import text
from saola.periods import Period
from saola.reports.subject import Subject, kind_name

Fact = tuple[str, str]


def made(subject: Subject) -> dt.datetime:
    """Give the time of the run, in UTC: the date of every report of it."""
    return dt.datetime.fromisoformat(subject.run.when).astimezone(dt.UTC)


def cover(subject: Subject) -> list[Fact]:
    """List what identifies the run."""
    framework, run = subject.framework, subject.run
    ends = Period.parse(run.period)
    first, last = (language.date(day, style="medium") for day in (ends.start, ends.end))
    return [
        (text("Index"), language.pick(framework.label)),
        (text("Edition"), framework.id),
        (text("Period"), f"{run.period} ({first} – {last})"),
        (text("Units"), _units(subject)),
        (text("Source"), language.pick(framework.source) or language.DASH),
        (text("Licence"), language.pick(framework.licence) or language.DASH),
        (text("Computed on"), language.moment(made(subject), subject.zone)),
        (text("Code of the run"), run.id),
        (text("Engine"), f"Saola {run.engine}"),
    ]


def _units(subject: Subject) -> str:
    parts = []
    for kind in subject.kinds:
        rows = subject.totals.filter(subject.totals["kind"] == kind)
        parts.append(f"{language.number(rows['unit'].n_unique())} ({kind_name(kind).lower()})")
    return ", ".join(parts) or language.DASH


def digests(subject: Subject) -> list[Fact]:
    """List the SHA-256 digests by which the run can be checked, and what they say of the inputs."""
    run = subject.run
    found = [
        (text("SHA-256 of the inputs"), run.inputs),
        (text("SHA-256 of the framework"), run.definition),
        (text("SHA-256 of the scores"), run.scores),
    ]
    if run.seed is not None and run.draws:
        found.append((text("Seed of the draws"), str(run.seed)))
    return found


def same_inputs(subject: Subject) -> str:
    """Say whether the observations at hand are those that the run read."""
    if subject.observations.is_empty():
        return ""
    if runs.digest(subject.observations) == subject.run.inputs:
        return text("The observations here are those that the run read: their SHA-256 is the same.")
    return text(
        "The observations here are not wholly those that the run read: values came in or were "
        "withdrawn since."
    )
