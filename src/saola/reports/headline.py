"""What a profile says first of a unit: its numbers, and one sentence."""

from typing import Any

import polars as pl

from saola import language
from saola.language import text
from saola.reports.page import Card
from saola.reports.standing import between, shown_of
from saola.reports.subject import Subject
from saola.reports.words import marks

Row = dict[str, Any]


def cards(subject: Subject, row: Row, peers: pl.DataFrame, series: pl.DataFrame) -> list[Card]:
    """Give score, rank, what was published, and the change since the period before.

    Args:
        subject: The run.
        row: Of the unit in `Subject.ranking`.
        peers: The units of its kind.
        series: Its scores in time, the run's last.
    """
    found = [*_score(subject, row), *_rank(row, peers), *_published(subject, row)]
    return [*found, *_change(subject, series)]


def summary(subject: Subject, row: Row, peers: pl.DataFrame) -> str:
    """Say score and rank in a sentence, and how sure the rank is."""
    facts = {"name": row["label"], "period": subject.run.period}
    if row["score"] is None:
        return text("{name} has no computed score in {period}.", **facts)
    facts["score"] = subject.scale.write(row["score"], language.current())
    if not _ranked(row, peers):
        said = text("{name} has a score of {score} in {period}.", **facts)
    else:
        said = text(
            "{name} has a score of {score} in {period}: rank {rank} of {count}.",
            rank=language.number(row["rank"]),
            count=language.number(_count(row, peers)),
            **facts,
        )
        if row["rank_low"] is not None:
            said += " " + text(
                "Given what is uncertain, its rank lies between {low} and {high}.",
                low=language.number(row["rank_low"]),
                high=language.number(row["rank_high"]),
            )
    if row["status"] != "A":
        said += f" {marks().get(row['status'], row['status'])}."
    return said


def _ranked(row: Row, peers: pl.DataFrame) -> bool:
    """Tell whether a computed rank means something: not among a few of the units published."""
    return row["rank"] is not None and not shown_of(peers)[1]


def _count(row: Row, peers: pl.DataFrame) -> int:
    return peers.filter(
        pl.col("rank").is_not_null(), pl.col("group").eq_missing(row["group"])
    ).height


def _interval(low: str, high: str) -> str:
    if between(low, high) == language.DASH:
        return text("interval not computed")
    return text("interval of 90 %: {range}", range=between(low, high))


def _score(subject: Subject, row: Row) -> list[Card]:
    if row["score"] is None and row["published_score"] is not None:
        return []
    lang = language.current()
    written = subject.scale.write
    top = text("of {top}", top=language.number(subject.scale.top))
    note = _interval(written(row["low"], lang), written(row["high"], lang))
    return [Card(text("Score"), written(row["score"], lang), top, note)]


def _rank(row: Row, peers: pl.DataFrame) -> list[Card]:
    if not _ranked(row, peers):
        return []
    number = language.number
    of = text("of {count}", count=number(_count(row, peers)))
    note = _interval(number(row["rank_low"]), number(row["rank_high"]))
    return [Card(text("Rank"), number(row["rank"]), of, note)]


def _published(subject: Subject, row: Row) -> list[Card]:
    score, rank = row["published_score"], row["published_rank"]
    if score is None and rank is None:
        return []
    note = text("rank {rank}", rank=language.number(rank))
    written = subject.scale.write(score, language.current())
    return [Card(text("As published"), written, note=note)]


def _change(subject: Subject, series: pl.DataFrame) -> list[Card]:
    scores = series["score"].to_list()
    if len(scores) < 2 or scores[-1] is None or scores[-2] is None:
        return []
    lang = language.current()
    change = scores[-1] - scores[-2]
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    before = subject.scale.write(scores[-2], lang)
    note = text("from {score} in {period}", score=before, period=series["period"][-2])
    return [Card(text("Change"), sign + subject.scale.write(abs(change), lang), note=note)]
