"""What is done to a source: the operators of cosmic-ray, and the few it lacks."""

from __future__ import annotations

import ast
from itertools import count
from typing import TYPE_CHECKING, Final

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["mutated"]

_LEFT_OUT: Final = (
    "core/VariableReplacer",  # needs to be told a name
    "core/VariableInserter",
    "core/ReplaceComparisonOperator_Is_Eq",  # the same: None and members of an enumeration are equal to themselves only
    "core/ReplaceComparisonOperator_IsNot_NotEq",
)
_SWAPPED: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}


def mutated(source: str) -> Iterator[str]:
    """The source with one change, for every change there is; some say the same, some are no Python."""
    for name in operator_names():
        if name in _LEFT_OUT:
            continue
        operator = get_operator(name)()
        for occurrence in count():
            mutant = mutate_code(source, operator, occurrence)
            if mutant is None:
                break
            yield mutant
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for node, instead in _changes(ast.parse(source)):
        yield _with(lines, node, instead)


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """What the library does not try: nodes, and what is written in their place."""
    for node in ast.walk(tree):
        match node:
            case ast.comprehension():
                yield from ((condition, f"not ({ast.unparse(condition)})") for condition in node.ifs)
            case ast.Compare(ops=[ast.In()]):
                yield node, ast.unparse(ast.Compare(node.left, [ast.NotIn()], node.comparators))
            case ast.Compare(ops=[ast.NotIn()]):
                yield node, ast.unparse(ast.Compare(node.left, [ast.In()], node.comparators))
            case ast.Name() if node.id in _SWAPPED:
                yield node, _SWAPPED[node.id]
            case ast.FunctionDef():
                yield from _changes_inside(node)
            case _:
                pass


def _changes_inside(function: ast.FunctionDef) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """A statement left out, None instead of the result, another text: a path, a name, a format."""
    for node in ast.walk(function):
        match node:
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Expr() | ast.Raise():
                yield node, "pass"
            case ast.Return(value=ast.expr()):
                yield node, "return None"
            case ast.Return():
                yield node, "pass"
            case ast.Constant(value=str()) | ast.JoinedStr():
                yield node, repr("?")
            case _:
                pass


def _with(lines: list[bytes], node: ast.expr | ast.stmt, instead: str) -> str:
    first, last = node.lineno - 1, (node.end_lineno or 0) - 1
    start, end = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
    return b"".join([*lines[:first], start, instead.encode(), end, *lines[last + 1 :]]).decode()
