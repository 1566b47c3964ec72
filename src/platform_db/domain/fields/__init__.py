"""What a column admits, said once in the annotation of its field.

Each marker yields Pydantic's native constraints (so validation is fast) and the same
bounds as :class:`~platform_db.domain.rules.Rule` values (so the table's CHECKs, the
preflight and the messages are made from them). A field reads::

    failed_login_attempts: Annotated[int, Integer(ge=0, name="failed_logins_non_negative")] = 0

A marker stands outside the union of a nullable field: ``Annotated[int | None, Integer()]``.
"""

from __future__ import annotations

from platform_db.domain.fields.documents import Bytes, Inet, Json
from platform_db.domain.fields.marker import Column, Marker
from platform_db.domain.fields.numbers import BigInteger, Integer, Numeric, SmallInteger
from platform_db.domain.fields.texts import Digest, OneOf, Text
from platform_db.domain.fields.times import Day, Instant

__all__ = [
    "BigInteger",
    "Bytes",
    "Column",
    "Day",
    "Digest",
    "Inet",
    "Instant",
    "Integer",
    "Json",
    "Marker",
    "Numeric",
    "OneOf",
    "SmallInteger",
    "Text",
]
