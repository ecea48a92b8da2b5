"""A statistical audit as a tagged PDF, in the shape of the JRC's own.

The parts are those of a JRC audit: conceptual framework, data checks, statistical coherence, impact
of modelling assumptions, conclusions; the published ranks stay as they are.

Source: JRC statistical audits, as of the Global Innovation Index, 2011-2024.
"""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from saola import __version__, charts, language
from saola.charts import Chart
from saola.index.audit import Audit
from saola.index.coherence import correlations, flags, reliability, statistics
from saola.index.drawn import intervals
from saola.index.sensitivity import leave_out
from saola.index.standings import classes, convergence, pairs
from saola.language import text
from saola.reports.factors import changed_words, factor_name
from saola.reports.page import Card, Drawing, Head, Listing, Page, Part, Running, compiled

LISTED = 120
_DUELLERS = 36
_FLAGS = {
    "redundant": "says the same twice",
    "silent": "is hardly heard",
    "against": "goes against its parent",
}


def audit_pdf(found: Audit, lang: str, when: dt.datetime) -> bytes:
    """Write an audit as a tagged PDF.

    Args:
        found: The audit.
        lang: The language of everything in it.
        when: Its date.
    """
    with language.use(lang):
        title = _title(found)
        whole = when.replace(microsecond=0)
        return compiled(audit_page(found, when), Running(title, f"Saola {__version__}"), whole)


def _title(found: Audit) -> str:
    tree = found.built.tree
    return tree.parts[tree.root].name or tree.root


def audit_page(found: Audit, when: dt.datetime) -> Page:
    """Compose an audit in the language in use."""
    parts = [
        *_framework(found),
        *_data(found),
        *_coherence(found),
        *_assumptions(found),
        *_choices(found),
        *_classes(found),
        *_again(found),
    ]
    return Page(
        head=text("Statistical audit"),
        under=f"{_title(found)} · {language.date(when.date())}",
        cards=_cards(found),
        summary=_summary(found),
        parts=parts,
    )


def _name(found: Audit, code: str) -> str:
    part = found.built.tree.parts.get(code)
    if part is not None:
        return part.name or code
    return found.built.normalised.names.get(code, code)


def _n(value: float | None, decimals: int = 2) -> str:
    return language.number(value, decimals=decimals)


def _drawn(chart: Chart) -> Drawing | None:
    return Drawing.of(chart)


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]], words: int = 1) -> Listing:
    """Lay out a table whose first `words` columns are words and whose others are numbers."""
    columns = [Head(text(head), right=place >= words) for place, head in enumerate(heads)]
    return Listing(columns, [[str(cell) for cell in row] for row in rows])


def _cards(found: Audit) -> list[Card]:
    told = intervals(found.study)
    settled = told.filter(pl.col("rank_low") == pl.col("rank_high")).height
    first = found.sensitivity.frame().sort("total", descending=True).row(0, named=True)
    return [
        Card(text("Units"), language.number(told.height)),
        Card(text("Runs"), language.number(len(found.sensitivity.runs.draws))),
        Card(text("Settled ranks"), language.number(settled), note=text("of all units")),
        Card(text("What moves ranks most"), factor_name(first["factor"])),
    ]


def _summary(found: Audit) -> list[str]:
    told, wide = intervals(found.study), found.wide()
    change = float((told["rank_median"] - told["rank"]).abs().cast(pl.Float64).mean() or 0.0)  # type: ignore[arg-type]  # Polars types a mean as any literal
    said = [
        text(
            "The published ranks were compared with those of {runs} equally plausible variants of "
            "the index. The median rank differs from the published one by {change} places on "
            "average.",
            runs=language.number(len(found.study.draws)),
            change=_n(change, 1),
        )
    ]
    if wide.height:
        names = ", ".join(_name(found, unit) for unit in wide["unit"].to_list()[:12])
        said.append(
            text(
                "The ranks of {count} units move too far to be quoted without their interval: "
                "{names}.",
                count=language.number(wide.height),
                names=names + (" …" if wide.height > 12 else ""),
            )
        )
    else:
        said.append(text("No unit's rank moves so far that it could not be quoted."))
    if found.added:
        said.append(
            text(
                "The recipe names no alternatives; the usual ones of such audits were tried: "
                "weights up and down by a quarter, another scale, another mean."
            )
        )
    return said


