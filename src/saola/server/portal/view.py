"""What a page shows: index, period, level and the rest, all of it from the address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

import polars as pl
from django.http import Http404, HttpRequest

from saola import language
from saola.charts import Scale
from saola.errors import InputError
from saola.frameworks import Framework, runs
from saola.frameworks.model import Tie
from saola.frameworks.ranking import by_kind
from saola.frameworks.runs import Run
from saola.reports.subject import kinds_in_order, scale_of
from saola.server.portal.reading import Edition, Reader, reader
from saola.units import Unit


@dataclass(frozen=True)
class View:
    """The choice that an address makes.

    Attributes:
        reader: The workspace.
        edition: Index, period and run; none where the workspace has no run.
        pinned: Whether the address names a run.
        asked: The other choices, as given: those of `ASKED`.
        lang: The language.
    """

    reader: Reader
    edition: Edition | None
    pinned: bool
    asked: Mapping[str, str]
    lang: str

    # -- what is looked at ----------------------------------------------------------------------

    @property
    def framework(self) -> Framework:
        """The edition of the framework."""
        return self.chosen.framework

    @property
    def run(self) -> Run:
        """The run."""
        return self.chosen.run

    @property
    def period(self) -> str:
        """The period."""
        return self.chosen.period

    @property
    def chosen(self) -> Edition:
        """The edition; 404 where the workspace has no run."""
        if self.edition is None:
            raise Http404
        return self.edition

    @cached_property
    def scale(self) -> Scale:
        """How scores of this index are written: of 100, or of 1 with four decimals."""
        return scale_of(self.framework)

    @cached_property
    def node(self) -> str:
        """The node or indicator looked at; the index itself unless the address names another."""
        asked = self.asked.get("node", "")
        known = asked in self.framework.node_of or asked in self.framework.indicator_of
        return asked if known else self.framework.root.id

    @cached_property
    def levels(self) -> list[str]:
        """The kinds of unit that the run assesses, from the country down."""
        return kinds_in_order(self.rows["kind"])

    @cached_property
    def level(self) -> str:
        """The kind of unit looked at: as asked, else provinces, else the one with most units."""
        asked = self.asked.get("level", "")
        if asked in self.levels:
            return asked
        if "province" in self.levels:
            return "province"
        counts = self.rows["kind"].value_counts(sort=True)
        return str(counts["kind"][0]) if counts.height else ""

    # -- frames ---------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> pl.DataFrame:
        """Scores of the node of every unit, with its label and kind."""
        return self.labelled(self.reader.scores(self.run, node=self.node))

    @cached_property
    def peers(self) -> pl.DataFrame:
        """Scores of the node of the units of the level, ranked among themselves."""
        rows = self.rows.filter(pl.col("kind") == self.level)
        return ranked(rows, tie=self.framework.tie, mixed=len(self.levels) > 1)

    def labelled(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add `label` and `kind` of each unit."""
        return rows.join(self.names, left_on="unit", right_on="code", how="left").with_columns(
            label=pl.coalesce("label", "unit"), kind=pl.col("kind").fill_null("unknown")
        )

    @property
    def quoted(self) -> bool:
        """Whether the published ranking of the index is shown instead of a computed one."""
        return self.framework.root.id in self.reader.quoted(self.run)

    @property
    def names(self) -> pl.DataFrame:
        """Code, label in the language and kind of every unit; of a pinned run as they were then."""
        pinned = self.run.id if self.pinned else ""
        return self.reader.once(("names", self.lang, pinned), self._names)

    def _names(self) -> pl.DataFrame:
        frame = self.reader.units.frame.select("code", "kind", "parent", *language.LANGUAGES)
        if self.pinned and self.reader.workspace is not None:
            then = runs.table(self.reader.workspace, self.run, runs.NAMED)
            frame = frame if then is None else frame.update(then, on="code", how="full")
        words = [pl.when(pl.col(lang) != "").then(pl.col(lang)) for lang in (self.lang, "en", "vi")]
        return apart(frame.select("code", "kind", "parent", label=pl.coalesce(*words, "code")))

    def unit(self, code: str) -> Unit:
        """Give a unit, or answer 404."""
        try:
            return self.reader.units.unit(code)
        except InputError as error:
            raise Http404 from error

    # -- addresses ------------------------------------------------------------------------------

    @property
    def state(self) -> dict[str, str]:
        """What an address needs to show this again."""
        if self.edition is None:
            return dict(self.asked)
        if self.pinned:
            return {"run": self.run.id, **self.asked}
        return {"index": self.framework.index, "period": self.period, **self.asked}

    def query(self, **changes: str) -> str:
        """Write the query of an address, with changes; an empty value takes a choice away."""
        state = {**self.state, **changes}
        return urlencode({name: value for name, value in state.items() if value})

    def asking(self, **changes: str) -> "View":
        """Give the view that other choices would make."""
        asked = {name: value for name, value in {**self.asked, **changes}.items() if value}
        return replace(self, asked=asked)

    @property
    def synthetic(self) -> bool:
        """Whether any figure comes from invented data."""
        return self.run.synthetic

    @property
    def title(self) -> str:
        """The name of the index with its period."""
        return f"{language.pick(self.framework.label, self.lang)} · {self.period}"


