"""Values as callers and psql write them: not of the column's type, or of no Python type at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_address, ip_interface
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

__all__ = ["CALLERS", "COERCED", "in_sql"]


def _nested(depth: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for _ in range(depth):
        found = {"a": found}
    return found


_MOMENT: Final = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
_NAIVE: Final = _MOMENT.replace(tzinfo=None)
_NAIVE_MAX: Final = datetime.max  # noqa: DTZ901 - naive on purpose
_NAIVE_MIN: Final = datetime.min  # noqa: DTZ901 - naive on purpose

CALLERS: Final[tuple[object, ...]] = (
    *(None, True, False, 0, 1, -1, 5, 2**15, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30),
    *(0.0, 1.0, 1.5, 0.1 + 0.2, float("nan"), float("inf"), float("-inf"), 1e400),
    *(Decimal(text) for text in ("1", "-0", "0E-9", "1.50", "1.000000000", "1.005", "1E+2", "1E+400", "1E-400")),
    *(Decimal(text) for text in ("1E+131072", "1E+200000", "NaN", "sNaN", "Infinity", "-Infinity")),
    *("", " ", "a", "a\x00b", "\x00", "\ud800", "a\ud800", "a\n", "\n", "İ", "ı", "i̇", "😀", "1", "1.5", "1_000"),
    *("true", "null", "NaN", "infinity", "now", "today", "2026-05-04", "2026-05-04T12:30:00Z", "TR", "+905321234567\n"),
    *(b"", b"a", b"\x00" * 32, bytearray(b"\x00" * 32), memoryview(b"\x00" * 32)),
    *(_NAIVE, _MOMENT, _MOMENT.astimezone(timezone(timedelta(hours=3))), _MOMENT.replace(microsecond=999_999)),
    *(_NAIVE_MAX, _NAIVE_MIN, datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)),
    *(datetime.max.replace(tzinfo=UTC) - timedelta(hours=12), date(2026, 5, 4), date.max, date.min, time(12)),
    *({}, [], (), {"a": 1}, [1], ["a"], ("a", "b"), ["a\x00"], ["\ud800"], [None], [["a"]], {1: 2}, {"a"}),
    *({"a": float("nan")}, {"a": float("inf")}, [float("-inf")], {"a": 1e300}, {"a": -0.0}, {"a": 1e-7}),
    *({"a": 2**53 + 1}, {"a": 2**63 - 1}, {"a": -(2**63)}, {"a": 2**63}, {"a": 2**64}, {"a": 10**30}),
    *({"a": "\x00"}, {"\x00": 1}, {"a": "\ud800"}, {"\ud800": 1}, {"a": Decimal("1.5")}, {"a": _MOMENT}, {"a": b"x"}),
    *({"a": "\u2028\x7f\x85İı😀"}, {"a": "\\u0000"}, {"k": "x" * 65_528}, {"k": "é" * 32_764}),
    *(_nested(99), _nested(100), _nested(101), _nested(300), {"a": (1, 2)}, {"a": {1}}),
    *(UUID(int=0), UUID(int=2**128 - 1), str(UUID(int=7)), 7, "{00000000-0000-0000-0000-000000000007}"),
    *(ip_address("10.1.2.3"), ip_interface("10.1.2.3/8"), ip_interface("2001:db8::1/48"), ip_address("fe80::1%eth0")),
    *("10.1.2.3", "10.1.2.0/24", "fe80::1%eth0", "fe80::1", "::ffff:10.1.2.3", "10.1.2.3/33", "10.1"),
    *(object, Ellipsis),
)
"""What callers hand over, of every type: the model refuses it, or what it accepts is stored as it is."""

_WHOLE: Final = (True, False, 1.0, 1.5, float("nan"), Decimal(1), "1", b"1", 2**63, -(2**63) - 1)

COERCED: Final[tuple[tuple[type[object], tuple[object, ...]], ...]] = (
    (
        postgresql.JSONB,
        (
            {"a": float("nan")},
            {"a": float("inf")},
            {"a": 1.6130484589462314e17},
            {"a": "\x00"},
            {"a": "\ud800"},
            {1: 2},
            {"a": 2**63},
        ),
    ),
    (sa.Boolean, (0, 1, "true", "t", 1.0)),
    (sa.Integer, _WHOLE),
    (sa.Numeric, (True, 1.5, float("nan"), "20", Decimal("1E+131072"), Decimal("NaN"), Decimal("sNaN"))),
    (sa.DateTime, (_NAIVE, date(2026, 5, 4), "2026-05-04T12:30:00Z", 0, datetime.max.replace(tzinfo=UTC))),
    (sa.Date, (_MOMENT, _NAIVE, "2026-05-04", 0, date.max, date.min)),
    (sa.Text, (b"TR", 1, "\x00", "\ud800", True)),
    (sa.LargeBinary, ("\x00", "00", [0])),
    (postgresql.INET, (True, 1, b"\x7f\x00\x00\x01", ip_address("fe80::1%eth0"), "fe80::1%eth0")),
)
"""By column type, what the driver or PostgreSQL would change without a word, or refuse without a name."""

_SQL: Final[tuple[tuple[type[object], tuple[str, ...]], ...]] = (
    (
        postgresql.JSONB,
        (
            *("null", "1e400", '{"a":1e400}', '{"a":1e-400}', '{"a":-0}', '{"a":1.10}', '{"a":1,"a":2}', " { } ", "[]"),
            *('{"a":123456789012345678901234567890}', '{"a":0.1000000000000000055511151231257827021181583404541}'),
            *('{"a":"\\ud83d\\ude00"}', '{"a":"\\ud800"}', '{"a":"\\u0000"}', '{"a":NaN}', '"a"', "{}x"),
            *('{"a":' * 100 + "{}" + "}" * 100, '{"a":' * 101 + "{}" + "}" * 101, '{"a":' * 1100 + "{}" + "}" * 1100),
        ),
    ),
    (postgresql.ARRAY, ("{}", "{NULL}", '{"NULL"}', "{{a},{b}}", "[0:1]={a,b}", "{a", '{"a\\"b"}')),
    (postgresql.ENUM, ("", "TRY", "ACTIVE", " active", "İptal")),
    (postgresql.INET, ("10.1.2.3", "10.1.2.3/8", "::ffff:10.1.2.3", "fe80::1", "fe80::1%eth0", "10.1")),
    (sa.Uuid, ("{00000000-0000-0000-0000-000000000007}", "00000000000000000000000000000007", "7")),
    (sa.Boolean, ("t", "yes", "on", "1", "2", "doğru")),
    (sa.Integer, ("0x1F", " 7 ", "1_000", "007", "+3", "1.5", "1e3", "32768", "2147483648", "9223372036854775808")),
    (sa.Numeric, ("1e400", "1e-400", "NaN", "inf", "0x1F", "1_0", ".5", "5.", "1.50", "1.000000000", "-0", "1e131072")),
    (
        sa.DateTime,
        (
            *("infinity", "-infinity", "epoch", "now", "today", "4713-01-01 00:00 BC", "294276-12-31 00:00+00"),
            *(
                "9999-12-31 23:59:60+00",
                "10000-01-01 00:00+00",
                "2026-05-04",
                "2026-05-04 24:00",
                "2026-05-04 12:00+03",
            ),
            *(
                "2026-05-04 12:00:60",
                "04.05.2026 12:00",
                "2026-05-04 12:00:00.0000005+00",
                "2099-12-31 23:59:59.9999996+00",
            ),
        ),
    ),
    (
        sa.Date,
        (
            "infinity",
            "-infinity",
            "epoch",
            "today",
            "5874897-12-31",
            "4713-01-01 BC",
            "04.05.2026",
            "2026-02-30",
            "20260504",
        ),
    ),
    (sa.LargeBinary, (r"\x", r"\x00ff", "abc", r"\xzz", r"\000")),
    (sa.Text, ("", "\t", "a\n", "\u200b", "\ufeff", "\U0010ffff", "null", "TR ", "İSTANBUL")),
)


def in_sql(column: sa.Column[object]) -> tuple[str, ...]:
    """What a person may write into the column with psql, as text that PostgreSQL casts."""
    return next(texts for kind, texts in _SQL if isinstance(column.type, kind))
