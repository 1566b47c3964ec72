"""What a column admits, said once in the annotation of its field.

Each marker yields Pydantic's native constraints (so validation is fast) and the same
bounds as :class:`~platform_db.domain.rules.Rule` values (so the table's CHECKs, the
preflight and the messages are made from them). A field reads::

    failed_login_attempts: Annotated[int, Integer(ge=0, name="failed_logins_non_negative")] = 0

A marker stands outside the union of a nullable field: ``Annotated[int | None, Integer()]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt, MaxLen, MinLen
from pydantic import AfterValidator, BeforeValidator, JsonValue, StringConstraints
from pydantic.types import Strict

from platform_db.domain import decimals, instants, json_values, network
from platform_db.domain.rules import Message, Rule

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
    "SmallInteger",
    "Text",
]


class Marker(GroupedMetadata):
    """What every marker answers: its column type, its constraints, its rules."""

    sql_type: ClassVar[str]

    def __iter__(self) -> Iterator[object]:
        raise NotImplementedError  # pragma: no cover

    def rules(self, field: str) -> Iterator[Rule]:
        """The CHECKs that follow from the annotation of ``field``."""
        raise NotImplementedError  # pragma: no cover


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is kept, where the field's type does not say it.

    Attributes
    ----------
    server_default
        An SQL expression; the server makes the value when none is given.
    identity
        ``GENERATED ALWAYS AS IDENTITY``.
    bytewise
        ``COLLATE "C"``: compared and paged byte by byte on every system.
    """

    server_default: str | None = None
    identity: bool = False
    bytewise: bool = False
    sql_type: str | None = None


def _bounds(field: str, ge: object, gt: object, le: object, lt: object) -> str:
    """The bounds as SQL, in the order lower, upper."""
    sides = [
        f"{field} {sign} {bound}" for sign, bound in ((">=", ge), (">", gt), ("<=", le), ("<", lt)) if bound is not None
    ]
    return " AND ".join(sides)


def _within(value: Any, ge: Any, gt: Any, le: Any, lt: Any) -> bool:  # noqa: ANN401 - any ordered type
    return (
        (ge is None or value >= ge)
        and (gt is None or value > gt)
        and (le is None or value <= le)
        and (lt is None or value < lt)
    )


def _range_message(field: str, ge: object, gt: object, le: object, lt: object) -> Message:
    low = f"{ge}" if ge is not None else None
    high = f"{le}" if le is not None else None
    tr: list[str] = []
    en: list[str] = []
    if low is not None:
        tr.append(f"en az {low}")
        en.append(f"at least {low}")
    if gt is not None:
        tr.append(f"{gt} değerinden büyük")
        en.append(f"greater than {gt}")
    if high is not None:
        tr.append(f"en çok {high}")
        en.append(f"at most {high}")
    if lt is not None:
        tr.append(f"{lt} değerinden küçük")
        en.append(f"less than {lt}")
    return Message(f"{field}: {' ve '.join(tr)} olmalıdır", f"{field} must be {' and '.join(en)}")


@dataclass(frozen=True, kw_only=True)
class _Whole(Marker):
    """A whole number; the column type's own range is always enforced."""

    ge: int | None = None
    gt: int | None = None
    le: int | None = None
    multiple_of: int | None = None
    name: str | None = None
    message: Message | None = None

    bits: ClassVar[int]

    def __post_init__(self) -> None:
        if (self.name is None) != (self._judgement is None):
            message = "bounds and the name of their constraint belong together"
            raise TypeError(message)

    @property
    def _judgement(self) -> tuple[int | None, int | None, int | None, int | None] | None:
        judged = (self.ge, self.gt, self.le, self.multiple_of)
        return None if judged == (None, None, None, None) else judged

    def __iter__(self) -> Iterator[object]:
        limit = 2 ** (self.bits - 1)
        yield Strict()
        if self.gt is None:
            yield Ge(-limit if self.ge is None else self.ge)
        else:
            yield Gt(self.gt)
        yield Le(limit - 1 if self.le is None else self.le)
        if self.multiple_of is not None:
            yield AfterValidator(_multiple_of(self.multiple_of))

    def rules(self, field: str) -> Iterator[Rule]:
        if self.name is None:
            return
        ge, gt, le, step = self.ge, self.gt, self.le, self.multiple_of
        bounds = _bounds(field, ge, gt, le, None)

        def holds(value: int) -> bool:
            return _within(value, ge, gt, le, None) and (step is None or value % step == 0)

        yield Rule(
            name=self.name,
            fields=(field,),
            holds=holds,
            sql=bounds if step is None else f"{bounds} AND {field} % {step} = 0",
            message=self.message or _range_message(field, ge, gt, le, None),
        )


