"""The mutants of the calculation: every change that a program could notice, each under a name of its own."""

from __future__ import annotations

import ast
import difflib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platform_db.domain.invoices import calculation
from tests.mutants.calculation.operators import mutated

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Mutant", "mutants"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change: ``name`` says where, and what became of the lines."""

    module: str
    name: str
    source: str


def mutants() -> Iterator[Mutant]:
    """Every mutant of every module that is Python and says something else than the module, and than those before."""
    for path in sorted(Path(calculation.__file__).parent.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        seen = {_meaning(source)}
        named: Counter[str] = Counter()
        for changed in mutated(source):
            try:
                meaning = _meaning(changed)
            except SyntaxError:
                continue
            if meaning in seen:
                continue
            seen.add(meaning)
            name = f"{path.stem}{_name(source, changed)}"
            named[name] += 1
            yield Mutant(path.stem, name if named[name] == 1 else f"{name} ({named[name]})", changed)


def _name(source: str, changed: str) -> str:
    before, after = source.splitlines(), changed.splitlines()
    ways = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    first, last, start, end = next((a, b, c, d) for tag, a, b, c, d in ways if tag != "equal")
    line = next(number for number, text in enumerate(before[first:], first + 1) if text)
    return f"{_home(source, line)}: {_joined(before[first:last])} => {_joined(after[start:end])}"


def _home(source: str, line: int) -> str:
    """The classes and functions around a line, dotted."""
    inside = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        and min([node.lineno, *[each.lineno for each in node.decorator_list]]) <= line <= (node.end_lineno or 0)
    ]
    return "".join(f".{node.name}" for node in sorted(inside, key=lambda node: node.lineno))


def _joined(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split()) or "nothing"


def _meaning(source: str) -> str:
    """What is left of the text when everything is gone that no program asks for."""
    return ast.dump(_Meaning().visit(ast.parse(source)))


class _Meaning(ast.NodeTransformer):
    """Leaves out annotations, docstrings, what passes, slots, and whether an argument is given by place or by name."""

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        self.generic_visit(node)
        node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        node.defaults = [*node.defaults, *[default for default in node.kw_defaults if default is not None]]
        node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.returns = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "cast":
            node.args[0] = ast.Constant(None)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.keyword | None:
        self.generic_visit(node)
        return None if node.arg == "slots" else node

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        self.generic_visit(node)
        return None if isinstance(node.value, ast.Constant) else node

    def visit_Pass(self, node: ast.Pass) -> None:
        del node
