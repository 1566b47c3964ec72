"""A pytest plugin: the calculation is imported with one of its modules replaced by a mutant.

``MUTANT`` is a folder that holds the mutant under its module's file name; an empty folder replaces nothing.
"""

from __future__ import annotations

import importlib.util
import os
import resource
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

PACKAGE: Final = "platform_db.domain.invoices.calculation"

_SECONDS: Final = 60
"""Of processor time: a mutant that takes more does not end."""
_BYTES: Final = 2 << 30


class _Replaced(MetaPathFinder):
    """Finds the mutant before the module that it stands for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        del target
        package, _, module = fullname.rpartition(".")
        mutant = self._folder / f"{module}.py"
        if package == PACKAGE and mutant.is_file():
            return importlib.util.spec_from_file_location(fullname, mutant)
        mutant = self._folder / "__init__.py"
        if fullname != PACKAGE or not mutant.is_file():
            return None
        return importlib.util.spec_from_file_location(
            fullname, mutant, submodule_search_locations=[str(Path(entry) / module) for entry in path or ()]
        )


def pytest_configure() -> None:
    """Put the mutant in its place, and bound what it may take."""
    if PACKAGE in sys.modules:
        message = f"{PACKAGE} was imported before its mutant"
        raise RuntimeError(message)
    sys.meta_path.insert(0, _Replaced(Path(os.environ["MUTANT"])))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    every = list(HealthCheck)
    settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, suppress_health_check=every, print_blob=False
    )
    settings.load_profile("mutants")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Examples come first: they take milliseconds, properties tenths of a second, and most mutants fail in one."""
    items.sort(key=lambda item: isinstance(item, pytest.Function) and hasattr(item.obj, "hypothesis"))