def _framework(found: Audit) -> list[Part]:
    built = found.built
    frame = built.framework().with_columns(
        label=pl.Series([_name(found, code) for code in built.framework()["code"]])
    )
    tops = frame.filter(pl.col("level") > 1).sort("level", descending=True)
    rows = [
        (row["label"], _name(found, row["parent"]) if row["parent"] else language.DASH,
         language.percent(row["share"]))
        for row in tops.iter_rows(named=True)
    ]  # fmt: skip
    chart = charts.icicle(frame, language.current())
    table = _table(["Part", "Belongs to", "Weight in the index"], rows, words=2)
    return [Part(text("Conceptual framework"), 2, [], _drawn(chart), table)]


def _data(found: Audit) -> list[Part]:
    stages = list(found.built.stages.values())
    told = statistics(stages[0])
    odd = told.filter(pl.col("flags") != "")
    marks = found.built.normalised.frame()
    sentences = [
        text(
            "{count} indicators were checked; {odd} of them show something that wants a look. "
            "{imputed} of the values are imputed and {treated} treated as outliers.",
            count=language.number(told.height),
            odd=language.number(odd.height),
            imputed=language.percent(float(marks["imputed"].sum()) / max(marks.height, 1)),
            treated=language.percent(float(marks["treated"].sum()) / max(marks.height, 1)),
        )
    ]
    rows = [
        (
            _name(found, row["indicator"]),
            ", ".join(text(flag) for flag in row["flags"].split(", ")),
            language.percent(row["available"], decimals=0),
            _n(row["skewness"]),
            _n(row["kurtosis"]),
        )
        for row in odd.iter_rows(named=True)
    ]
    heads = ["Indicator", "What to look at", "Known values", "Skewness", "Kurtosis"]
    return [Part(text("Data checks"), 2, sentences, None, _table(heads, rows, 2) if rows else None)]


def _coherence(found: Audit) -> list[Part]:
    built = found.built
    told = reliability(built)
    rows = [
        (_name(found, row["node"]), row["children"], _n(row["alpha"]),
         language.percent(row["first"], decimals=0), row["components"])
        for row in told.iter_rows(named=True)
    ]  # fmt: skip
    heads = ["Part", "Children", "Alpha", "First component", "Components above 1"]
    sentences = [
        text(
            "A part hangs together where Cronbach's alpha is 0.7 or more and one component "
            "carries most of the variance."
        )
    ]
    found_flags = [
        (_name(found, row["part"]), text(_FLAGS[row["flag"]]), _name(found, row["other"]),
         _n(row["value"]))
        for row in flags(built).iter_rows(named=True)
    ]  # fmt: skip
    parts = [
        Part(text("Statistical coherence"), 2, sentences, None, _table(heads, rows)),
        Part("", 3, [], _correlations(found)),
    ]
    if found_flags:
        table = _table(["Part", "What it does", "With", "Correlation"], found_flags, words=3)
        parts.append(Part(text("Parts to think about"), 3, [], None, table))
    return parts


def _correlations(found: Audit) -> Drawing | None:
    levels = sorted({level for level in found.built.tree.levels() if level > 1})
    if len(levels) < 2:
        return None
    frames = [correlations(found.built, levels[0], upper) for upper in levels[1:]]
    told = pl.concat(frames).select(
        row=pl.col("one").map_elements(lambda code: _name(found, code), pl.String),
        column=pl.col("other").map_elements(lambda code: _name(found, code), pl.String),
        value="correlation",
    )
    title = text("Correlations of the parts with what they make up")
    return _drawn(charts.correlation(told, language.current(), title=title))


