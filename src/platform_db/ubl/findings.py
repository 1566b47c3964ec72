"""What a reader should know about a document that was read all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from platform_db.ubl.aggregate import Aggregate, children_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from platform_db.errors import Message
    from platform_db.ubl.values import Value

__all__ = ["Finding", "Judgement", "leaves"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One warning.

    ``field`` is a place such as ``/Invoice/cac:InvoiceLine[2]/cbc:LineExtensionAmount``.
    Where an amount does not follow from the others, ``written`` is what the document says
    and ``expected`` what follows; it is never put right. No other value is quoted.
    """

    rule: str
    field: str
    message: Message
    written: Decimal | None = None
    expected: Decimal | None = None

    def as_json(self) -> dict[str, object]:
        """Rule, field, the message in both languages and, of an amount, both figures as text."""
        told: dict[str, object] = {
            "rule": self.rule,
            "fields": [self.field],
            "message": {"tr": self.message.tr, "en": self.message.en},
        }
        if self.written is not None and self.expected is not None:
            told |= {"written": format(self.written, "f"), "expected": format(self.expected, "f")}
        return told


@dataclass(frozen=True, slots=True)
class Judgement:
    """A rule that a document should keep, and what is said when it does not."""

    rule: str
    message: Message

    def at(self, field: str, written: Decimal | None = None, expected: Decimal | None = None) -> Finding:
        """The finding at this place."""
        return Finding(self.rule, field, self.message, written, expected)


def leaves(aggregate: Aggregate, path: str) -> Iterator[tuple[str, Value]]:
    """Every value inside, with its place, in the document's order."""
    for child in children_of(type(aggregate)):
        held = cast("object", getattr(aggregate, child.field))
        several = cast("tuple[object, ...]", held) if child.many else () if held is None else (held,)
        for number, value in enumerate(several, start=1):
            place = f"{path}/{child.name}[{number}]" if len(several) > 1 else f"{path}/{child.name}"
            if isinstance(value, Aggregate):
                yield from leaves(value, place)
            else:
                yield place, cast("Value", value)