def _multiple_of(step: int) -> Callable[[int | None], int | None]:
    def check(value: int | None) -> int | None:
        if value is not None and value % step:
            message = f"must be a multiple of {step}"
            raise ValueError(message)
        return value

    return check


class SmallInteger(_Whole):
    """``smallint``."""

    sql_type = "smallint"
    bits = 16


class Integer(_Whole):
    """``integer``."""

    sql_type = "integer"
    bits = 32


class BigInteger(_Whole):
    """``bigint``: keys, and money in minor units (kuruş for TRY)."""

    sql_type = "bigint"
    bits = 64


@dataclass(frozen=True, kw_only=True)
class Numeric(Marker):
    """An exact decimal: bounded, finite and with at most ``places`` decimals, never rounded.

    Validation writes the value without surplus zeros (``1.50`` becomes ``1.5``), so what
    the model accepts always satisfies ``scale(column) <= places``.
    """

    places: int
    ge: Decimal | int | None = None
    gt: Decimal | int | None = None
    le: Decimal | int | None = None
    lt: Decimal | int | None = None
    name: str
    message: Message | None = None

    sql_type = "numeric"

    def __post_init__(self) -> None:
        if self.le is None and self.lt is None:
            message = "numeric stores NaN and Infinity: an upper bound refuses them"
            raise TypeError(message)

    def __iter__(self) -> Iterator[object]:
        yield Strict()
        yield from (
            kind(bound)
            for kind, bound in ((Ge, self.ge), (Gt, self.gt), (Le, self.le), (Lt, self.lt))
            if bound is not None
        )
        yield AfterValidator(decimals.canonical(self.places))

    def rules(self, field: str) -> Iterator[Rule]:
        ge, gt, le, lt, places = self.ge, self.gt, self.le, self.lt, self.places
        spoken = _range_message(field, ge, gt, le, lt)

        def holds(value: Decimal) -> bool:
            return value.is_finite() and _within(value, ge, gt, le, lt) and decimals.scale(value) <= places

        yield Rule(
            name=self.name,
            fields=(field,),
            holds=holds,
            sql=f"{_bounds(field, ge, gt, le, lt)} AND scale({field}) <= {places}",
            message=self.message
            or Message(
                f"{spoken.tr}, virgülden sonra en çok {places} basamak",
                f"{spoken.en}, with at most {places} decimal places",
            ),
        )


_NUL_FREE = r"^[^\x00]*$"
_BLANK = r" \t\n\r\f\v"
_HEX_DIGIT = "[0-9a-f]"
_DIGEST_DIGITS = 64


