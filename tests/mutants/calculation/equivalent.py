"""Changes of the calculation that no test can notice, each with the reason: ``equivalent.txt``."""

from __future__ import annotations

from pathlib import Path

__all__ = ["equivalent"]


def equivalent() -> dict[str, str]:
    """Reasons by the mutant's name. The file holds a reason after a ``#``, and under it the names that it is about."""
    reasons: dict[str, str] = {}
    for paragraph in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("\n\n"):
        reason, *names = paragraph.splitlines()
        if not reason.startswith("# ") or not names:
            message = f"a paragraph is a reason after a '#', and at least one name: {paragraph}"
            raise ValueError(message)
        reasons |= dict.fromkeys(names, reason.removeprefix("# "))
    return reasons
