"""Mutation score of `saola.index` and `saola.sampling`: `make mutation-index SAMPLE=120 SEED=1`.

Changes one operator, comparison or constant of the source at a time and counts how many changes
the room's own tests notice. Each change runs in a fork of a process that has loaded everything
else, with compilation off and on the tests of the changed module alone, those that take seconds
left out: the score is a lower bound. A sample of all changes, drawn with a seed; what survives is
named.
"""

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"
ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
ROOMS = ("saola/index", "saola/sampling")
TESTS = ROOT / "tests"
# Fixtures and tests that take seconds without compilation.
SLOW = {"asem_sobol", "audited", "pdf", "ten_years", "edition_and_observations", "calibrated",
        "large_fields", "threads", "one_year", "record_and_report", "sealed", "keeps_its_analysis",
        "cover_the_truth", "seed_fixes", "usual_ones", "every_table",
        "normals_are_normal"}  # fmt: skip
# The tests of each module.
OWN = {
    "test_steps": ("denominate", "screen", "impute", "regression", "treat", "moments", "normalise"),
    "test_joining": ("aggregate", "joining", "means", "rank", "weigh", "build"),
    "test_doubt": ("doubt",),
    "test_recipe": ("recipe", "fields", "steps"),
    "test_coinr_tables": ("coinr", "cointool", "table", "tree", "grid"),
    "test_coherence": ("coherence",),
    "test_explain": ("explain", "what_if", "inequality", "compare", "growth"),
    "test_study": ("engine", "study", "intervals", "sensitivity", "vary", "errors_drawn", "drawn",
                   "kernels"),
    "test_audit": ("audit",),
    "test_panel": ("panel",),
    "test_posterior": ("posterior",),
    "test_edition": ("edition", "edition_node"),
    "test_analysis": ("analysis", "publish", "edition_table", "tree"),
    "test_edition_why": ("edition_why", "edition_what_if"),
    "test_backcast": ("backcast",),
    "test_asem": ("treat", "impute", "normalise", "weigh", "coherence", "moments", "build"),
    "test_properties": ("vary", "aggregate", "normalise"),
}  # fmt: skip
LOADED = ("numpy", "polars", "scipy.stats", "scipy.optimize", "scipy.special", "numba", "pytest",
          "hypothesis", "xdist", "playwright.sync_api", "altair", "typst", "xlsxwriter",
          "python_calamine", "typer", "rich.console", "rich.table", "babel.numbers")  # fmt: skip
SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE,
    ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
SECONDS = 120


@dataclass(frozen=True)
class Change:
    """One change: the file, and which of its places."""

    file: Path
    at: int

    @property
    def module(self) -> str:
        """The module of the file."""
        return ".".join(self.file.relative_to(SOURCE).with_suffix("").parts)

    def made(self) -> tuple[ast.Module, str]:
        """Give the changed source, and where the change is."""
        tree = ast.parse(self.file.read_text("utf-8"))
        node, name, place = spots(tree)[self.at]
        before = ast.unparse(node)
        change(node, name, place)
        line = getattr(node, "lineno", 0)
        return tree, f"{self.file.name}:{line}: {before[:60]} -> {ast.unparse(node)[:60]}"


def spots(tree: ast.AST) -> list[tuple[ast.AST, str, int]]:
    """Give every place that can be changed: node, field, place in the field."""
    found: list[tuple[ast.AST, str, int]] = []
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


class Quick:
    """A plugin that leaves out what takes seconds."""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep the quick tests."""
        items[:] = [
            item
            for item in items
            if not any(word in item.nodeid or word in item.fixturenames for word in SLOW)
        ]


def tests_of(change_: Change) -> list[str]:
    """Give the test files of the changed module, and those of the corners of many."""
    if "sampling" in change_.module:
        return [str(file) for file in sorted((TESTS / "sampling").glob("test_*.py"))]
    own = [name for name, modules in OWN.items() if change_.file.stem in modules]
    return [str(TESTS / "index" / f"{name}.py") for name in (*own, "test_by_hand", "test_corners")]


def noticed(change_: Change, tree: ast.Module | None) -> bool:
    """Run the tests in a fork and tell whether one failed."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) != 0
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    if tree is not None:
        sys.meta_path.insert(0, Changed(change_.module, change_.file, tree))
    import pytest  # noqa: PLC0415  (loaded before the fork)

    flags = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-n", "0", "--no-header"]
    # Hypothesis is loaded before pytest could rewrite its asserts, which nobody misses here.
    flags += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    code = pytest.main([*tests_of(change_), *flags, f"--rootdir={ROOT}"], plugins=[Quick()])
    os._exit(int(code != 0))


def loaded(names: Sequence[str]) -> None:
    """Load what no change touches, once for all forks."""
    for name in names:
        importlib.import_module(name)


def main(sample: int, seed: int, first: int = 0, last: int | None = None) -> None:
    files = sorted(file for room in ROOMS for file in (SOURCE / room).glob("*.py"))
    every = [
        Change(file, at)
        for file in files
        for at in range(len(spots(ast.parse(file.read_text("utf-8")))))
    ]
    chosen = random.Random(seed).sample(every, min(sample, len(every)))[first:last]  # noqa: S311  (no secret)
    loaded(LOADED)
    for each in {str(tests_of(one)): one for one in chosen}.values():
        if noticed(each, None):
            sys.exit(f"the tests of {each.module} fail without any change")
    killed = 0
    for count, each in enumerate(chosen, 1):
        tree, where = each.made()
        found = noticed(each, tree)
        killed += found
        print(f"{killed} of {count}", "" if found else f"survived: {where}", flush=True)
    share = killed / len(chosen)
    print(f"mutation_score: {share:.3f} share ({len(chosen)} of {len(every)} changes, seed {seed})")


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:5], *("120", "1")[len(sys.argv) - 1 :])))
