"""Whole numbers by the width of their column, and exact decimals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AfterValidator
from pydantic.types import Strict

from platform_db.domain import decimals
from platform_db.domain.fields.marker import Marker
from platform_db.domain.rules import Message, Rule

__all__ = ["BigInteger", "Integer", "Numeric", "SmallInteger"]


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
