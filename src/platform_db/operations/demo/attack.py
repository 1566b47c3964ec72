"""One attempt past the library: raw SQL on a plain connection, undone whatever becomes of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.audit.verify import verify
from platform_db.database import Role
from platform_db.errors import ConfigurationError, RuleViolation, Violation
from platform_db.migration.connection import driver_url
from platform_db.operations.demo.report import AttackOutcome

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping

    from platform_db.audit.verify import Row, VerificationReport
    from platform_db.domain.models import StoredModel

__all__ = [
    "Attack",
    "Raw",
    "Sql",
    "acting",
    "declared",
    "fingerprint",
    "judged",
    "raw_connection",
    "refused_by",
    "run_attack",
    "updated",
    "verified_chain",
]


class Raw(Protocol):
    """What is used of an asyncpg connection, which has no published types."""

    def fetch(self, query: str, *values: object) -> Awaitable[list[Row]]: ...
    def fetchrow(self, query: str, *values: object) -> Awaitable[Row | None]: ...
    def fetchval(self, query: str, *values: object) -> Awaitable[object]: ...
    def execute(self, query: str, *values: object) -> Awaitable[str]: ...
    def cursor(self, query: str, *, prefetch: int) -> AsyncIterable[Row]: ...
    async def close(self) -> None: ...


_connect = cast("Callable[..., Awaitable[Raw]]", asyncpg.connect)

Sql = tuple[str, tuple[object, ...]]
"""A statement and its parameters."""

_FINGERPRINT: Final = """
WITH own AS (SELECT id FROM invoices WHERE user_id = $1), part (name, content) AS (
    SELECT 'invoices', string_agg(t::text, E'\\n' ORDER BY t.id) FROM invoices t WHERE user_id = $1
    UNION ALL SELECT 'invoice_lines', string_agg(t::text, E'\\n' ORDER BY t.id)
        FROM invoice_lines t WHERE invoice_id IN (SELECT id FROM own)
    UNION ALL SELECT 'invoice_tax_subtotals', string_agg(t::text, E'\\n' ORDER BY t.id)
        FROM invoice_tax_subtotals t WHERE invoice_id IN (SELECT id FROM own)
    UNION ALL SELECT 'invoice_withholdings', string_agg(t::text, E'\\n' ORDER BY t.id)
        FROM invoice_withholdings t WHERE invoice_id IN (SELECT id FROM own)
    UNION ALL SELECT 'invoice_series', string_agg(t::text, E'\\n' ORDER BY t.id)
        FROM invoice_series t WHERE series = $2
    UNION ALL SELECT 'payments', string_agg(t::text, E'\\n' ORDER BY t.id) FROM payments t WHERE user_id = $1
    UNION ALL SELECT 'audit_logs', string_agg(t::text, E'\\n' ORDER BY t.id) FROM audit_logs t WHERE user_id = $1
)
SELECT string_agg(name || ' ' || md5(coalesce(content, '')), ', ' ORDER BY name) FROM part
"""


@dataclass(frozen=True, slots=True)
class Attack:
    """What is tried, as which role, and what the domain says of the same.

    ``judge`` asks the domain; it knows nothing of the server's answer.
    """

    name: str
    role: Role
    statements: tuple[Sql, ...]
    judge: Callable[[], tuple[Violation, ...]]


def updated(table: str, row_id: int, changes: Mapping[str, object]) -> Sql:
    """An UPDATE of one row."""
    written = ", ".join(f"{column} = ${place}" for place, column in enumerate(changes, start=2))
    return f"UPDATE {table} SET {written} WHERE id = $1", (row_id, *changes.values())  # noqa: S608 - names of our own


def judged(row: StoredModel, changes: Mapping[str, object]) -> Callable[[], tuple[Violation, ...]]:
    """What the model says of a stored row with these columns changed: the rules that are the table's CHECKs."""
    return lambda: type(row).violations({**dict(row), **changes})


def declared(model: type[StoredModel], guard: str) -> Callable[[], tuple[Violation, ...]]:
    """What the model declares of its triggers, under this name."""
    return lambda: tuple(item.violation(model.entity) for item in model.guards if item.name == guard)


def refused_by(operation: Callable[[], object]) -> Callable[[], tuple[Violation, ...]]:
    """What the domain's own operation refuses, asked to do the same."""

    def judge() -> tuple[Violation, ...]:
        try:
            operation()
        except RuleViolation as refused:
            return refused.violations
        return ()

    return judge


@asynccontextmanager
async def raw_connection(url: str) -> AsyncGenerator[Raw]:
    """A connection of the driver's own, as any other program would open it."""
    opened = await _connect(driver_url(url), server_settings={"application_name": "platform_db demo"})
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def acting(raw: Raw, role: Role, begin: str = "BEGIN") -> AsyncGenerator[None]:
    """A transaction as this role, undone at the end of the block.

    Raises
    ------
    ConfigurationError
        The login may not take the role.
    """
    await raw.execute(begin)
    try:
        if not await _taken(raw, role):
            message = f"the demo acts as {role} too, which this login may not: run GRANT {role} TO it"
            raise ConfigurationError(message)
        yield
    finally:
        await raw.execute("ROLLBACK")


async def _taken(raw: Raw, role: Role) -> bool:
    try:
        await raw.execute(f"SET LOCAL ROLE {role}")
    except asyncpg.InsufficientPrivilegeError:
        return False
    return True


async def fingerprint(raw: Raw, user_id: int, series: str) -> str:
    """Every column of every row that belongs to the demo, digested; read as platform_auditor."""
    async with acting(raw, Role.AUDITOR, "BEGIN READ ONLY"):
        return str(await raw.fetchval(_FINGERPRINT, user_id, series))


async def run_attack(raw: Raw, attack: Attack, look: Callable[[], Awaitable[str]]) -> AttackOutcome:
    """Try it in a transaction of its own, which is rolled back; ``look`` tells what is stored, before and after."""
    before = await look()
    constraint: str | None = None
    sqlstate: str | None = None
    async with acting(raw, attack.role):
        try:
            for sql, values in attack.statements:
                await raw.execute(sql, *values)
            # What is judged at COMMIT is judged here.
            await raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except asyncpg.PostgresError as error:
            constraint = cast("str | None", getattr(error, "constraint_name", None))
            sqlstate = cast("str | None", getattr(error, "sqlstate", None))
    verdict = next((violation for violation in attack.judge() if violation.rule == constraint), None)
    return AttackOutcome(
        name=attack.name,
        role=attack.role.value,
        server=constraint,
        sqlstate=sqlstate,
        domain=verdict,
        untouched=await look() == before,
    )


async def verified_chain(raw: Raw) -> VerificationReport:
    """Verify the whole audit log of the database, in one snapshot, as platform_auditor."""
    async with acting(raw, Role.AUDITOR, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"):
        return await verify(raw)
