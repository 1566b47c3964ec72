"""A sensitive setting: stored encrypted, shown masked, told by no log and no command, changed by nobody's request."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
from pydantic import SecretStr

from platform_db.cli import app as cli
from platform_db.domain.enterprise_config import NewSetting, secret_place
from platform_db.encryption import Keyring
from platform_db.errors import AlreadyExists, NotAllowed, RuleViolation
from tests.integration.stored import new_user
from tests.raw import connect, refusal
from tests.seed.superuser import superuser_of

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

PLAIN: Final = "kasa-41-anahtari-7f3c"
OTHER: Final = "kasa-42-anahtari-9b1e"
KEYS: Final = Keyring({"k1": bytes(32)})
INSERT: Final = (
    "INSERT INTO enterprise_config (config_key, config_value, config_type, is_sensitive, environment) "
    "VALUES ('bank.api_key', $1, $2, $3, 'production')"
)


def secret(text: str) -> NewSetting:
    return NewSetting(config_key="bank.api_key", value=SecretStr(text), environment="production")


@pytest.mark.parametrize(
    ("text", "kind", "sensitive"),
    [(PLAIN, "string", True), ("k1.nonce.text", "encrypted", False), ("true", "boolean", True)],
)
async def test_raw_sql_stores_no_secret_in_the_clear(worker: Raw, text: str, kind: str, *, sensitive: bool) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(INSERT, text, kind, sensitive)
    assert refusal(refused.value)[:2] == ("ck_enterprise_config_encrypted_is_sensitive", "enterprise_config")
    assert await worker.fetchval("SELECT count(*) FROM enterprise_config WHERE config_key = 'bank.api_key'") == 0


async def test_who_says_nothing_stores_a_setting_that_is_no_secret(worker: Raw) -> None:
    insert = "INSERT INTO enterprise_config (config_key, config_value) VALUES ('sync.batch', '50') RETURNING *"
    row = await worker.fetchrow(insert)
    assert (row["is_sensitive"], row["config_type"], row["environment"]) == (False, "string", "production")
    with pytest.raises(asyncpg.NotNullViolationError):
        await worker.execute("UPDATE enterprise_config SET is_sensitive = NULL WHERE config_key = 'sync.batch'")


async def test_no_log_no_table_and_no_error_holds_the_value(
    database: Database, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # given a secret that was defined, defined again, changed, asked for, and refused for want of keys
    async with database.unit_of_work() as work:
        stored = await work.configuration.define(secret(PLAIN), KEYS)
    with pytest.raises(AlreadyExists) as again:
        async with database.unit_of_work() as work:
            await work.configuration.define(secret(OTHER), KEYS)
    with pytest.raises(RuleViolation) as keyless:
        async with database.unit_of_work() as work:
            await work.configuration.change(stored, SecretStr(OTHER))
    async with database.unit_of_work() as work:
        changed = await work.configuration.change(stored, SecretStr(OTHER), KEYS)
        read = await work.configuration.secret("bank.api_key", "production", KEYS)
    # then whoever shows it shows a mask or its encrypted text
    assert read.get_secret_value() == OTHER
    shown = " ".join((str(read), repr(read), repr(secret(PLAIN)), repr(stored), repr(changed), stored.config_value))
    told = " ".join((str(again.value), repr(again.value), str(keyless.value), repr(keyless.value), caplog.text))
    for text in (PLAIN, OTHER):
        assert text not in shown + told
        async with superuser_of(database_url) as connection:
            for table in ("enterprise_config", "audit_logs", "audit_personal_data", "enterprise_audit_log"):
                found = f"SELECT count(*) FROM {table} AS t WHERE position($1 IN t::text) > 0"  # noqa: S608 - above
                assert await connection.fetchval(found, text) == 0
    assert str(read) == "**********"


def test_no_command_shows_what_a_secret_holds(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a setting of the package's that somebody made a secret of
    monkeypatch.setenv("PLATFORM_DB_URL", database_url)
    assert cli.run(["seed"]) == 0
    encrypted = KEYS.encrypt(PLAIN, secret_place("audit.enabled", "production"))
    asyncio.run(_made_secret(database_url, encrypted))
    capsys.readouterr()
    # when the commands that read settings run
    for command in (["seed"], ["seed", "--json"], ["seed", "--update"], ["preflight"], ["health"], ["monitor"]):
        cli.run(command)
        printed = capsys.readouterr()
        # then none prints it, encrypted or not
        assert not {text for text in (PLAIN, encrypted) if text in printed.out + printed.err}, command


async def _made_secret(database_url: str, encrypted: str) -> None:
    connection = await connect(database_url)
    await connection.execute("SET ROLE platform_worker")
    done = await connection.execute(
        "UPDATE enterprise_config SET config_type = 'encrypted', is_sensitive = true, config_value = $1 "
        "WHERE config_key = 'audit.enabled'",
        encrypted,
    )
    await connection.close()
    assert done == "UPDATE 1"


async def test_every_change_is_on_the_record_and_names_no_value(database: Database, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        stored = await work.configuration.define(secret(PLAIN), KEYS)
        await work.configuration.change(stored, SecretStr(OTHER), KEYS)
    rows = await worker.fetch(
        "SELECT action::text, event_type, payload #> '{after,config_value}' FROM audit_logs "
        "WHERE entity_type = 'enterprise_config' AND entity_id = $1 ORDER BY id",
        stored.id,
    )
    assert [row[:] for row in rows] == [
        ("config_change", "setting.defined", None),
        ("config_change", "setting.changed", None),
    ]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("platform_app", "SELECT FROM enterprise_config"),
        ("platform_app", "UPDATE enterprise_config SET config_value = 'false'"),
        ("platform_app", "INSERT INTO enterprise_config (config_key, config_value) VALUES ('a.b', 'c')"),
        ("platform_readonly", "SELECT FROM enterprise_config"),
        ("platform_auditor", "UPDATE enterprise_config SET config_value = 'false'"),
        ("platform_worker", "DELETE FROM enterprise_config"),
    ],
)
async def test_nobody_but_background_work_writes_a_setting(worker: Raw, role: str, statement: str) -> None:
    await worker.execute(INSERT.replace("$3", "false"), "true", "boolean")
    await worker.execute(f"SET ROLE {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.execute(statement)
    await worker.execute("SET ROLE platform_worker")
    assert (
        await worker.fetchval("SELECT config_value FROM enterprise_config WHERE config_key = 'bank.api_key'") == "true"
    )


async def test_a_user_defines_and_changes_no_setting(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "kullanici")
    async with database.unit_of_work() as work:
        stored = await work.configuration.define(secret(PLAIN), KEYS)
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.configuration.change(stored, SecretStr(OTHER), KEYS)
    async with database.unit_of_work() as work:
        assert (await work.configuration.get(stored.id)) == stored
