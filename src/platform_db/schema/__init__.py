"""What is stored: tables, constraints, functions, triggers, roles; made from the domain's models."""

from __future__ import annotations

from typing import Final

__all__ = ["OLDEST_SERVER"]

OLDEST_SERVER: Final = 15
"""The oldest major version of PostgreSQL that can hold this schema."""
