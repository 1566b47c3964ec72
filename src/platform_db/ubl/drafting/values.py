"""Values of a document in the forms that a draft takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from platform_db.ubl import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from platform_db.errors import Violation
    from platform_db.ubl.elements.references import Party
    from platform_db.ubl.values import Code, Date, Identifier, Text, Time

__all__ = ["Faults", "day_of", "decimal_text", "identified", "nested", "text_of"]


class Faults:
    """What a draft cannot carry, collected."""

    def __init__(self) -> None:
        self.found: list[Violation] = []

    def cannot_carry(self, place: str) -> None:
        """Note that what stands at this place has none in a draft."""
        self.found.append(refusals.DRAFT_FIELD.at(place))

    def at_most_one(self, several: Sequence[object], place: str) -> None:
        """Note it where there are more than one."""
        if len(several) > 1:
            self.cannot_carry(place)


def text_of(*given: Text | Identifier | Code | Time | None) -> str | None:
    """The texts that are there, joined by spaces; None where nothing is."""
    texts = [each.value.strip() for each in given if each is not None]
    return " ".join(text for text in texts if text) or None


def day_of(given: Date | None) -> date | None:
    """The legal day."""
    return None if given is None else given.value


def decimal_text(value: Decimal) -> str:
    """The number as the calculation reads one: without surplus zeros."""
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def identified(party: Party, scheme_id: str) -> str | None:
    """The party's number under a scheme."""
    found = (each.id for each in party.party_identification if each.id.scheme_id == scheme_id)
    return text_of(next(found, None))


def nested(given: Iterable[tuple[str, str | None]]) -> dict[str, object]:
    """An object of the dotted paths that have a value."""
    whole: dict[str, object] = {}
    for path, value in given:
        if value is None:
            continue
        *above, last = path.split(".")
        level = whole
        for step in above:
            level = cast("dict[str, object]", level.setdefault(step, {}))
        level[last] = value
    return whole
