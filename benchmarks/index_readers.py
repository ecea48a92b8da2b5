"""Which functions read what a module sets when it is loaded, for `mutation_index.py`.

A test that merely loads a module says nothing of its settings. A setting is judged by the tests of
the functions of its module that read it; where none of them does, by those of all functions that
read something of its name, and by the tests of files that name the module.
"""

import ast
from collections.abc import Iterable
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _statement(body: list[ast.stmt], node: ast.AST) -> ast.stmt:
    """Give the innermost statement outside of functions that a node lies in."""
    found = next(each for each in body if any(one is node for one in ast.walk(each)))
    if isinstance(found, ast.ClassDef) and any(
        one is node for each in found.body for one in ast.walk(each)
    ):
        return _statement(found.body, node)
    return found


def _set(statement: ast.stmt) -> set[str]:
    """Name what a statement sets."""
    return {
        one.id
        for one in ast.walk(statement)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }


def _reading(tree: ast.Module, names: set[str]) -> list[range]:
    """Give the lines of the bodies of the functions that read one of some names."""
    return [
        _body(each)
        for each in ast.walk(tree)
        if isinstance(each, Function) and any(_reads(one, names) for one in ast.walk(each))
    ]


def _reads(node: ast.AST, names: set[str]) -> bool:
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", None)
    return name in names and isinstance(getattr(node, "ctx", None), ast.Load)


def _body(function: Function) -> range:
    return range(function.body[0].lineno, (function.end_lineno or function.lineno) + 1)


def readers_of(
    source: Path, file: Path, tree: ast.Module, node: ast.AST
) -> dict[Path, list[range]]:
    """Give the lines, file by file, of the functions that read what a place sets.

    Args:
        source: The folder of the package.
        file: The file of the place.
        tree: Its source, as a tree.
        node: The place, outside of the bodies of functions.
    """
    statement = _statement(tree.body, node)
    if isinstance(statement, Function):
        return {file: [_body(statement)]}
    names = _set(statement)
    if own := _reading(tree, names):
        return {file: own}
    found = {}
    for other in sorted(source.glob("saola/*/*.py")):
        if spans := _reading(ast.parse(other.read_text("utf-8")), names):
            found[other] = spans
    return found


def naming(root: Path, module: str, tests: Iterable[str]) -> set[str]:
    """Give the tests whose file names a module."""
    of_file: dict[str, set[str]] = {}
    for test in tests:
        of_file.setdefault(test.partition("::")[0], set()).add(test)
    found: set[str] = set()
    for name, own in of_file.items():
        file = root / name
        if file.is_file() and f"{module} " in file.read_text("utf-8"):
            found |= own
    return found
