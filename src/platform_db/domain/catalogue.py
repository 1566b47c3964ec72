"""What the inputs of machines, materials, tools and products have in common: columns from what a caller gives.

Prices are given in lira (or in units of the currency beside them) and stored in minor units:
the field ``cost`` is the column ``cost_cents``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Final, Self

from pydantic import model_validator

from platform_db.domain.bulk import differing
from platform_db.domain.columns import columns_of
from platform_db.domain.models import InputModel, StoredModel, Versioned, changed_fields
from platform_db.domain.money import to_cents
from platform_db.domain.refusals import MoneyError
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = ["NewRow", "changes_of", "pieces"]

_CENTS: Final = "_cents"
_MOST: Final = 2**31 - 1


class NewRow(InputModel):
    """A row to add, judged by every rule of its table before it is sent.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table is broken; ``violations`` has every one.
    """

    of: ClassVar[type[Versioned]]
    """The table's model."""

    _row: ClassVar[type[StoredModel]]
    _named: ClassVar[Mapping[str, str]]

    @classmethod
    def __pydantic_init_subclass__(cls, **options: object) -> None:
        super().__pydantic_init_subclass__(**options)
        cls._named = {name: _column(cls.of, name) for name in cls.model_fields}
        cls._row = columns_of(cls.of, cls._named.values())

    # Judging costs as much as making, and a copy is made anew: what is kept is never another row's.
    @cached_property
    def columns(self) -> Mapping[str, object]:
        """The row by column, as it is stored."""
        row = self._row.parse(
            {column: _value(self.of, name, getattr(self, name)) for name, column in self._named.items()}
        )
        return {column: getattr(row, column) for column in self._named.values()}

    @property
    def given(self) -> frozenset[str]:
        """The columns that the caller gave; the others have their defaults."""
        return frozenset([self._named[name] for name in self.model_fields_set])

    def model_copy(self, *, update: Mapping[str, object] | None = None, deep: bool = False) -> Self:
        """A copy with other values, judged as the first was.

        Raises
        ------
        RuleViolation
            The copy would break a rule.
        """
        kept = {name: getattr(self, name) for name in self.model_fields_set}
        return super().model_copy(deep=deep) if update is None else self.parse({**kept, **update})

    @classmethod
    def written(cls) -> tuple[str, ...]:
        """The columns that are stored; the server makes the others."""
        return tuple(cls._row.model_fields)

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        _ = self.columns
        return self


def changes_of(row: Versioned, patch: InputModel) -> dict[str, object]:
    """The columns that a patch changes, with their values; what is equal already is left out.

    Raises
    ------
    RuleViolation
        The resulting row would break a rule, or may not come of this one; or the currency
        changes and a price that the row has is not given with it (``<table>_currency_with_prices``).
    """
    given = _columns(type(row), changed_fields(patch))
    wanted = differing(row, row.checked(given))
    prices = tuple(name for name, value in row if name.endswith(_CENTS) and value is not None and name not in given)
    if "currency" in wanted and prices:
        raise RuleViolation(Violation(f"{row.entity}_currency_with_prices", prices, _PRICES, row.entity))
    return wanted


def pieces(entity: str, quantity: int) -> int:
    """A number of pieces, 1 to 2,147,483,647.

    Raises
    ------
    RuleViolation
        It is none.

    >>> pieces("tools", 3)
    3
    """
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 0 < quantity <= _MOST:  # pyright: ignore[reportUnnecessaryIsInstance] - callers without types
        raise RuleViolation(Violation(f"{entity}_pieces", ("quantity",), _PIECES, entity))
    return quantity


_PRICES: Final = Message(
    "Para birimi değişirken fiyatlar da yeniden verilmelidir", "With another currency the prices are given anew"
)
_PIECES: Final = Message(
    f"Adet 1 ile {_MOST} arasında bir tam sayıdır", f"A number of pieces is a whole number from 1 to {_MOST}"
)


def _column(model: type[Versioned], field: str) -> str:
    priced = f"{field}{_CENTS}"
    return priced if priced in model.model_fields else field


def _columns(model: type[Versioned], fields: Mapping[str, object]) -> dict[str, object]:
    return {_column(model, name): _value(model, name, value) for name, value in fields.items()}


def _value(model: type[Versioned], field: str, value: object) -> object:
    if field in model.model_fields or not isinstance(value, Decimal):
        return value
    try:
        return to_cents(value)
    except MoneyError as refused:
        raise RuleViolation(Violation(refused.rule, (field,), refused.message, model.entity)) from None