@dataclass(frozen=True, kw_only=True)
class Text(Marker):
    r"""Text without U+0000, counted in characters.

    Attributes
    ----------
    max
        1 to ``max`` characters (``ck_<table>_<column>_length``); an absent text is NULL,
        never ``''``.
    pattern
        A regular expression that Rust, Python and PostgreSQL read alike: ``[…]``,
        ``{n}``, groups, ``^…$``; no ``.``, ``\d``, ``\s``, ``\w``, no look-around.
    not_blank
        Has a character other than space, ``\t \n \r \f \v``.
    name, message
        The constraint of ``pattern`` or ``not_blank``.
    """

    max: int | None = None
    pattern: str | None = None
    not_blank: bool = False
    name: str | None = None
    message: Message | None = None

    sql_type = "text"

    def __post_init__(self) -> None:
        if (self.name is not None) != (self.pattern is not None or self.not_blank):
            message = "a pattern and the name of its constraint belong together"
            raise TypeError(message)
        if self.pattern is not None and self.message is None:
            message = f"say in words what {self.name} means"
            raise TypeError(message)

    def __iter__(self) -> Iterator[object]:
        yield Strict()
        if self.max is not None:
            yield MinLen(1)
            yield MaxLen(self.max)
        blank_free = rf"^[^\x00]*[^{_BLANK}\x00][^\x00]*$"
        yield StringConstraints(pattern=self.pattern or (blank_free if self.not_blank else _NUL_FREE))

    def rules(self, field: str) -> Iterator[Rule]:
        limit = self.max
        if limit is not None:

            def fits(value: str) -> bool:
                return 1 <= len(value) <= limit

            yield Rule(
                name=f"{field}_length",
                fields=(field,),
                holds=fits,
                sql=f"char_length({field}) BETWEEN 1 AND {limit}",
                message=Message(
                    f"{field}: 1 ile {limit} karakter arasında olmalıdır", f"{field} must have 1 to {limit} characters"
                ),
            )
        if self.name is None:
            return
        pattern = self.pattern or f"[^{_BLANK}]"
        compiled = re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern)

        def matches(value: str) -> bool:
            return compiled.search(value) is not None

        yield Rule(
            name=self.name,
            fields=(field,),
            holds=matches,
            sql=f"{field} ~ '{pattern}'",
            message=self.message or Message(f"{field} boş olamaz", f"{field} must not be blank"),
        )


