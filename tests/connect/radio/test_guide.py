"""The guide to radio works as it is written."""

import re
from pathlib import Path

import numpy as np
import pytest

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "connect-radio.md"


def test_the_guide_s_code_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every Python block of the guide runs in order, over two tiles of gentle hills."""
    rows, columns = np.mgrid[0:1201, 0:1201]
    hills = 60.0 + 40.0 * np.sin(rows / 90.0) * np.cos(columns / 120.0)
    for name in ("N16E107", "N16E108"):
        (tmp_path / f"{name}.hgt").write_bytes(hills.astype(">i2").tobytes())
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)  # noqa: S102  (the guide's own code, which is what is tested)

    assert 4 == len(blocks)
    assert (tmp_path / "server.tif").is_file()
    assert "7 GHz" in capsys.readouterr().out
