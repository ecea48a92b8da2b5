"""Small real-looking frames, one for each chart."""

import json

import polars as pl
import pytest

NUMBERS = (
    "score", "low", "high", "median", "a", "b", "ahead", "first", "total", "total_low",
    "total_high", "value", "share", "change", "rank_change",
)  # fmt: skip
FLOATS = dict.fromkeys(NUMBERS, pl.Float64)
NAMES = ("Điện Biên", "Thành phố Hồ Chí Minh", "Huế", "Đắk Lắk")


def frames() -> dict[str, pl.DataFrame]:
    """Give a frame for each kind of chart."""
    cells = [
        {"row": name, "column": field, "score": None if name == "Huế" else 0.2 * place + 0.1}
        for place, name in enumerate(NAMES)
        for field in ("Y tế", "Giáo dục")
    ]
    line = [
        {
            "series": "Huế",
            "period": f"202{year}",
            "score": 0.3 + 0.1 * year,
            "low": None,
            "high": None,
        }
        for year in range(3)
    ]
    plain = {
        "ranking": [
            {
                "label": name,
                "score": 0.9 - 0.1 * place,
                "rank": place + 1,
                "low": 0.85 - 0.1 * place,
                "high": 0.95 - 0.1 * place,
                "rank_low": max(1, place),
                "rank_high": place + 1,
            }
            for place, name in enumerate(NAMES)
        ],
        "heat": cells,
        "trend": line,
        "pillars": [
            {"label": "Hạ tầng số", "score": 0.7, "median": 0.5},
            {"label": "Nhân lực số", "score": None, "median": 0.4},
            {"label": "An toàn", "score": 0.3, "median": 0.6},
        ],
        "lost": [
            {"label": "A", "points": 3.0, "max_points": 10.0},
            {"label": "B", "points": 9.5, "max_points": 10.0},
            {"label": "C", "points": 10.0, "max_points": 10.0},
        ],
        "tiles": [
            {"label": name, "row": place // 2, "column": place % 2, "score": 0.5, "rank": 1}
            for place, name in enumerate(NAMES)
        ],
        "areas": [
            {
                "label": name,
                "score": 0.2 * place,
                "rank": place + 1,
                "geometry": json.dumps({"type": "Polygon", "coordinates": [_square(place)]}),
            }
            for place, name in enumerate(NAMES)
        ],
        "gaps": [
            {"label": "Dùng Internet", "group_a": "Nam", "group_b": "Nữ", "a": 0.8, "b": 0.7},
            {"label": "Kỹ năng", "group_a": "Dưới 65", "group_b": "65+", "a": 0.7, "b": 0.2},
        ],
        "rank_spans": [
            {
                "label": name,
                "rank": place + 1,
                "rank_low": max(1, place),
                "rank_median": place + 1,
                "rank_high": place + 2,
            }
            for place, name in enumerate(NAMES)
        ],
        "staircase": [
            {
                "label": name,
                "rank": place + 1,
                "rank_low": max(1, place),
                "rank_high": place + 2,
                "class": 1 + place // 2,
            }
            for place, name in enumerate(NAMES)
        ],
        "duels": [
            {"row": one, "column": two, "ahead": 0.3 * i + 0.05}
            for i, one in enumerate(NAMES[:3])
            for two in NAMES[:3]
        ],
        "sobol": [
            {"label": "Trọng số", "first": 0.3, "total": 0.6, "total_low": 0.5, "total_high": 0.7},
            {
                "label": "Chuẩn hóa",
                "first": 0.2,
                "total": 0.4,
                "total_low": None,
                "total_high": None,
            },
        ],
        "correlation": [
            {"row": one, "column": two, "value": None if one == two == "Huế" else 0.5 * i - 0.4}
            for i, one in enumerate(NAMES[:3])
            for two in NAMES[:3]
        ],
        "icicle": [
            {"code": "i", "label": "Chỉ số", "parent": None, "level": 3, "share": 1.0},
            {"code": "a", "label": "Hạ tầng số", "parent": "i", "level": 2, "share": 0.6},
            {"code": "b", "label": "Nhân lực số", "parent": "i", "level": 2, "share": 0.4},
            {"code": "x", "label": "Cáp quang", "parent": "a", "level": 1, "share": 0.6},
            {"code": "y", "label": "Kỹ năng", "parent": "b", "level": 1, "share": 0.4},
            {"code": "z", "label": "Trống", "parent": "b", "level": 1, "share": 0.0},
        ],
        "waterfall": [
            {"label": "2020", "change": 50.0},
            {"label": "Hạ tầng số", "change": -4.0},
            {"label": "Nhân lực số", "change": 9.5},
        ],
        "settling": [
            {"draws": 16, "rank_change": 2.0},
            {"draws": 160, "rank_change": 1.9},
            {"draws": 1600, "rank_change": 1.88},
        ],
        "compare": [
            {"label": pillar, "unit": name, "score": 0.1 * (place + 1)}
            for pillar in ("Hạ tầng số", "Nhân lực số")
            for place, name in enumerate(NAMES)
        ],
    }
    return {
        kind: pl.DataFrame(rows, schema_overrides=_floats(rows)) for kind, rows in plain.items()
    }


def _square(place: int) -> list[list[int]]:
    """A square, the next one beside it."""
    return [[place, 0], [place, 1], [place + 1, 1], [place + 1, 0], [place, 0]]


def _floats(rows: list[dict[str, object]]) -> dict[str, type[pl.Float64]]:
    return {name: kind for name, kind in FLOATS.items() if name in rows[0]}


@pytest.fixture(scope="session", params=sorted(frames()))
def kind(request: pytest.FixtureRequest) -> str:
    """The name of a chart, each in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def frame(kind: str) -> pl.DataFrame:
    """The frame of the chart."""
    return frames()[kind]
