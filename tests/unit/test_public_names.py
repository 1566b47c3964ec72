"""The package's public names: listed once for the interpreter, once for type checkers, both the same."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import platform_db


def test_type_checkers_and_the_interpreter_see_the_same_names() -> None:
    # Given the imports that only a type checker reads
    tree = ast.parse(Path(str(platform_db.__file__)).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    declared = {
        alias.asname: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    # Then they are the table that the interpreter uses
    assert declared == platform_db._PUBLIC


@pytest.mark.parametrize("name", sorted(platform_db._PUBLIC))
def test_each_public_name_resolves(name: str) -> None:
    assert getattr(platform_db, name).__module__.startswith("platform_db.")
    assert name in dir(platform_db)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'platform_db' has no attribute 'Fatura'$"):
        _ = platform_db.Fatura


def test_importing_the_package_loads_none_of_its_modules() -> None:
    program = "import sys, platform_db; print([m for m in sys.modules if m.startswith('platform_db.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