def apart(names: pl.DataFrame) -> pl.DataFrame:
    """Give units of one name under different parents their parent's name in brackets.

    Drawings and tables tell units apart by name: many a commune shares its own.

    Args:
        names: Columns `code`, `kind`, `parent`, `label`.
    """
    above = names.select(parent="code", above="label").unique("parent")
    several = pl.col("parent").n_unique().over("kind", "label") > 1
    told = pl.when(several & pl.col("above").is_not_null()).then(
        pl.format("{} ({})", "label", "above")
    )
    return names.join(above, on="parent", how="left", maintain_order="left").select(
        "code", "kind", label=told.otherwise("label")
    )


def ranked(rows: pl.DataFrame, *, tie: Tie, mixed: bool) -> pl.DataFrame:
    """Order units by rank; where a run mixes kinds of unit, rank each kind among itself."""
    if mixed:
        rows = by_kind(rows, tie=tie)
    return rows.sort("rank", "score", "label", descending=[False, True, False], nulls_last=True)


ASKED = ("level", "node", "group", "sort", "q", "unit", "inside", "clear", "page")
_LONGEST = 200


def view_of(request: HttpRequest) -> View:
    """Read the choice from an address; what is unknown falls back to the current run.

    Raises:
        Http404: If the address names an index, a period or a run that is not here.
    """
    given = request.GET
    asked = {name: given[name][:_LONGEST] for name in ASKED if given.get(name)}
    found = reader()
    code = given.get("run", "")
    if code:
        return View(found, _pinned(found, code), True, asked, language.current())
    chosen = _edition(found, given.get("index", ""), given.get("period", ""))
    return View(found, chosen, False, asked, language.current())


def _pinned(found: Reader, code: str) -> Edition:
    if found.workspace is None:
        raise Http404
    try:
        run = runs.run(found.workspace, code)
    except InputError as error:
        raise Http404 from error
    framework = found.framework_of(run)
    if framework is None:
        raise Http404
    return Edition(framework, run.period, run)


def _edition(found: Reader, index: str, period: str) -> Edition | None:
    if not found.editions:
        if index:
            raise _not_here("index-not-here", index, [])
        return None
    index = index or next(iter(found.editions))
    if index not in found.editions:
        raise _not_here("index-not-here", index, found.editions)
    editions = found.editions[index]
    if not period:
        return editions[-1]
    for edition in editions:
        if edition.period == period:
            return edition
    raise _not_here("edition-not-here", period, [edition.period for edition in editions])


def _not_here(code: str, asked: str, known: Iterable[str]) -> Http404:
    """Say which index or period is not here, and which are."""
    said = ", ".join(known) or "–"
    return Http404(InputError(code, found=asked[:_LONGEST], known=said))
