"""What a report is about: a run with its framework, its frames and the names of its units."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from saola import language, observations
from saola.charts import Scale
from saola.frameworks import SCORES, Framework, Indicator, Node
from saola.frameworks.ranking import by_kind
from saola.frameworks.runs import Run
from saola.frameworks.tree import points_of
from saola.units import Registry

TOTAL = "_T"

# From the country down; kinds of a workspace's own follow.
KINDS = {
    "country": "Countries",
    "ministry": "Ministries",
    "province": "Provinces",
    "commune": "Communes",
}


@dataclass(frozen=True)
class Subject:
    """A run and everything a report says about it.

    Attributes:
        framework: The edition that scored it.
        run: The run.
        scores: Its scores, schema `saola.frameworks.SCORES`.
        units: Names and places of the units.
        observations: What it was computed from; may be empty.
        history: Scores of the index in the periods before it, schema `SCORES`; may be empty.
        zone: The time zone in which its cover says when it was computed.
    """

    framework: Framework
    run: Run
    scores: pl.DataFrame
    units: Registry
    observations: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=observations.SCHEMA)
    )
    history: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCORES))
    zone: dt.tzinfo = dt.UTC

    @cached_property
    def totals(self) -> pl.DataFrame:
        """Scores over all fields together, with the `kind` of each unit."""
        kinds = self.units.frame.select(unit="code", kind="kind")
        rows = self.scores.filter(pl.col("field") == TOTAL)
        return rows.join(kinds, on="unit", how="left", maintain_order="left").with_columns(
            pl.col("kind").fill_null("unknown")
        )

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of unit that the run assesses, from the country down."""
        found = set(self.totals["kind"])
        return kinds_in_order(found)

    @cached_property
    def scale(self) -> Scale:
        """How scores are written: of 100, or of 1 with four decimals for an index of few points."""
        return scale_of(self.framework)

    @cached_property
    def points(self) -> dict[str, float]:
        """The most points of each node and indicator."""
        sums = points_of(self.framework).sum(axis=1).tolist()
        nodes = dict(zip((node.id for node in self.framework.nodes), sums, strict=True))
        return nodes | {each.id: each.points for each in self.framework.indicators}

    @cached_property
    def shown(self) -> tuple[Node | Indicator, ...]:
        """Nodes and indicators in the order of the tree, each once, the index first."""
        found: dict[str, Node | Indicator] = {}

        def walk(item: Node | Indicator) -> None:
            if item.id not in found:
                found[item.id] = item
                for child in self.framework.children(item.id):
                    walk(child)

        for node in self.framework.nodes:
            if not node.parents:
                walk(node)
        return tuple(found.values())

    def ranking(self, kind: str) -> pl.DataFrame:
        """Give the units of a kind in the order of their rank on the index.

        Units without a rank come last, in the order of their published rank where they have one. A
        run that mixes kinds of unit ranks each kind, and each rank group, among itself.

        Returns:
            The rows of `totals` for the index; `label` and `group_name` in the language in use.
        """
        rows = self.totals.filter(
            (pl.col("node") == self.framework.root.id) & (pl.col("kind") == kind)
        )
        if len(self.kinds) > 1:
            rows = by_kind(rows, tie=self.framework.tie)
        names = {code: self.name(code) for code in rows["unit"]}
        groups = {code: self.name(code) for code in rows["group"].unique().drop_nulls()}
        order = {
            code: n
            for n, code in enumerate(sorted(names, key=lambda c: language.sort_key(names[c])))
        }
        return (
            rows.with_columns(
                label=pl.col("unit").replace_strict(names, return_dtype=pl.String),
                group_name=pl.col("group").replace_strict(
                    groups, default=None, return_dtype=pl.String
                ),
                _order=pl.col("unit").replace_strict(order, return_dtype=pl.Int64),
            )
            .sort("group", "rank", "published_rank", "_order", nulls_last=True)
            .drop("_order")
        )

    def name(self, code: str) -> str:
        """Name a unit in the language in use; its code where it has no name."""
        return self.units.unit(code).label() if code in self.units else code

    def label(self, code: str) -> str:
        """Name a node, an indicator or an input in the language in use."""
        return language.pick(self.framework.label_of(code))

    @property
    def title(self) -> str:
        """The name of the index with its period."""
        return f"{language.pick(self.framework.label)} · {self.run.period}"


def kind_name(kind: str) -> str:
    """Say what units of a kind are called, in the plural."""
    return language.text(KINDS[kind]) if kind in KINDS else kind.capitalize()


def kinds_in_order(found: Iterable[str]) -> list[str]:
    """Order kinds of unit from the country down; a workspace's own kinds follow."""
    kinds = set(found)
    return [kind for kind in KINDS if kind in kinds] + sorted(kinds - set(KINDS))


def scale_of(framework: Framework) -> Scale:
    """Say how scores are written: of 100, or of 1 with decimals where points are few."""
    whole = sum(each.points for each in framework.indicators if each.scored)
    small = (framework.root.points or whole) <= 10
    return Scale(1, framework.decimals or 4) if small else Scale(100, 1)
