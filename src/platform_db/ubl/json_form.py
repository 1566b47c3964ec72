"""A document as JSON: the fields of its elements, in the order of the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from platform_db.ubl.aggregate import Aggregate, attributes_of, children_of

if TYPE_CHECKING:
    from platform_db.ubl.values import Value

__all__ = ["as_json"]


def as_json(aggregate: Aggregate) -> dict[str, object]:
    """What is there, and nothing else.

    A value is its text as the document writes it; with attributes it is an object of
    ``value`` and these.
    """
    told: dict[str, object] = {}
    for child in children_of(type(aggregate)):
        held = cast("Aggregate | Value | tuple[Aggregate | Value, ...] | None", getattr(aggregate, child.field))
        if isinstance(held, tuple):
            if held:
                told[child.field] = [_part(each) for each in held]
        elif held is not None:
            told[child.field] = _part(held)
    return told


def _part(part: Aggregate | Value) -> object:
    if isinstance(part, Aggregate):
        return as_json(part)
    attributes = {
        attribute.field: text
        for attribute in attributes_of(type(part))
        if (text := cast("str | None", getattr(part, attribute.field))) is not None
    }
    return {"value": part.written(), **attributes} if attributes else part.written()
