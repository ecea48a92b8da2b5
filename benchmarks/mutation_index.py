"""Mutation score of `saola.index`: `python benchmarks/mutation_index.py [SAMPLE] [SEED]`.

Changes one operator, comparison or constant of the source at a time in a copy, runs the tests of
the room and counts how many changes are noticed. A sample, since each change costs a test run.
"""

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOM = Path("src") / "saola" / "index"
# Written by other rooms' tests, or told by figures alone.
SKIPPED = {"edition.py", "publish.py", "__init__.py", "steps.py", "kernels.py"}
# Files whose work only the tests of studies see.
DRAWING = {"engine.py", "study.py", "intervals.py", "sensitivity.py", "vary.py", "errors_drawn.py",
           "drawn.py", "audit.py", "panel.py", "posterior.py"}  # fmt: skip
SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE,
    ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


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


def noticed(copy: Path, name: str) -> bool:
    quick = ("steps", "joining", "recipe", "coinr_tables", "corners", "coherence", "explain")
    names = (*quick, "doubt", *(("study",) if name in DRAWING else ()))
    tests = [str(ROOT / "tests" / "index" / f"test_{each}.py") for each in names]
    slow = ("pdf", "asem_are", "units_have_indices")
    skip = ["-x", "-q", "-p", "no:cacheprovider", "-k", " and ".join(f"not {w}" for w in slow)]
    command = [sys.executable, "-m", "pytest", *tests, *skip]
    # No .pth wins over this path: the copy is the `saola` that the tests import.
    env = {**os.environ, "PYTHONPATH": str(copy / "src")}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, timeout=240, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode == 1


def main(sample: int, seed: int) -> None:
    files = sorted(f.name for f in (ROOT / ROOM).glob("*.py") if f.name not in SKIPPED)
    every = [
        (name, at)
        for name in files
        for at in range(len(spots(ast.parse((ROOT / ROOM / name).read_text("utf-8")))))
    ]
    chosen = random.Random(seed).sample(every, min(sample, len(every)))  # noqa: S311  (no secret)
    killed, left = 0, []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "src", copy / "src")
        for name, at in chosen:
            source = (ROOT / ROOM / name).read_text("utf-8")
            tree = ast.parse(source)
            node, field, place = spots(tree)[at]
            line = getattr(node, "lineno", 0)
            change(node, field, place)
            (copy / ROOM / name).write_text(ast.unparse(tree), "utf-8")
            if noticed(copy, name):
                killed += 1
            else:
                left.append(f"{name}:{line} {field}")
            (copy / ROOM / name).write_text(source, "utf-8")
            print(f"{killed} of {killed + len(left)}", *left[-1:], flush=True)
    print(
        f"mutation_score: {killed / len(chosen):.3f} share ({len(chosen)} of {len(every)} changes)"
    )


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:3], *("40", "1")[len(sys.argv) - 1 :])))
