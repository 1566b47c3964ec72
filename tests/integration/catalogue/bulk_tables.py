"""Small declarations of bulk writing, and what a test asks of their outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from platform_db.domain.fields import Integer, Text
from platform_db.domain.jobs import Job, JobType
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel
from platform_db.domain.products import Product
from platform_db.domain.tools import Tool, ToolType
from platform_db.domain.users import NewUser, User
from platform_db.repositories.bulk import Bulk
from platform_db.schema.jobs import jobs
from platform_db.schema.products import products
from platform_db.schema.tools import tools
from platform_db.schema.users import users

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractAsyncContextManager

    from platform_db.database.executor import Executor, Row
    from platform_db.database.statement import Statement
    from platform_db.domain.bulk import Outcome
    from platform_db.repositories.work import Work

__all__ = [
    "ACCOUNTS",
    "JOBS",
    "KEYLESS",
    "PRODUCTS",
    "STOCK",
    "TOOLS",
    "Counting",
    "NewArticle",
    "NewJob",
    "NewPiece",
    "told",
]


class NewPiece(InputModel):
    """A tool; its natural key holds a column that may be NULL."""

    entity = "tools"

    name: Annotated[str, Text(max=200)]
    manufacturer: Annotated[str | None, Text(max=100)] = None
    type: ToolType = ToolType.REAMER
    location: Annotated[str | None, Text(max=100)] = None
    quantity_available: Annotated[int, Integer()] = 0


class NewArticle(InputModel):
    """A product, with columns that are an array, a document, a foreign key."""

    entity = "products"

    sku: str
    name: str = "Freze"
    tags: tuple[str, ...] = ()
    dimensions: JsonObject | None = None
    vendor_id: int | None = None
    stock_quantity: int = 0


class NewJob(InputModel):
    """A job; where it has no idempotency key it is always another one."""

    entity = "jobs"

    user_id: int
    type: JobType
    idempotency_key: str | None = None
    request_fingerprint: str | None = None


ACCOUNTS: Final = Bulk(users, User, NewUser, key=("email",))
TOOLS: Final = Bulk(tools, Tool, NewPiece, key=("name", "manufacturer"))
STOCK: Final = Bulk(tools, Tool, NewPiece, key=("name", "manufacturer"), kept=("quantity_available",))
KEYLESS: Final = Bulk(tools, Tool, NewPiece)
PRODUCTS: Final = Bulk(products, Product, NewArticle, key=("sku",), same=("name",))
JOBS: Final = Bulk(jobs, Job, NewJob, key=("user_id", "idempotency_key"), same=("request_fingerprint",))


def told(outcomes: Iterable[Outcome[Any]]) -> list[tuple[int, str, str | None]]:
    """Place, result, and under which name it was refused."""
    return [
        (it.place, it.result.value, getattr(it.error, "rule", None) or getattr(it.error, "constraint", None))
        for it in outcomes
    ]


class Counting:
    """A unit of work that counts the statements of bulk writing."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.statements: list[str] = []

    @property
    def executor(self) -> Executor:
        return cast("Executor", self)

    async def fetch(self, statement: Statement, parameters: Mapping[str, object]) -> list[Row]:
        self.statements.append(statement.sql.partition(" ")[0])
        return await self._work.fetch(statement, parameters)

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        return self._work.savepoint()
