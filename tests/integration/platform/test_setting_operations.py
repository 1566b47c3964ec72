"""Settings: defined once, changed by version, secrets encrypted and never told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import JsonValue, SecretStr

from platform_db.domain.enterprise_config import NewSetting
from platform_db.encryption import Keyring
from platform_db.errors import AlreadyExists, NotAllowed, RuleViolation, StaleVersion
from platform_db.repositories.enterprise_config import SettingFilter
from tests.integration.stored import new_user
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

KEYS = Keyring({"k1": bytes(32)})
SECRET = SecretStr("kasa-41-anahtari")


def setting(value: JsonValue | SecretStr, key: str = "sync.batch", environment: str = "staging") -> NewSetting:
    return NewSetting.parse({"config_key": key, "value": value, "environment": environment})


async def told(worker: Raw) -> list[tuple[str, str]]:
    rows = await worker.fetch(
        "SELECT action || ' ' || event_type AS event, payload::text FROM audit_logs "
        "WHERE entity_type = 'enterprise_config' ORDER BY id"
    )
    return [(row["event"], row["payload"]) for row in rows]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (50, "integer", "50"),
        (-7, "integer", "-7"),
        (True, "boolean", "true"),
        ("Ankara", "string", "Ankara"),
        ("50", "string", "50"),
        ({"retries": 3}, "json", '{"retries":3}'),
        ([1, 2], "json", "[1,2]"),
        (1.5, "json", "1.5"),
        (None, "json", "null"),
    ],
)
async def test_a_value_reads_back_as_its_type(database: Database, value: JsonValue, kind: str, text: str) -> None:
    async with database.unit_of_work() as work:
        defined = await work.configuration.define(setting(value))
    assert (defined.config_type, defined.config_value, defined.is_sensitive) == (kind, text, False)
    assert defined.value == value
    assert type(defined.value) is type(value)


@pytest.mark.parametrize("value", [10**18, float("nan"), "\x00", {"a": float("inf")}], ids=repr)
async def test_a_value_that_does_not_read_back_is_refused(database: Database, worker: Raw, value: JsonValue) -> None:
    with pytest.raises(RuleViolation):
        async with database.unit_of_work() as work:
            await work.configuration.define(setting(value))
    assert await worker.fetchval("SELECT count(*) FROM enterprise_config WHERE config_key = 'sync.batch'") == 0


async def test_a_setting_is_defined_once_for_each_environment(database: Database, worker: Raw) -> None:
    # given a setting
    async with database.unit_of_work() as work:
        first = await work.configuration.define(setting(50))
    # when it is defined again, then its value stays; elsewhere it is another
    with pytest.raises(AlreadyExists):
        async with database.unit_of_work() as work:
            await work.configuration.define(setting(60))
    async with database.unit_of_work() as work:
        assert await work.configuration.ensure(setting(60)) == first
        assert (await work.configuration.ensure(setting(5, environment="testing"))).value == 5
        assert await work.configuration.count(SettingFilter(config_key="sync.batch")) == 2
    assert [event for event, _ in await told(worker)] == ["config_change setting.defined"] * 2


async def test_a_change_names_the_version_and_is_told(database: Database, worker: Raw) -> None:
    # given a setting that was changed, and the row as it was before
    async with database.unit_of_work() as work:
        before = await work.configuration.define(setting(50))
        after = await work.configuration.change(before, 60)
        same = await work.configuration.change(after, 60)
    assert (after.value, after.version, same.version) == (60, 2, 2)
    # when the old row is changed, then it is stale
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.configuration.change(before, 70)
    # and the log says what became of it
    assert (await told(worker))[1] == (
        "config_change setting.changed",
        (
            '{"after": {"config_key": "sync.batch", "config_type": "integer", "environment": "staging", '
            '"config_value": "60"}, "before": {"config_key": "sync.batch", "config_type": "integer", '
            '"environment": "staging", "config_value": "50"}}'
        ),
    )


async def test_a_secret_is_encrypted_and_bound_to_its_key_and_environment(database: Database, worker: Raw) -> None:
    # given a secret
    async with database.unit_of_work() as work:
        stored = await work.configuration.define(setting(SECRET, "bank.api_key", "production"), KEYS)
        assert await work.configuration.secret("bank.api_key", "production", KEYS) == SECRET
    assert (stored.config_type, stored.is_sensitive) == ("encrypted", True)
    assert SECRET.get_secret_value() not in stored.config_value + repr(stored)
    # when its text is put under another key, then it cannot be read
    await worker.execute(
        "INSERT INTO enterprise_config (config_key, config_value, config_type, is_sensitive, environment) "
        "SELECT 'bank.other', config_value, config_type, is_sensitive, environment FROM enterprise_config "
        "WHERE config_key = 'bank.api_key'"
    )
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.configuration.secret("bank.other", "production", KEYS)
    assert [item.rule for item in refused.value.violations] == ["encrypted_readable"]
    # and no entry holds it, encrypted or not
    [(_, payload)] = await told(worker)
    assert "config_value" not in payload


async def test_a_secret_needs_keys(database: Database, worker: Raw) -> None:
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.configuration.define(setting(SECRET, "bank.api_key"))
    assert [(item.rule, item.fields) for item in refused.value.violations] == [
        ("encryption_needs_keys", ("config_value",))
    ]
    assert await worker.fetchval("SELECT count(*) FROM enterprise_config WHERE config_key = 'bank.api_key'") == 0


async def test_key_and_environment_are_fixed_on_both_sides(database: Database, worker: Raw) -> None:
    # given a setting
    async with database.unit_of_work() as work:
        stored = await work.configuration.define(setting(50))
    # when it is moved, then the model and the database refuse by one name
    with pytest.raises(RuleViolation) as refused:
        stored.checked({"environment": "production"})
    assert [item.rule for item in refused.value.violations] == ["ck_enterprise_config_key_is_fixed"]
    with pytest.raises(Exception, match="fixed") as raw:
        await worker.execute("UPDATE enterprise_config SET environment = 'production' WHERE id = $1", stored.id)
    assert refusal(raw.value)[0] == "ck_enterprise_config_key_is_fixed"


async def test_settings_are_not_a_users(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "kullanici")
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.configuration.define(setting(50))


async def test_a_secret_stays_one_on_both_sides(database: Database, worker: Raw) -> None:
    # given a secret
    async with database.unit_of_work() as work:
        stored = await work.configuration.define(setting(SECRET, "bank.api_key"), KEYS)
        # when it is given again, then nothing changes; another secret replaces it
        assert await work.configuration.change(stored, SECRET, KEYS) == stored
        changed = await work.configuration.change(stored, SecretStr("kasa-42"), KEYS)
        assert await work.configuration.secret("bank.api_key", "staging", KEYS) == SecretStr("kasa-42")
    # and plain text does not
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.configuration.change(changed, "kasa-43")
    assert [item.rule for item in refused.value.violations] == ["ck_enterprise_config_secret_stays_secret"]
    plain = "UPDATE enterprise_config SET config_type = 'string', config_value = 'kasa-43', is_sensitive = false"
    with pytest.raises(Exception, match="plain text") as raw:
        await worker.execute(f"{plain} WHERE id = $1", stored.id)
    assert refusal(raw.value)[0] == "ck_enterprise_config_secret_stays_secret"
    assert "kasa-43" not in await worker.fetchval("SELECT string_agg(payload::text, ' ') FROM audit_logs")
