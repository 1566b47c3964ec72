"""The mark of a row that the database has just checked."""

from __future__ import annotations

from typing import Final

__all__ = ["FROM_DATABASE"]

FROM_DATABASE: Final = object()
"""Validation context of such a row: bounds of single fields are judged again, because that is native and
cheap; rules over several fields and the inside of JSON documents are not."""
