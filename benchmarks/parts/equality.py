"""Everybody's results are the same domain object, or nothing is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pydantic import BaseModel

from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.users import User
from platform_db.repositories.rows import reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_db.database import Row

__all__ = ["assert_same", "assert_same_rows"]

_JSON = ("profile_data", "meta", "metadata", "consents")
_readers = {User: reader(User), Invoice: reader(Invoice)}


def assert_same(result: object, expected: User | Invoice) -> None:
    """A model of the same fields and values; of a bare Record, that it reads as one."""
    if isinstance(result, BaseModel):
        assert dict(result) == dict(expected)
        return
    from orjson import loads

    values = dict(cast("Row", result).items())
    parsed = {
        name: loads(value) if name in _JSON and isinstance(value, str) else value for name, value in values.items()
    }
    assert dict(_readers[type(expected)](cast("Row", parsed))) == dict(expected)


def assert_same_rows(results: Sequence[object], expected: Sequence[Invoice]) -> None:
    assert len(results) == len(expected)
    for result, one in zip(results, expected, strict=True):
        assert_same(result, one)