def _assumptions(found: Audit) -> list[Part]:
    told = intervals(found.study)
    labelled = told.with_columns(
        label=pl.Series([_name(found, unit) for unit in told["unit"]], dtype=pl.String)
    )
    known = [factor.name for factor in found.study.draws.factors] == ["values"]
    chart = charts.rank_spans(labelled.head(LISTED), language.current(), known=known)
    rows = [
        (row["label"], row["rank"], row["rank_median"], f"{row['rank_low']}–{row['rank_high']}",
         _n(row["score"]))
        for row in labelled.head(LISTED).iter_rows(named=True)
    ]  # fmt: skip
    heads = ["Unit", "Rank", "Middle rank", "Interval of 90 %", "Score"]
    what = [
        (factor_name(row["factor"]), changed_words(row["changed"]) or text("as published"))
        for row in found.study.alternatives().iter_rows(named=True)
    ]
    weigh = found.recipe.weigh
    if weigh.noise:
        levels = ", ".join(str(level) for level in weigh.noise_levels) or text("all levels")
        said = f"± {language.percent(weigh.noise, decimals=0)} ({weigh.spread}; {levels})"
        what.append((factor_name("weights"), said))
    return [
        Part(
            text("Impact of modelling assumptions"),
            2,
            [],
            None,
            _table(["Choice", "What was tried"], what, words=2),
        ),
        Part("", 3, [], _drawn(chart), fresh=True),
        Part(text("Ranks and intervals"), 3, [], None, _table(heads, rows), fresh=True),
    ]


def _choices(found: Audit) -> list[Part]:
    told = found.sensitivity.frame()
    labelled = told.with_columns(label=pl.Series([factor_name(code) for code in told["factor"]]))
    chart = charts.sobol(labelled, language.current())
    rows = [
        (row["label"], _n(row["first"]), f"{_n(row['first_low'])} – {_n(row['first_high'])}",
         _n(row["total"]), f"{_n(row['total_low'])} – {_n(row['total_high'])}")
        for row in labelled.iter_rows(named=True)
    ]  # fmt: skip
    heads = ["Choice", "Alone", "Interval of 90 %", "With others", "Interval of 90 %"]
    levels = sorted(set(found.built.tree.levels()))
    moved = leave_out(found.built, levels[1] if len(levels) > 2 else levels[0])
    without = [
        (_name(found, row["part"]), _n(row["mean_rank_change"]), row["most_rank_change"])
        for row in moved.sort("mean_rank_change", descending=True).iter_rows(named=True)
    ]
    left = _table(["Part left out", "Mean rank change", "Greatest rank change"], without)
    return [
        Part(
            text("Which choice moves the ranks"), 2, [], _drawn(chart),
            _table(heads, rows),
        ),
        Part(text("What if a part were left out"), 3, [], None, left),
    ]  # fmt: skip


def _classes(found: Audit) -> list[Part]:
    told = classes(found.study)
    count = int(told["class"].max() or 0)  # type: ignore[arg-type]  # Polars types a maximum as any literal
    rows = [
        (number, ", ".join(_name(found, unit) for unit in group["unit"]))
        for (number,), group in told.group_by("class", maintain_order=True)
    ]
    sentences = [
        text(
            "At 95 % of the draws {count} classes can be told apart. The first unit of a class is "
            "ahead of the first of the next; inside a class bare ranks mean little.",
            count=language.number(count),
        )
    ]
    parts = [
        Part(
            text("Rank classes"), 2, sentences, None,
            _table(["Class", "Units"], rows, words=2), fresh=True,
        )
    ]  # fmt: skip
    if len(found.study.units) <= _DUELLERS:
        order = told["unit"].to_list()
        pairs_ = pairs(found.study, order).select(
            row=pl.col("unit").map_elements(lambda code: _name(found, code), pl.String),
            column=pl.col("other").map_elements(lambda code: _name(found, code), pl.String),
            ahead="ahead",
        )
        parts.append(Part("", 3, [], _drawn(charts.duels(pairs_, language.current()))))
    return parts


def _again(found: Audit) -> list[Part]:
    sample = found.sensitivity.sample
    facts = [
        (text("Seed"), str(sample.seed)),
        (text("Rows of each block"), language.number(sample.draws)),
        (text("Runs"), language.number(len(found.sensitivity.runs.draws))),
        (text("Design"), sample.kind),
        (text("Engine"), f"Saola {__version__}"),
    ]
    chart = charts.settling(convergence(found.study), language.current())
    sentences = [
        text(
            "Every run's choices are kept beside this report, so that any one of them can be "
            "computed again."
        ),
    ]
    return [Part(text("How to check this"), 2, sentences, _drawn(chart), None, facts)]
