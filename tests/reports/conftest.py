"""A small invented country with runs of three years, and a subject read from it."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from saola import frameworks, observations, reports
from saola.frameworks import runs
from saola.reports import Subject
from saola.workspace import Workspace

HERE = Path(__file__).parent
NOW = dt.datetime(2026, 11, 21, 8, 30, tzinfo=dt.UTC)
NAMES = (
    "An Lạc", "Bình Khê", "Đông Hải", "Gia Phước", "Hòa Lĩnh", "Khánh Sa", "Lâm Thủy", "Mỹ Trạch",
    "Nam Hà Giang", "Ngọc Sơn", "Phú Ninh", "Quế Võ Tây", "Sông Đăm", "=Tân Uyên",
)  # fmt: skip
PERIODS = ("2024", "2025", "2026")


def units(folder: Path) -> None:
    """Write the invented country and its provinces."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["code,kind,parent,vi,en,fr,from,to,lat,lon,source"]
    lines += ["XSA,country,,Sa Ô,Saoland,Pays de Sao,,,,,invented"]
    lines += [
        f"XSA.P.{n:02},province,XSA,{name},{name} EN,{name},,,,,invented"
        for n, name in enumerate(NAMES, 1)
    ]
    (folder / "invented.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def inputs(period: str, seed: int) -> pl.DataFrame:
    """Invent what every province reports; the last one reports little."""
    draw = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for n in range(1, len(NAMES) + 1):
        level = 0.35 + 0.045 * n * (0.7 + 0.1 * (seed % 10)) * draw.uniform(0.6, 1.1)
        level = float(np.clip(level, 0.05, 0.97))
        counts: dict[str, float] = {"committee-meetings": float(draw.integers(0, 6))}
        pairs = [("persons-covered", "persons", 400_000), ("services-full", "services", 900),
                 ("dossiers-online", "dossiers", 80_000), ("satisfied", "asked", 600)]  # fmt: skip
        for top, below, size in pairs:
            counts[below] = float(size)
            counts[top] = float(round(size * level * draw.uniform(0.7, 1.0)))
        if n == len(NAMES):
            counts = {"services": 900.0, "services-full": 300.0}
        rows += [{"indicator": c, "value": v, "unit": f"XSA.P.{n:02}"} for c, v in counts.items()]
        if n < len(NAMES):
            word = ("funded", "adopted", "none")[int(draw.integers(0, 3))]
            rows.append({"indicator": "plan", "category": word, "unit": f"XSA.P.{n:02}"})
            for sex, gap in (("F", 0.9), ("M", 1.0)):
                of = {"unit": f"XSA.P.{n:02}", "breakdown": f"SEX={sex}"}
                rows.append({"indicator": "respondents", "value": 300.0, **of})
                rows.append({"indicator": "internet", "value": round(300 * level * gap), **of})
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return observations.frame(frame.with_columns(period=pl.lit(period), check=pl.lit("synthetic")))


def with_intervals(scores: pl.DataFrame) -> pl.DataFrame:
    """Put an interval around every score of the index, as the index engine does."""
    ranked = (pl.col("node") == "OA") & pl.col("rank").is_not_null()
    last = scores.filter(ranked)["rank"].max()
    return scores.with_columns(
        low=pl.when(ranked).then((pl.col("score") - 0.03).clip(0, 1)),
        high=pl.when(ranked).then((pl.col("score") + 0.04).clip(0, 1)),
        rank_low=pl.when(ranked).then((pl.col("rank") - 2).clip(1)),
        rank_high=pl.when(ranked).then((pl.col("rank") + 2).clip(1, last)),
    )


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with three runs of an invented framework."""
    made = Workspace.create(
        tmp_path_factory.mktemp("reports") / "home", country="XSA", label={"en": "Saoland"}
    )
    units(made.home / "units")
    definition = (HERE / "invented.toml").read_bytes()
    (made.home / "frameworks" / "invented-2025.toml").write_bytes(definition)
    edition = frameworks.framework("invented-2025", made.home / "frameworks")
    for place, period in enumerate(PERIODS):
        when = NOW + dt.timedelta(minutes=place)
        frame = inputs(period, 11 + place)
        observations.append(made, frame, source="Invented", who="test", when=when)
        codes = frameworks.inputs_of(edition)
        read = observations.current(made, indicators=codes).filter(pl.col("period") == period)
        runs.save(
            made,
            with_intervals(frameworks.score(edition, read)),
            framework=edition.id,
            period=period,
            when=when,
            inputs=read,
            definition=definition,
            seed=7,
        )
    return made


@pytest.fixture(scope="session")
def subject(home: Workspace) -> Subject:
    """The newest run, with inputs and history."""
    return reports.subject(home)
