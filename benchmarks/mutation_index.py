"""Mutation score of `saola.index` and `saola.sampling`: `make mutation-index SAMPLE=120 SEED=1`.

Changes one operator, comparison or constant of the source at a time and counts how many changes
the room's own tests notice. The tests are collected once; each change is made in a fork, in the
code of the function it lies in, and judged by the tests that run its line, the quickest first, as
long as they take 20 seconds together, measured under coverage: the score is a lower bound. A change
outside of functions (a default, a table) is made in an import of its own, and judged by the tests
that run a function which reads what it sets: see `index_readers.py`. Compilation is off. A
sample of all changes, drawn with a seed; what survives is named, and kept in
`build/index-survivors.txt`. A test that notices a change must pass without it. Which tests run a
line is read from the map that `index_map.py` writes; make it anew after a change of source or
tests.
"""

import ast
import importlib.abc
import importlib.util
import json
import math
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"
sys.path.insert(0, str(Path(__file__).parent))

import pytest
from index_map import MAP, ROOMS, ROOT, SHORT
from index_readers import naming, readers_of

SOURCE = ROOT / "src"
SURVIVORS = ROOT / "build/index-survivors.txt"
SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE,
    ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
# Processor time of a change, beyond which it counts as noticed, and what its tests may take.
LIMIT = 300
SECONDS = 20.0


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def made(self) -> tuple[ast.Module, ast.expr, str]:
        """The changed source, the node that is changed, and what the change is."""
        tree = ast.parse(self.file.read_text("utf-8"))
        node, name, place = spots(tree)[self.at]
        before = ast.unparse(node)
        change(node, name, place)
        told = f"{self.file.name}:{node.lineno}: {before[:70]} -> {ast.unparse(node)[:70]}"
        return tree, node, told

    @property
    def lines(self) -> range:
        """The lines of the change."""
        node = self.made[1]
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)


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
        """Give the tests of some lines."""
        return self.quickest(self.running(file, lines))

    def of_setting(self, change_: Change) -> list[str]:
        """Give the tests of what reads a setting; where nothing does, those of the file."""
        tree, node, _ = change_.made
        readers = readers_of(SOURCE, change_.file, tree, node)
        found = {
            test
            for file, spans in readers.items()
            for lines in spans
            for test in self.running(str(file.relative_to(ROOT)), lines)
        }
        if change_.file not in readers:
            found |= naming(ROOT, change_.module, self.seconds)
        every = self.lines.get(change_.name, {}).values()
        return self.quickest(found or {test for tests in every for test in tests})

    def running(self, file: str, lines: range) -> set[str]:
        """Give the tests that run one of some lines."""
        every = self.lines.get(file, {})
        return {test for line in lines for test in every.get(str(line), [])}

    def quickest(self, found: set[str]) -> list[str]:
        """Give tests in the order of their time, as many as there is time for."""
        spent = 0.0
        kept: list[str] = []
        for test in sorted(found, key=lambda name: (self.seconds[name], name)):
            spent += self.seconds[test]
            if spent > SECONDS and kept:
                break
            kept.append(test)
        return kept


def function_of(change_: Change) -> list[str]:
    """Name the function or method in whose body the change lies; nothing outside of functions."""
    tree, node, _ = change_.made

    def inside(place: ast.AST) -> bool:
        return any(each is node for each in ast.walk(place))

    def named(body: list[ast.stmt], above: list[str]) -> list[str]:
        for each in body:
            if isinstance(each, ast.ClassDef) and any(inside(one) for one in each.body):
                return named(each.body, [*above, each.name])
            if isinstance(each, ast.FunctionDef) and any(inside(one) for one in each.body):
                return [*above, each.name]
        return []

    return named(tree.body, [])


def put(change_: Change, names: list[str]) -> None:
    """Give a loaded function the changed code."""
    module = sys.modules[change_.module]
    found: Any = module
    for name in names:
        found = vars(found)[name]
    for inner in ("fget", "func", "__func__", "__wrapped__"):
        found = getattr(found, inner, found)
    assert isinstance(found, FunctionType)
    code = compile(change_.made[0], str(change_.file), "exec")
    found.__code__ = _inside(code, ".".join(names))


