"""The library's guards: each ``raise``, each row lock, each rule of changes gets a switch when its module is loaded.

A guard is switched while the tests run, so one process tries every mutant, and a test depends on a refusal exactly when
the refusal was reached in it.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections import Counter
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.mutants.guard import Guard
from tests.mutants.switch import locks, marked, switch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import CodeType

    from platform_db.domain.changes import ChangeRule

__all__ = ["guards_of_the_library", "switched"]

_PARTS: Final = ("domain", "repositories")
_STANDS: Final = "__the_guard_stands__"
_LOCKED: Final = "__lock_of_a_guard__"
_SHOWN: Final = 90


def guards_of_the_library() -> Iterator[Guard]:
    """Every guard of the tree as it is now."""
    root = _package()
    for part in _PARTS:
        for path in sorted(root.joinpath(part).rglob("*.py")):
            yield from _Switched(path).guards
    for name, rule in _change_rules():
        # What only the server can judge is unknown to the library.
        if not rule.holds.__qualname__.startswith("judged_by_the_server"):
            yield Guard("change rule of the library", name, seen=(name,))


def switched() -> None:
    """Load the library with its switches; call it before the library is first imported."""
    assert "platform_db" not in sys.modules
    parts = tuple(_package() / part for part in _PARTS)
    setattr(builtins, _STANDS, switch.stands)
    setattr(builtins, _LOCKED, _lock)
    load = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        path = Path(self.path)
        if not any(path.is_relative_to(part) for part in parts):
            return load(self, fullname)
        return compile(_Switched(path).tree, self.path, "exec", dont_inherit=True)

    SourceFileLoader.get_code = get_code
    _switch_change_rules()


def _package() -> Path:
    spec = find_spec("platform_db")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _lock(statement: Any, name: str) -> object:  # noqa: ANN401 - any select
    import sqlalchemy as sa

    locks.append(name)
    return statement.suffix_with(sa.text(marked(len(locks) - 1)))


def _change_rules() -> Iterator[tuple[str, ChangeRule]]:
    from platform_db.schema.all_tables import metadata
    from platform_db.schema.metadata import facts

    for table in metadata.sorted_tables:
        for rule in facts(table).model.change_rules:
            yield f"{table.name}: {rule.name}", rule


def _switch_change_rules() -> None:
    from platform_db.domain.changes import ChangeRule

    judge = ChangeRule.broken_by
    names = {id(rule): name for name, rule in _change_rules()}

    def broken_by(self: ChangeRule, before: Mapping[str, object], after: Mapping[str, object]) -> bool:
        return judge(self, before, after) and (id(self) not in names or switch.stands(names[id(self)]))

    ChangeRule.broken_by = broken_by


class _Switched(ast.NodeTransformer):
    """One module: ``tree`` has the switches, ``guards`` says what they switch."""

    def __init__(self, path: Path) -> None:
        module = ".".join(path.relative_to(_package()).with_suffix("").parts)
        self._scope = [module.removesuffix(".__init__")]
        self._named: Counter[str] = Counter()
        self.guards: list[Guard] = []
        self.tree = ast.fix_missing_locations(self.visit(ast.parse(path.read_text(encoding="utf-8"))))

    def _within(self, scope: str, node: ast.AST) -> ast.AST:
        self._scope.append(scope)
        visited = self.generic_visit(node)
        self._scope.pop()
        return visited

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._within(node.name, node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._within(node.name, node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._within(node.name, node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return self._within(ast.unparse(node.target), node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        return self._within(ast.unparse(node.targets[0]), node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        told = ast.unparse(node)
        name = self._name(told if len(told) <= _SHOWN else f"{told[:_SHOWN]}…")
        self.guards.append(Guard("raise of the library", name, seen=(name,)))
        return ast.If(_call(_STANDS, ast.Constant(name)), [node], [])

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if not (isinstance(node.func, ast.Attribute) and node.func.attr == "with_for_update"):
            return node
        name = self._name("with_for_update")
        self.guards.append(Guard("row lock of the library", name, seen=(name,), races=True))
        return _call(_LOCKED, node, ast.Constant(name))

    def _name(self, what: str) -> str:
        name = f"{'.'.join(self._scope)}: {what}"
        self._named[name] += 1
        return name if self._named[name] == 1 else f"{name} ({self._named[name]})"


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(function, ast.Load()), [*arguments], [])