@dataclass(frozen=True, kw_only=True)
class Digest(Marker):
    """A SHA-256, or a keyed hash of that length: 64 lower-case hexadecimal digits.

    The CHECK asks for the length and the digits apart: PostgreSQL takes ten times as long
    over ``{64}``, and the audit log judges three digests an entry.
    """

    name: str

    sql_type = "text"

    def __iter__(self) -> Iterator[object]:
        yield Strict()
        yield StringConstraints(pattern=rf"^{_HEX_DIGIT}{{{_DIGEST_DIGITS}}}$")

    def rules(self, field: str) -> Iterator[Rule]:
        compiled = re.compile(rf"{_HEX_DIGIT}{{{_DIGEST_DIGITS}}}")

        def matches(value: str) -> bool:
            return compiled.fullmatch(value) is not None

        yield Rule(
            name=self.name,
            fields=(field,),
            holds=matches,
            sql=f"octet_length({field}) = {_DIGEST_DIGITS} AND {field} ~ '^{_HEX_DIGIT}*$'",
            message=Message(
                f"{field}: SHA-256 özeti {_DIGEST_DIGITS} küçük onaltılık hanedir",
                f"{field}: a SHA-256 is {_DIGEST_DIGITS} lower-case hexadecimal digits",
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Instant(Marker):
    """A point in time: aware, finite, from 2000-01-01 to before 2100-01-01 UTC."""

    sql_type = "timestamptz"

    def __iter__(self) -> Iterator[object]:
        yield Strict()
        yield Ge(instants.EARLIEST_INSTANT)
        yield Lt(instants.LATEST_INSTANT)

    def rules(self, field: str) -> Iterator[Rule]:
        earliest, latest = instants.EARLIEST_INSTANT, instants.LATEST_INSTANT

        def within(value: datetime) -> bool:
            return earliest <= value < latest

        yield Rule(
            name=f"{field}_finite",
            fields=(field,),
            holds=within,
            sql=f"{field} >= {_epoch(earliest)} AND {field} < {_epoch(latest)}",
            message=Message(
                f"{field}: {earliest.year} ile {latest.year} yılları arasında bir an olmalıdır (UTC)",
                f"{field} must be an instant from {earliest.year} to before {latest.year} (UTC)",
            ),
        )


def _epoch(instant: datetime) -> str:
    """The instant as an expression that reads the same in every time zone."""
    return f"to_timestamp({int(instant.timestamp())})"


@dataclass(frozen=True, kw_only=True)
class Day(Marker):
    """A legal day. ``law`` marks a day of law data, which reaches back to 1985."""

    law: bool = False

    sql_type = "date"

    @property
    def _range(self) -> tuple[date, date]:
        return (instants.EARLIEST_LAW_DAY if self.law else instants.EARLIEST_DAY), instants.LATEST_DAY

    def __iter__(self) -> Iterator[object]:
        earliest, latest = self._range
        yield Strict()
        yield Ge(earliest)
        yield Le(latest)

    def rules(self, field: str) -> Iterator[Rule]:
        earliest, latest = self._range

        def within(value: date) -> bool:
            return earliest <= value <= latest

        yield Rule(
            name=f"{field}_finite",
            fields=(field,),
            holds=within,
            sql=f"{field} BETWEEN DATE '{earliest}' AND DATE '{latest}'",
            message=Message(
                f"{field}: {earliest} ile {latest} arasında bir gün olmalıdır",
                f"{field} must be a day from {earliest} to {latest}",
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Json(Marker):
    """A JSON document: finite numbers, string keys, bounded depth and size, no U+0000."""

    kind: Literal["object", "array", "any"] = "object"
    max_bytes: int | None = 65536

    sql_type = "jsonb"

    def __iter__(self) -> Iterator[object]:
        yield AfterValidator(json_values.checked(self.max_bytes))

    def rules(self, field: str) -> Iterator[Rule]:
        limit = self.max_bytes
        container: type[object] = dict if self.kind == "object" else list

        def is_of_kind(value: JsonValue) -> bool:
            return isinstance(value, container)

        if self.kind != "any":
            kind_tr = "JSON nesnesi" if self.kind == "object" else "JSON dizisi"
            yield Rule(
                name=f"{field}_{self.kind}",
                fields=(field,),
                holds=is_of_kind,
                sql=f"jsonb_typeof({field}) = '{self.kind}'",
                message=Message(f"{field} bir {kind_tr} olmalıdır", f"{field} must be a JSON {self.kind}"),
            )
        if limit is not None:

            def fits(value: JsonValue) -> bool:
                return json_values.stored_bytes(value) <= limit

            yield Rule(
                name=f"{field}_size",
                fields=(field,),
                holds=fits,
                sql=f"octet_length({field}::text) <= {limit}",
                message=Message(f"{field} en çok {limit} bayt olabilir", f"{field} must take at most {limit} bytes"),
            )


@dataclass(frozen=True, kw_only=True)
class Bytes(Marker):
    """``bytea`` of a fixed length, or of any."""

    length: int | None = None
    name: str | None = None

    sql_type = "bytea"

    def __iter__(self) -> Iterator[object]:
        yield Strict()
        if self.length is not None:
            yield MinLen(self.length)
            yield MaxLen(self.length)

    def rules(self, field: str) -> Iterator[Rule]:
        length = self.length
        if self.name is None or length is None:
            return

        def fits(value: bytes) -> bool:
            return len(value) == length

        yield Rule(
            name=self.name,
            fields=(field,),
            holds=fits,
            sql=f"octet_length({field}) = {length}",
            message=Message(f"{field} {length} bayt olmalıdır", f"{field} must have {length} bytes"),
        )


@dataclass(frozen=True, kw_only=True)
class Inet(Marker):
    """An address or network, without a zone."""

    sql_type = "inet"

    def __iter__(self) -> Iterator[object]:
        yield BeforeValidator(network.interface)

    def rules(self, field: str) -> Iterator[Rule]:  # noqa: ARG002 - an address has no bounds
        yield from ()
