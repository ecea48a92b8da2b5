"""Stages of one search, kept as they are done, so that a search cut short goes on from the last."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from saola.connect.plan.bound import Certificate
from saola.connect.plan.problem import Design

Arrays = Mapping[str, NDArray[Any]]
PARTS = ("station", "link", "direct", "hop")


@dataclass(frozen=True)
class Stages:
    """Files of arrays in a folder, one a stage, with the state of the source of chance after it.

    Attributes:
        folder: Where they are kept; None keeps nothing.
        mark: Of the input: stages of another input are made again.
    """

    folder: Path | None = None
    mark: str = ""

    def once(self, name: str, rng: np.random.Generator, make: Callable[[], Arrays]) -> Arrays:
        """Give the arrays of a stage, made if they are not there; chance goes on as after it.

        Args:
            name: Of the stage.
            rng: The source of chance.
            make: Makes the arrays.
        """
        if self.folder is None:
            return make()
        file = self.folder / f"{name}.npz"
        kept = self._read(file)
        if kept is not None:
            rng.bit_generator.state = json.loads(str(kept["chance"]))
            return kept
        made = make()
        self.folder.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            chance = json.dumps(rng.bit_generator.state)
            held: dict[str, Any] = {"mark": self.mark, "chance": chance, **made}
            np.savez(stream, **held)
        part.replace(file)
        return made

    def _read(self, file: Path) -> Arrays | None:
        if not file.is_file():
            return None
        with np.load(file, allow_pickle=False) as held:
            return dict(held) if str(held["mark"]) == self.mark else None

    def close(self) -> None:
        """Take the files away once all is done."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


NOTHING: Final = Stages()


def packed(designs: Sequence[Design]) -> Arrays:
    """Write designs as arrays."""
    return {part: np.array([getattr(one, part) for one in designs]) for part in PARTS}


def unpacked(held: Arrays) -> list[Design]:
    """Read designs back."""
    return [Design(*one) for one in zip(*(held[part] for part in PARTS), strict=True)]


def sealed(found: Certificate) -> Arrays:
    """Write a certificate as arrays."""
    cuts = sp.csr_matrix(found.cuts)
    return {
        "bound": np.array(found.bound), "used": found.used, "value": cuts.data,
        "column": cuts.indices, "ends": cuts.indptr, "shape": np.array(cuts.shape),
    }  # fmt: skip


def opened(held: Arrays) -> Certificate:
    """Read a certificate back."""
    parts = (held["value"], held["column"], held["ends"])
    cuts = sp.csr_matrix(parts, shape=tuple(held["shape"].tolist()))
    return Certificate(float(held["bound"]), held["used"], cuts)
