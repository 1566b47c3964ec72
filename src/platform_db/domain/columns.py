"""Some columns of a table: judged by the table's own rules, and compared with those of a stored row.

What a caller gives an operation is a part of a row: the server adds keys, stamps and
numbers. :func:`columns_of` makes the model of such a part from the stored model itself,
so the same bounds and the same rule names speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final, cast

from pydantic import create_model

from platform_db.domain.models import StoredModel

__all__ = ["columns_of", "differing", "folded", "is_same"]

_FOLDED: Final = str.maketrans(ascii_uppercase, ascii_lowercase)


def columns_of(model: type[StoredModel], names: Iterable[str]) -> type[StoredModel]:
    """Give the model of these columns of ``model``'s table.

    It has the columns' annotations and every rule whose fields are all among them.
    """
    chosen = tuple(names)
    kept = tuple(rule for rule in model.inherited_rules() if set(rule.fields) <= set(chosen))

    class Columns(StoredModel):
        entity = model.entity
        rules = kept

    fields: dict[str, Any] = {name: (model.model_fields[name].annotation, model.model_fields[name]) for name in chosen}
    return cast("type[StoredModel]", create_model(f"{model.__name__}Columns", __base__=Columns, **fields))


def differing(row: StoredModel, values: Mapping[str, object]) -> dict[str, object]:
    """The values that a stored row does not have."""
    return {name: value for name, value in values.items() if not is_same(getattr(row, name), value)}


def is_same(one: object, other: object) -> bool:
    """Whether two values of a column are equal; true is not 1, also inside a document.

    >>> is_same({"sides": [1, 2]}, {"sides": [1, 2.0]}), is_same({"welded": True}, {"welded": 1})
    (True, False)
    """
    if isinstance(one, dict) and isinstance(other, dict):
        left, right = cast("dict[str, object]", one), cast("dict[str, object]", other)
        return left.keys() == right.keys() and all(is_same(value, right[name]) for name, value in left.items())
    if isinstance(one, list) and isinstance(other, list):
        first, second = cast("list[object]", one), cast("list[object]", other)
        return len(first) == len(second) and all(map(is_same, first, second))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def folded(text: str) -> str:
    """The text as PostgreSQL's ``lower`` gives it under the collation C: only ASCII letters change.

    >>> folded("Satış@ÖRNEK.com.tr")
    'satış@Örnek.com.tr'
    """
    return text.translate(_FOLDED)
