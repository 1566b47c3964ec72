"""Official test material, which lies beside the checkout and never in it; without it its tests are skipped visibly."""

from __future__ import annotations

from pathlib import Path

import pytest

__all__ = ["names", "text"]

_SHARED = Path(__file__).resolve().parents[2] / "shared"


def names(*folder: str) -> list[str]:
    """The files of a folder, for parametrised tests; an empty list is reported as skipped."""
    found = _SHARED.joinpath(*folder)
    return sorted(path.name for path in found.iterdir()) if found.is_dir() else []


def text(*parts: str) -> str:
    """The text of one file; the test is skipped where it is not there."""
    path = _SHARED.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"official material is not beside the checkout: shared/{'/'.join(parts)}")
    return path.read_text(encoding="utf-8")
