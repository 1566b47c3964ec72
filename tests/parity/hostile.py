"""Values that a column's rules may or may not admit, all of the column's own type."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from ipaddress import ip_interface
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.domain.fields import Day, Integer, Numeric, Text
from platform_db.domain.models import markers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.parity.source import Source

__all__ = ["hostile"]

_ISTANBUL_OFFSET: Final = timezone(timedelta(hours=3))
_MOMENT: Final = datetime(2026, 5, 4, 12, tzinfo=UTC)

_TEXTS: Final = (
    *("", " ", "\n", "\u00a0", "\u200b", "a", "a\n", "\na", "A1", "0", "-", "x y", "TR", "tr", "ABC", "%", "'", "\\"),
    *("İ", "ı", "İstanbul ığüşöç", "ǅ", "ß", "ﬁ", "é", "e\u0301", "😀", "\U0010ffff", "\x7f", "\x85", "\u2028"),
    *("٣٤٥", "１２３４", "[anonymised]", "deleted-1@anonymised.invalid", "a@b.co", "a@B.co", "a@b.co\n"),
)
_NUMERICS: Final = (
    *("0", "-0", "0.00", "1", "-1", "20", "100", "100.01", "99.99", "0.001", "0.00000001", "0.000000001", "1.50"),
    *("1.000000000", "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e18", "999999999999999999", "1000000000"),
    *("999999999.999999", "1E+2", "0E-9", "33.333333", "0.5"),
)
_EMPTY: Final[tuple[object, ...]] = (dict[str, object](), list[object](), [list[object](), dict[str, object]()])
_DOCUMENTS: Final[tuple[object, ...]] = (
    *_EMPTY,
    *("text", 5, True, {"a": 1}, [1], {"ü": [1.5, None, {"b": False}]}, {"İ": "ı", "": ""}, {"a": -0.0}),
    *({"a": 1e300, "b": 1e-300}, {"a": 2**63 - 1, "b": -(2**63)}, {"k": "\n\t\x7f\u2028😀"}),
    *({"k": "x" * 65527}, {"k": "x" * 65528}, ["x" * 65532], ["x" * 65533], {"k": "é" * 32764}),
)


def _whole(bits: int) -> tuple[int, ...]:
    limit = 2 ** (bits - 1)
    return (*range(-1, 13), 15, 16, 20, 99, 100, 101, 1000, 1999, 2000, 2099, 12000, limit - 1, -limit)


@cache
def _of_type(kind: object) -> tuple[object, ...]:  # noqa: C901, PLR0911, PLR0912 - one line a type
    match kind:
        case postgresql.ENUM():
            return tuple(kind.enums)
        case postgresql.ARRAY():
            item = cast("sa.types.TypeEngine[object]", kind.item_type)
            labels = item.enums if isinstance(item, postgresql.ENUM) else ("", "a", "İ ı", 'q"u,o{t}e\\', "NULL")
            return ([], list(labels[:1]), list(labels[:2]), list(labels), [labels[0], labels[0]])
        case sa.SmallInteger():
            return _whole(16)
        case sa.BigInteger():
            return _whole(64)
        case sa.Integer():
            return _whole(32)
        case sa.Numeric():
            return tuple(Decimal(text) for text in _NUMERICS)
        case sa.DateTime():
            edges = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
            around = (edge + timedelta(microseconds=step) for edge in edges for step in (-1, 0))
            near = (_MOMENT, _MOMENT - timedelta(days=400), _MOMENT.astimezone(_ISTANBUL_OFFSET) + timedelta(days=90))
            infinite = (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))
            return (*around, *near, *infinite)
        case sa.Date():
            edges = (date(1985, 1, 1), date(2005, 1, 1), date(2099, 12, 31))
            around = (edge + timedelta(days=step) for edge in edges for step in (-1, 0, 1))
            return (*around, date(2026, 5, 4), date(2026, 1, 1), date(2025, 12, 31), date.max, date.min)
        case postgresql.JSONB():
            return _DOCUMENTS
        case sa.LargeBinary():
            return (b"", b"\x00" * 32, b"\xff" * 31, b"ab", bytes(range(33)))
        case postgresql.INET():
            return tuple(map(ip_interface, ("10.1.2.3", "10.1.2.0/24", "0.0.0.0/0", "2001:db8::/48", "::1")))
        case sa.Boolean():
            return (True, False)
        case sa.Uuid():
            return (UUID(int=0), UUID(int=2**128 - 1), UUID("0b9d4a6e-5c1f-4f4e-9d6b-2f8f1c3a7e10"))
        case _:
            return (*_TEXTS, "x" * 5000)


def _at_bounds(source: Source, column: str) -> Iterator[object]:
    """The bounds that the field's annotation states, and their neighbours."""
    for marker in markers(source.model.model_fields[column]):
        if isinstance(marker, Numeric):
            step = Decimal(1).scaleb(-marker.places)
            for bound in (marker.ge, marker.gt, marker.le, marker.lt):
                if bound is not None:
                    yield from (bound + step, Decimal(bound), bound - step, bound - step / 10)
        elif isinstance(marker, Text):
            if marker.max is not None:
                yield from (letter * (marker.max + over) for letter in ("x", "İ", "😀") for over in (0, 1))
        elif isinstance(marker, Integer):
            yield from (bound + step for bound in (marker.ge, marker.gt, marker.le) if bound for step in (-1, 0, 1))
        elif isinstance(marker, Day):
            yield from marker._range


def hostile(source: Source, column: sa.Column[object]) -> tuple[object, ...]:
    """NULL, the hostile values of the column's type, its bounds, and the values of its table's examples."""
    changes = [changed for each in source.examples.values() for changed in (*each.every_refused, each.legal)]
    told = (changed[column.name] for changed in changes if column.name in changed)
    return (None, source.row[column.name], *_of_type(column.type), *_at_bounds(source, column.name), *told)
