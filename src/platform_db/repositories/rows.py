"""From a row to a frozen model, by one validator call."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from platform_db.domain.models import FROM_DATABASE, StoredModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_db.database.executor import Row

__all__ = ["reader"]

M = TypeVar("M", bound=StoredModel)


def reader(model: type[M]) -> Callable[[Row], M]:
    """Give the function that reads rows of ``model``'s table.

    Bounds of single fields are checked again (natively); rules over several fields are
    not, because the server checked them when the row was written.
    """
    validate = model.__pydantic_validator__.validate_python

    def read(row: Row) -> M:
        return cast("M", validate(dict(row.items()), context=FROM_DATABASE))

    return read
