"""A small invented country, scored for three quarters, for the pages' tests and pictures."""

import datetime as dt
import math
from pathlib import Path

import polars as pl
import shapely

from saola import frameworks, observations
from saola.frameworks import runs
from saola.index.analysis import analyses
from saola.units import shapes
from saola.workspace import Workspace

PERIODS = ("2024-Q3", "2024-Q4", "2025-Q1")
FIELDS = ("health", "education", "land", "tax", "justice")
WHEN = dt.datetime(2026, 1, 15, 8, 30, tzinfo=dt.UTC)
NAMES = (
    ("Đảo Yên", "Yen Island", "Île de Yen"),
    ("Sông Lam Thượng", "Upper Lam", "Haut-Lam"),
    ("Ánh Dương", "Sunlight", "Lumière-du-Soleil"),
    ("Đồi Chè", "Tea Hills", "Collines-du-Thé"),
    ("Cửa Biển", "Seagate", "Porte-de-la-Mer"),
    ("Thung Lũng Mây", "Cloud Valley", "Vallée-des-Nuages"),
    ("Ba Hồ", "Three Lakes", "Trois-Lacs"),
    # The longest name a page must bear.
    (
        "Khu tự trị Cao nguyên Đá và các Hồ nước Phương Bắc Thượng",
        "Autonomous Territory of the Stone Plateau and the Upper Northern Lakes",
        "Territoire autonome du plateau de pierre et des lacs septentrionaux supérieurs",
    ),
)
MINISTRIES = (
    ("Bộ Y tế và Chăm sóc", "Ministry of Health and Care", "ministère de la Santé et des Soins"),
    ("Bộ Giáo dục", "Ministry of Schools", "ministère de l’Enseignement"),
    ("Bộ Đất đai", "Ministry of Land", "ministère du Foncier"),
)
FRAMEWORK = """
id = "xsa-activity"
index = "xsa-activity"
valid = ["2020", "2030"]
units = "XSA"
tie = "competition"
source = "Invented for tests"
licence = "CC0"
fields = ["health", "education", "land", "tax", "justice"]
[label]
vi = "Hoạt động trực tuyến"
en = "Online activity"
fr = "Activité en ligne"
[description]
vi = "Bao nhiêu việc được làm trên mạng."
en = "How much is done online."
fr = "Ce qui se fait en ligne."
[[node]]
id = "activity"
label = { vi = "Hoạt động trực tuyến", en = "Online activity", fr = "Activité en ligne" }
[[node]]
id = "services"
parents = ["activity"]
label = { vi = "Dịch vụ", en = "Services", fr = "Services" }
[[node]]
id = "people"
parents = ["activity"]
label = { vi = "Người dân", en = "People", fr = "Population" }
[[indicator]]
id = "online-dossiers"
parents = ["services"]
points = 60
rule = { kind = "ratio", a = "dossiers-online", b = "dossiers", target = 0.8 }
evidence = [{ vi = "Nhật ký hệ thống", en = "System log", fr = "Journal du système" }]
[indicator.label]
vi = "Hồ sơ nộp trực tuyến"
en = "Dossiers filed online"
fr = "Dossiers déposés en ligne"
[[indicator]]
id = "on-time"
parents = ["services"]
points = 20
rule = { kind = "steps", value = "days", steps = [[0, 1.0], [5, 0.5], [15, 0.1]] }
label = { vi = "Đúng hạn", en = "Settled on time", fr = "Dans les délais" }
[[indicator]]
id = "gap-sex"
parents = ["people"]
points = 20
rule = { kind = "gap", a = "users", b = "persons", between = ["SEX=F", "SEX=M"] }
[indicator.label]
vi = "Nữ và nam trên mạng"
en = "Women and men online"
fr = "Écart entre les femmes et les hommes dans l’utilisation des services publics en ligne"
[[input]]
id = "dossiers-online"
unit = "dossiers"
label = { vi = "Hồ sơ trên mạng", en = "Dossiers filed online", fr = "Dossiers en ligne" }
[[input]]
id = "dossiers"
unit = "dossiers"
label = { vi = "Tất cả hồ sơ", en = "All dossiers", fr = "Tous les dossiers" }
"""


def build(home: Path, *, communes: int = 0) -> Workspace:
    """Make the workspace with units, a framework, observations and a run for each quarter."""
    made = Workspace.create(
        home, country="XSA", label={"vi": "Nước Xa", "en": "Xa Country", "fr": "Pays de Xa"}
    )
    _units(home, communes)
    (home / "frameworks" / "xsa-activity.toml").write_text(FRAMEWORK, encoding="utf-8")
    workspace = Workspace.open(home)
    rows = pl.DataFrame(_observed(communes), infer_schema_length=None)
    observations.append(workspace, rows, source="tests", who="tests", when=WHEN)
    for place, period in enumerate(PERIODS):
        score(made, period, WHEN + dt.timedelta(hours=place))
    return workspace


