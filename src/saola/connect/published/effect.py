"""What a plan does to the index: scores with today's figures, and with those after the plan."""

import polars as pl

from saola import frameworks, observations
from saola.connect.published.after import COVERED_4G, COVERED_5G, PERSONS, gained
from saola.frameworks import Framework, runs
from saola.frameworks.compute import assessed, observed, rank_groups
from saola.frameworks.cube import inputs_of
from saola.frameworks.score import score
from saola.periods import Period
from saola.workspace import Workspace

INPUTS = {COVERED_4G: "new_4g", COVERED_5G: "new_5g"}
EFFECT = pl.Schema(
    {
        "framework": pl.String,
        "period": pl.String,
        "unit": pl.String,
        "node": pl.String,
        "before": pl.Float64,
        "after": pl.Float64,
        "rank_before": pl.Int64,
        "rank_after": pl.Int64,
    }
)


def gains(settlements: pl.DataFrame, codes: pl.DataFrame, workspace: Workspace) -> pl.DataFrame:
    """Sum what each unit gains: communes, and every unit above them but the country's groups.

    Args:
        settlements: A plan's settlements.
        codes: `unit` as the plan writes it, and its `code` in the workspace.
        workspace: Knows which unit lies in which.

    Returns:
        `unit` (its code), `new_4g`, `new_5g`.
    """
    own = gained(settlements).join(codes.drop_nulls("code"), on="unit", how="inner")
    rows = []
    for row in own.select("code", *INPUTS.values()).iter_rows(named=True):
        code = row["code"]
        while code:
            rows.append({"unit": code} | {name: row[name] for name in INPUTS.values()})
            code = workspace.units.unit(code).parent if code in workspace.units else ""
    if not rows:
        return pl.DataFrame(schema={"unit": pl.String, "new_4g": pl.Float64, "new_5g": pl.Float64})
    return pl.DataFrame(rows).group_by("unit", maintain_order=True).sum()


def raised(current: pl.DataFrame, gain: pl.DataFrame) -> pl.DataFrame:
    """Raise today's observations by what a plan adds, at most to all people.

    Args:
        current: Current values of one period.
        gain: What `gains` gives.

    Returns:
        The rows that change, with their new values.
    """
    total = current.filter((pl.col("field") == "_T") & (pl.col("breakdown") == "_T"))
    people = total.filter(pl.col("indicator") == PERSONS).select("unit", people="value")
    parts = []
    for code, column in INPUTS.items():
        rows = total.filter(pl.col("indicator") == code).join(gain, on="unit", how="inner")
        rows = rows.join(people, on="unit", how="left").filter(pl.col(column) > 0)
        value = pl.min_horizontal(pl.col("value") + pl.col(column), "people")
        parts.append(rows.with_columns(value=value).select(current.columns))
    return pl.concat(parts)


def editions(workspace: Workspace) -> list[tuple[Framework, str]]:
    """List the frameworks that coverage counts in, each with its latest period."""
    found = []
    for code, framework in frameworks.catalogue(workspace.home / "frameworks").items():
        periods = runs.periods(workspace, code)
        if periods and set(INPUTS) & set(inputs_of(framework)):
            found.append((framework, max(periods, key=lambda each: Period.parse(each).start)))
    return found


def effect(workspace: Workspace, gain: pl.DataFrame) -> pl.DataFrame:
    """Score every framework that counts coverage before and after a plan.

    Args:
        workspace: With runs of these frameworks; without any the table is empty.
        gain: What `gains` gives.

    Returns:
        A frame of `EFFECT`: units that gain, on the nodes that change.
    """
    parts = [pl.DataFrame(schema=EFFECT)]
    for framework, period in editions(workspace):
        today = observed(workspace, framework, period=period)
        new = raised(today, gain)
        if new.is_empty():
            continue
        then = today.join(new, on=observations.KEY, how="anti")
        then = pl.concat([then, new.select(then.columns)])
        before, after = (_scores(workspace, framework, period, one) for one in (today, then))
        joined = before.join(after, on=["unit", "node"], how="inner", suffix="_after").filter(
            pl.col("unit").is_in(gain["unit"].to_list())
        )
        changed = joined.filter((pl.col("score_after") - pl.col("score")).abs() > 1e-12)
        parts.append(
            changed.select(
                framework=pl.lit(framework.id), period=pl.lit(period), unit="unit", node="node",
                before="score", after="score_after", rank_before=pl.col("rank").cast(pl.Int64),
                rank_after=pl.col("rank_after").cast(pl.Int64),
            )
        )  # fmt: skip
    return pl.concat(parts)


def _scores(
    workspace: Workspace, framework: Framework, period: str, rows: pl.DataFrame
) -> pl.DataFrame:
    """Score one period as `saola run` does, each kind of unit ranked among itself."""
    day = Period.parse(period).start
    units = assessed(
        framework, workspace.units, on=day, seen=rows["unit"].unique().sort().to_list()
    )
    groups = rank_groups(framework, workspace.units, on=day) or {
        code: workspace.units.unit(code).kind for code in units if code in workspace.units
    }
    found = score(framework, rows, units=units, groups=groups)
    return found.filter(pl.col("field") == "_T").select("unit", "node", "score", "rank")


def observed_people(workspace: Workspace, units: list[str], codes: tuple[str, ...]) -> pl.DataFrame:
    """Give the latest count of people, and of those covered, of some units."""
    rows = observations.current(
        workspace, indicators=[PERSONS, *codes], where=pl.col("unit").is_in(units)
    )
    if rows.is_empty():
        return rows
    counted = rows.filter(pl.col("status") != "F")  # forecasts of other plans are no count
    if counted.is_empty():
        return counted
    latest = max(counted["period"].unique().to_list(), key=lambda each: Period.parse(each).start)
    return counted.filter(pl.col("period") == latest)
