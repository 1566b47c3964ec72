"""Some columns of a table, judged by the table's own rules before the rest of the row is known.

What a caller gives an operation is a part of a row: the server adds keys, stamps and
numbers. :func:`columns_of` makes the model of such a part from the stored model itself,
so the same bounds and the same rule names speak.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from pydantic import create_model

from platform_db.domain.models import StoredModel

__all__ = ["columns_of"]


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