def score(workspace: Workspace, period: str, when: dt.datetime) -> None:
    """Score one quarter on what the workspace holds."""
    framework = frameworks.framework("xsa-activity", workspace.home / "frameworks")
    inputs = observations.current(workspace).filter(pl.col("period") == period)
    scores = frameworks.score(framework, inputs)
    top = pl.col("node") == "activity"
    spread = 0.02 + 0.01 * (pl.col("rank") % 3)
    scores = scores.with_columns(
        low=pl.when(top).then(pl.col("score") - spread),
        high=pl.when(top).then(pl.col("score") + spread),
        rank_low=pl.when(top).then((pl.col("rank") - 1).clip(1)),
        rank_high=pl.when(top).then(pl.col("rank") + pl.col("rank") % 2),
    )
    kinds = dict(workspace.units.frame.select("code", "kind").iter_rows())
    tables = analyses(framework, frameworks.rates(framework, inputs), scores, kinds)
    definition = (workspace.home / "frameworks" / "xsa-activity.toml").read_bytes()
    runs.save(
        workspace,
        scores,
        framework="xsa-activity",
        period=period,
        when=when,
        inputs=inputs,
        definition=definition,
        tables=tables,
        seed=7,
    )


def _units(home: Path, communes: int) -> None:
    head = "code,kind,parent,vi,en,fr,from,to,lat,lon,source\n"
    end = ",,,,,invented"
    lines = [f"XSA,country,,Nước Xa,Xa Country,Pays de Xa{end}"]
    for place, names in enumerate(NAMES, 1):
        lines.append(f"XSA.P.{place:02},province,XSA,{','.join(names)}{end}")
    for place, names in enumerate(MINISTRIES, 1):
        lines.append(f"XSA.M.{place:02},ministry,XSA,{','.join(names)}{end}")
    for place in range(communes):
        parent = f"XSA.P.{place % len(NAMES) + 1:02}"
        names = (f"Xã {place}", f"Commune {place}", f"Commune {place}")
        lines.append(f"XSA.C.{place:05},commune,{parent},{','.join(names)}{end}")
    (home / "units").mkdir(exist_ok=True)
    (home / "units" / "units-xsa.csv").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    tiles = "grid,from,to,unit,x,y,source\n" + "".join(
        f"XSA.P,,,XSA.P.{n:02},{n % 3},{n // 3},invented\n" for n in range(1, len(NAMES) + 1)
    )
    (home / "units" / "tiles-xsa.csv").write_text(tiles, encoding="utf-8")
    codes = [f"XSA.P.{n:02}" for n in range(1, len(NAMES) + 1)]
    squares = [shapely.box(100 + n % 3, 10 - n // 3, 101 + n % 3, 11 - n // 3) for n in range(8)]
    borders = {"unit": codes, "geometry": [shapely.to_wkb(each) for each in squares]}
    shapes.write(pl.DataFrame(borders), home / "units" / "xsa.parquet")


def _codes(communes: int) -> list[str]:
    provinces = [f"XSA.P.{n:02}" for n in range(1, len(NAMES) + 1)]
    ministries = [f"XSA.M.{n:02}" for n in range(1, len(MINISTRIES) + 1)]
    return [*provinces, *ministries, *(f"XSA.C.{n:05}" for n in range(communes))]


def _observed(communes: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for place, unit in enumerate(_codes(communes)):
        for time, period in enumerate(PERIODS):
            share = 0.35 + 0.3 * math.sin(place * 1.7) ** 2 + 0.06 * time
            key = {"unit": unit, "period": period, "check": "synthetic"}
            for number, field in enumerate(("_T", *FIELDS)):
                if (place + number) % 7 == 6:
                    continue  # a figure that never came
                whole = 1000.0 + 10 * number
                part = whole * min(1.0, share + 0.05 * math.cos(place + number))
                rows += [
                    {**key, "indicator": "dossiers", "field": field, "value": whole},
                    {**key, "indicator": "dossiers-online", "field": field, "value": part},
                ]
            rows.append({**key, "indicator": "days", "field": "_T", "value": float(place * 3 % 20)})
            for sex, less in (("SEX=F", 0.08), ("SEX=M", 0.0)):
                told = {**key, "field": "_T", "breakdown": sex}
                rows += [
                    {**told, "indicator": "persons", "value": 500.0},
                    {**told, "indicator": "users", "value": 500 * (share - less)},
                ]
    return rows
