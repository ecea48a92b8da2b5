"""Mutation score of `saola.index` and `saola.sampling`: `make mutation-index SAMPLE=120 SEED=1`.

Changes one operator, comparison or constant of the source at a time and counts how many changes
the room's own tests notice. Each change runs in a fork of a process that has loaded everything
else, with compilation off, on the tests that run the changed line, the quickest first, as long as
they take a minute and a half together: the score is a lower bound. A sample of all changes, drawn
with a seed; what survives is named, and kept in `build/index-survivors.txt`. Which tests run a line
is read from the map that `index_map.py` writes; make it anew after a change of source or tests.
"""

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import math
import os
import random
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"
sys.path.insert(0, str(Path(__file__).parent))

from index_map import MAP, ROOMS, ROOT

SOURCE = ROOT / "src"
SURVIVORS = ROOT / "build/index-survivors.txt"
LOADED = ("numpy", "polars", "scipy.stats", "scipy.optimize", "scipy.special", "numba", "pytest",
          "hypothesis", "xdist", "playwright.sync_api", "altair", "typst", "xlsxwriter",
          "python_calamine", "typer", "rich.console", "rich.table", "babel.numbers")  # fmt: skip
SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE,
    ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
# Processor time of a change, beyond which it counts as noticed, and what its tests may take.
LIMIT = 300
SECONDS = 90.0


@dataclass(frozen=True)
class Change:
    """One change: the file, and which of its places."""

    file: Path
    at: int

    @property
    def name(self) -> str:
        """The name of the file, from the root."""
        return str(self.file.relative_to(ROOT))

    @property
    def module(self) -> str:
        """The module of the file."""
        return ".".join(self.file.relative_to(SOURCE).with_suffix("").parts)

    def made(self) -> tuple[ast.Module, range, str]:
        """Give the changed source, the lines of the change, and what it is."""
        tree = ast.parse(self.file.read_text("utf-8"))
        node, name, place = spots(tree)[self.at]
        before = ast.unparse(node)
        change(node, name, place)
        first, last = node.lineno, node.end_lineno or node.lineno
        told = f"{self.file.name}:{first}: {before[:70]} -> {ast.unparse(node)[:70]}"
        return tree, range(first, last + 1), told


def spots(tree: ast.AST) -> list[tuple[ast.expr, str, int]]:
    """Give every place that can be changed: node, field, place in the field."""
    found: list[tuple[ast.expr, str, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in SWAPS:
            found.append((node, "op", -1))
        if isinstance(node, ast.Compare):
            found += [(node, "ops", at) for at, op in enumerate(node.ops) if type(op) in SWAPS]
        if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
            found.append((node, "value", -1))
    return found


def change(node: ast.AST, name: str, at: int) -> None:
    held = getattr(node, name)
    if name == "ops":
        held[at] = SWAPS[type(held[at])]()
    elif name == "op":
        node.op = SWAPS[type(held)]()  # type: ignore[attr-defined]  # found among nodes with one
    else:
        node.value = held + 1  # type: ignore[attr-defined]  # found among constants


class Changed(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds the changed module instead of the file."""

    def __init__(self, module: str, file: Path, tree: ast.Module) -> None:
        self.module, self.file, self.tree = module, str(file), tree

    def find_spec(self, name: str, path: object, target: object = None) -> Any:
        """Find the changed module, and no other."""
        del path, target
        if name != self.module:
            return None
        return importlib.util.spec_from_file_location(name, self.file, loader=self)

    def get_filename(self, name: str) -> str:
        """Give the file that the module stands for."""
        del name
        return self.file

    def get_data(self, path: str | bytes) -> bytes:
        """Read the file, for tracebacks."""
        return Path(os.fsdecode(path)).read_bytes()

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed source."""
        exec(compile(self.tree, self.file, "exec"), module.__dict__)  # noqa: S102  (our own source)


@dataclass(frozen=True)
class Known:
    """Which tests run a line, and how long each takes.

    Args:
        lines: Of each file, of each line, the tests.
        seconds: Of each test.
    """

    lines: dict[str, dict[str, list[str]]]
    seconds: dict[str, float]

    def tests(self, file: str, lines: range) -> list[str]:
        """Give the tests of some lines; of lines that run while loading, those of the file."""
        every = self.lines.get(file, {})
        own = {test for line in lines for test in every.get(str(line), [])}
        found = own or {test for tests in every.values() for test in tests}
        spent, kept = 0.0, []
        for test in sorted(found, key=lambda name: (self.seconds[name], name)):
            spent += self.seconds[test]
            if spent > SECONDS and kept:
                break
            kept.append(test)
        return kept


def noticed(changed: Changed | None, tests: list[str]) -> bool:
    """Run tests in a fork, with one module changed or none, and tell whether one failed."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) != 0
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    if changed is not None:
        sys.meta_path.insert(0, changed)
    import pytest  # noqa: PLC0415  (loaded before the fork)

    flags = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-n", "0", "--no-header"]
    # Hypothesis is loaded before pytest could rewrite its asserts, which nobody misses here.
    flags += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    code = pytest.main([*(str(ROOT / test) for test in tests), *flags, f"--rootdir={ROOT}"])
    os._exit(int(code != 0))


def loaded(names: Sequence[str]) -> None:
    """Load what no change touches, once for all forks."""
    for name in names:
        importlib.import_module(name)


def main(sample: int, seed: int) -> None:
    if not MAP.is_file():
        subprocess.run([sys.executable, str(ROOT / "benchmarks/index_map.py")], check=True)
    known = Known(**json.loads(MAP.read_text("utf-8")))
    files = sorted(file for room in ROOMS for file in (SOURCE / "saola" / room).glob("*.py"))
    every = [
        Change(file, at)
        for file in files
        for at in range(len(spots(ast.parse(file.read_text("utf-8")))))
    ]
    chosen = random.Random(seed).sample(every, min(sample, len(every)))  # noqa: S311  (no secret)
    loaded(LOADED)
    made = [(each, *each.made()) for each in chosen]
    used = {test for each, _, lines, _ in made for test in known.tests(each.name, lines)}
    if noticed(None, sorted(used)):
        sys.exit("the tests fail without any change")
    survivors: list[str] = []
    SURVIVORS.write_text("", "utf-8")
    for count, (each, tree, lines, told) in enumerate(made, 1):
        tests = known.tests(each.name, lines)
        if not noticed(Changed(each.module, each.file, tree), tests):
            survivors.append(told)
            with SURVIVORS.open("a", encoding="utf-8") as file:
                file.write(f"{told}\n")
            print(f"survived: {told} ({len(tests)} tests)", flush=True)
        if count % 10 == 0:
            print(f"{count - len(survivors)} of {count}", flush=True)
    share = 1 - len(survivors) / len(chosen)
    error = math.sqrt(share * (1 - share) / len(chosen))
    told = f"({len(chosen)} of {len(every)} changes, seed {seed}, standard error {error:.3f})"
    print(f"mutation_score: {share:.3f} share {told}")


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:3], *("120", "1")[len(sys.argv) - 1 :])))
