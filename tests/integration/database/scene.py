"""The tables, roles and statements of these tests: every kind of constraint once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, cast
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import sqlalchemy as sa

from platform_db.database import BaseDatabase, Statement, UnitOfWork
from platform_db.errors import Message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

LOGIN = "database_test_login"
INHERITING_LOGIN = "database_test_worker"

SCHEMA = f"""
CREATE TYPE shade AS ENUM ('red', 'green');
CREATE TABLE items (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_items PRIMARY KEY,
    name text NOT NULL CONSTRAINT uq_items_name UNIQUE,
    amount bigint NOT NULL DEFAULT 0 CONSTRAINT ck_items_amount_non_negative CHECK (amount >= 0),
    shade shade NOT NULL DEFAULT 'red',
    data jsonb NOT NULL DEFAULT '{{}}',
    key uuid NOT NULL DEFAULT gen_random_uuid(),
    parent_id bigint CONSTRAINT fk_items_parent_id_items REFERENCES items,
    CONSTRAINT ck_items_undeclared CHECK (amount <> 666)
);
CREATE TABLE owned (owner_id bigint NOT NULL, note text NOT NULL);
ALTER TABLE owned ENABLE ROW LEVEL SECURITY;
CREATE POLICY owned_own ON owned TO platform_app
    USING (owner_id = (SELECT nullif(current_setting('app.user_id', true), '')::bigint));
CREATE FUNCTION check_sum() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.name = 'refused at commit' THEN
        RAISE EXCEPTION 'private %', NEW.name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ck_items_sum', TABLE = 'items';
    END IF; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER items_sum AFTER INSERT ON items DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_sum();
GRANT SELECT, INSERT, UPDATE, DELETE ON items TO platform_app, platform_worker;
GRANT SELECT, INSERT ON owned TO platform_app;
GRANT platform_app, platform_worker TO {LOGIN};
GRANT platform_worker TO {INHERITING_LOGIN};
"""


class Raw(Protocol):
    """A connection past the library; the driver publishes no types."""

    async def execute(self, query: str, *args: object) -> str: ...
    async def fetch(self, query: str, *args: object) -> Sequence[Sequence[object]]: ...
    async def fetchval(self, query: str, *args: object) -> object: ...
    async def close(self) -> None: ...
    def transaction(self) -> AbstractAsyncContextManager[None]: ...


connect = cast("Callable[[str], Awaitable[Raw]]", asyncpg.connect)

_BROKEN = Message("Kural bozuldu.", "A rule is broken.")


@dataclass(frozen=True)
class Declared:
    kind: Literal["check", "unique", "foreign_key", "exclusion", "primary_key", "trigger"]
    fields: tuple[str, ...]
    table: str = "items"
    message: Message = _BROKEN


CATALOG: Mapping[str, Declared] = {
    "ck_items_amount_non_negative": Declared("check", ("amount",)),
    "uq_items_name": Declared("unique", ("name",)),
    "fk_items_parent_id_items": Declared("foreign_key", ("parent_id",)),
    "ck_items_sum": Declared("trigger", ("name",)),
}


class Database(BaseDatabase[UnitOfWork]):
    work_type = UnitOfWork


def sql(text: str) -> Statement:
    return Statement(sa.text(text))


INSERT = sql("INSERT INTO items (name, amount) VALUES (:name, :amount)")
NAMES = sql("SELECT array_agg(name ORDER BY name) FROM items")
WHO = sql(
    "SELECT current_user::text AS role, current_setting('app.user_id', true) AS user_id, "
    "current_setting('app.session_id', true) AS session_id, current_setting('app.ip', true) AS ip, "
    "current_setting('app.user_agent', true) AS user_agent, pg_backend_pid() AS pid"
)


def url_of(server: str, *, database: str | None = None, user: str | None = None) -> str:
    """Give the server's URL for another database and login."""
    parts = urlsplit(server)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(user, safe='')}@{host}" if user else parts.netloc
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{database}" if database else parts.path))


@dataclass(frozen=True)
class Address:
    """The URLs of one test database, by who logs in."""

    login: str
    superuser: str
    inheriting: str


async def stored(admin: Raw) -> list[str]:
    """Give the names of the committed items, in order."""
    return cast("list[str]", await admin.fetchval(NAMES.sql) or [])


async def busy_backends(admin: Raw, *, within: float = 2.0) -> list[str]:
    """Give what the library's backends still do; waits until it is nothing, at most ``within`` seconds."""
    query = (
        "SELECT state || ': ' || query FROM pg_stat_activity "
        "WHERE application_name = 'database tests' AND state <> 'idle' AND datname = current_database()"
    )
    found: list[str] = []
    for _ in range(int(within / 0.02)):
        found = [str(row[0]) for row in await admin.fetch(query)]
        if not found:
            break
        await asyncio.sleep(0.02)
    return found
