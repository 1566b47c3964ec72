"""What asks for a part of a document (``@>``) asks a document that has a GIN index: no such query scans."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy.dialects import postgresql

from platform_db import repositories
from platform_db.database.statement import Statement
from platform_db.repositories.filters import Listing
from tests.seed.definitions import indexes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa

    from platform_db.repositories.filters import Condition

ASKED: Final = re.compile(r"(\w+)\.(\w+) @> ")


def _declared() -> Iterator[object]:
    """What the modules of the repositories declare."""
    for module in pkgutil.walk_packages(repositories.__path__, f"{repositories.__name__}."):
        yield from vars(importlib.import_module(module.name)).values()


def _texts(item: object) -> Iterator[str]:
    """The SQL of a statement, or of each condition of a list."""
    if isinstance(item, Statement):
        yield item.sql
    elif isinstance(item, Listing):
        declared = vars(cast("Listing[Any]", item))
        table = cast("sa.Table", declared["_table"])
        for condition in cast("Mapping[str, Condition]", declared["_conditions"]).values():
            yield str(condition(table).compile(dialect=postgresql.dialect()))


def test_every_document_that_is_searched_has_a_gin_index() -> None:
    texts = [text for item in _declared() for text in _texts(item)]
    searched = {".".join(found.groups()) for text in texts for found in ASKED.finditer(text)}
    gin = [index for index in indexes() if index.method == "gin"]
    indexed = {f"{index.table}.{re.findall(r'[a-z_]+', index.definition)[0]}" for index in gin}
    assert searched == indexed