def _inside(code: CodeType, name: str) -> CodeType:
    waiting = [code]
    while waiting:
        one = waiting.pop()
        if one.co_qualname == name:
            return one
        waiting += [each for each in one.co_consts if isinstance(each, CodeType)]
    raise LookupError(name)


def forked(work: Callable[[], str]) -> str:
    """Do some work in a fork and give what it says; one that runs out of time says `stopped`."""
    out, into = os.pipe()
    child = os.fork()
    if child:
        os.close(into)
        with os.fdopen(out, encoding="utf-8") as said:
            told = said.read()
        os.waitpid(child, 0)
        return told or "stopped"
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    try:
        told = work()
    except BaseException as error:  # noqa: BLE001  (a fault of this program, told to the parent)
        told = f"broken: {error!r}"
    os.write(into, told.encode())
    os._exit(0)


class First:
    """A plugin that remembers the first test that fails."""

    failed = "-"

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember a failure."""
        if report.failed and self.failed == "-":
            self.failed = report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        """A module that no longer loads is noticed too."""
        if report.failed and self.failed == "-":
            self.failed = "collecting"


def anew(change_: Change, tests: list[str]) -> str:
    """Make a change in an import of its own, run tests, and name the first that fails."""
    kept = {name for name in sys.modules if name.partition(".")[0] not in {"saola", "tests"}}
    ours = {name for name in sys.modules if name not in kept or name.startswith("test_")}
    for name in ours:
        del sys.modules[name]
    sys.meta_path.insert(0, Changed(change_.module, change_.file, change_.made[0]))
    first = First()
    flags = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", f"--rootdir={ROOT}"]
    flags += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    pytest.main([*(str(ROOT / test) for test in tests), *flags], plugins=[first])
    return first.failed


class Trial:
    """A plugin that, in place of running the tests once, runs them for each change."""

    def __init__(self, chosen: list[Change], known: Known) -> None:
        self.chosen, self.known = chosen, known
        self.survivors: list[str] = []
        self.sound: set[str] = {"stopped", "collecting"}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every change."""
        self.items = {item.nodeid: item for item in session.items}
        SURVIVORS.write_text("", "utf-8")
        for count, each in enumerate(self.chosen, 1):
            names = function_of(each)
            known = self.known
            tests = known.tests(each.name, each.lines) if names else known.of_setting(each)
            told = each.made[2]
            first = self.judged(session, each, tests)
            if first == "-":
                self.survivors.append(told)
                with SURVIVORS.open("a", encoding="utf-8") as file:
                    file.write(f"{told}\n")
            print(f"{count - len(self.survivors)} of {count}: {first} {told}", flush=True)
        return True

    def judged(self, session: pytest.Session, each: Change, tests: list[str]) -> str:
        """Name the test that notices a change, `-` for none."""
        if not tests:
            return "-"
        names = function_of(each)

        def work() -> str:
            if not names:
                return anew(each, tests)
            put(each, names)
            return self.run(session, tests)

        first = forked(work)
        if first.startswith("broken"):
            sys.exit(f"{each.made[2]}: {first}")
        if first not in self.sound and first != "-":
            if forked(lambda: self.run(session, [first])) != "-":
                # On a busy machine a test may fail by itself; what it says of a change is nothing.
                return self.judged(session, each, [test for test in tests if test != first])
            self.sound.add(first)
        return first

    def run(self, session: pytest.Session, tests: list[str]) -> str:
        """Run tests until one fails, and name it."""
        first = First()
        session.config.pluginmanager.register(first)
        session.items = [self.items[test] for test in tests]
        for at, item in enumerate(session.items):
            following = session.items[at + 1] if at + 1 < len(session.items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if first.failed != "-":
                break
        return first.failed


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
    trial = Trial(chosen, known)
    flags = ["-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "-k", SHORT, "-s"]
    rooms = [str(ROOT / "tests" / room) for room in ROOMS]
    if pytest.main([*flags, f"--rootdir={ROOT}", *rooms], plugins=[trial]):
        sys.exit("not every change was tried")
    share = 1 - len(trial.survivors) / len(chosen)
    error = math.sqrt(share * (1 - share) / len(chosen))
    told = f"({len(chosen)} of {len(every)} changes, seed {seed}, standard error {error:.3f})"
    print(f"mutation_score: {share:.3f} share {told}")


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:3], *("120", "1")[len(sys.argv) - 1 :])))
