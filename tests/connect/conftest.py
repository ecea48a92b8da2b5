"""A small land of several provinces, planned with little effort."""

from pathlib import Path

import pytest

from saola.connect.sample import write_sample

EFFORT = """
[technologies]
stations = ["4G"]
backhaul = ["fibre"]
[effort]
moves = 250
starts = 2
rounds = 1
nodes = 1
neighbourhoods = 0
"""


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three invented provinces of five villages each."""
    folder = tmp_path_factory.mktemp("land")
    plan = write_sample(folder, settlements=15, seed=2, regions=3)[-1]
    plan.write_text(plan.read_text(encoding="utf-8") + EFFORT, encoding="utf-8")
    return folder
