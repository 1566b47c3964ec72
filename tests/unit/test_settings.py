"""Settings come from the environment, fit together, and keep their secret."""

from __future__ import annotations

import re

import pytest

from platform_db.errors import ConfigurationError
from platform_db.settings import ENVIRONMENT_PREFIX, Settings

URL = "postgresql://app:s3cret@db.example:5432/erp?sslmode=verify-full"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{ENVIRONMENT_PREFIX}{name.upper()}", raising=False)


def test_everything_has_a_default_and_a_description() -> None:
    assert Settings.load().environment == "development"
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_environment_is_read_and_arguments_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_DB_POOL_MAX_SIZE", "7")
    monkeypatch.setenv("PLATFORM_DB_LOCK_TIMEOUT", "2.5")
    monkeypatch.setenv("PLATFORM_DB_HOME", "")

    settings = Settings.load(pool_max_size=9)

    assert (settings.pool_max_size, settings.lock_timeout, settings.home) == (9, 2.5, None)


@pytest.mark.parametrize(
    ("value", "mode"),
    [
        ("off", "off"),
        ("false", "off"),
        (False, "off"),
        ("true", "transaction"),
        (True, "transaction"),
        ("1", "transaction"),
    ],
)
def test_pgbouncer_takes_a_yes(value: object, mode: str) -> None:
    assert Settings.load(pgbouncer=value).pgbouncer == mode


def test_the_password_is_never_printed() -> None:
    settings = Settings.load(url=URL)

    printed = [
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        str(settings.model_dump()),
        settings.masked_url,
    ]
    assert [text for text in printed if "s3cret" in text] == []
    assert settings.masked_url == "postgresql://app:***@db.example:5432/erp?sslmode=verify-full"
    assert settings.dsn() == URL


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"pool_max_size": "s3cret"}, "PLATFORM_DB_POOL_MAX_SIZE"),
        ({"url": ["s3cret"]}, "PLATFORM_DB_URL"),
        ({"url": "mysql://app:s3cret@x/y"}, "PLATFORM_DB_URL must begin with"),
        ({"environment": "s3cret"}, "PLATFORM_DB_ENVIRONMENT"),
        ({"pool_min_size": 5, "pool_max_size": 2}, "PLATFORM_DB_POOL_MIN_SIZE is larger"),
        ({"lock_timeout": -1}, "PLATFORM_DB_LOCK_TIMEOUT"),
        ({"lock_timeout": "nan"}, "PLATFORM_DB_LOCK_TIMEOUT"),
        ({"application_name": "a\nb"}, "PLATFORM_DB_APPLICATION_NAME"),
        ({"surprise": 1}, "PLATFORM_DB_SURPRISE"),
    ],
)
def test_a_wrong_setting_is_named_and_not_quoted(values: dict[str, object], text: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(text)) as caught:
        Settings.load(**values)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "url",
    [
        None,
        "postgresql://app:s3cret@db.example/erp",
        "postgresql://app:s3cret@db.example/erp?sslmode=require",
        "postgresql://app:s3cret@db.example/erp?sslmode=verify-full&sslmode=disable",
        "postgresql://app:s3cret@db.example/erp#?sslmode=verify-full",
        "postgresql://app:s3cret@[db.example/erp?sslmode=verify-full",
        "postgresql://app:s3cret\u2100@db.example/erp?sslmode=verify-full",
    ],
)
def test_production_demands_a_verified_server(url: str | None) -> None:
    with pytest.raises(ConfigurationError, match="production") as caught:
        Settings.load(environment="production", url=url)
    assert "s3cret" not in str(caught.value)


def test_production_with_a_verified_server() -> None:
    assert Settings.load(environment="production", url=URL).environment == "production"


def test_the_drivers_url_names_no_driver() -> None:
    assert Settings.load(url="postgresql+asyncpg://app@h/erp").dsn() == "postgresql://app@h/erp"
    with pytest.raises(ConfigurationError, match="PLATFORM_DB_URL is not set"):
        Settings.load().dsn()


def test_the_same_settings_for_another_server() -> None:
    settings = Settings.load(url=URL, pool_max_size=3)

    other = settings.with_url("postgresql://app@other/erp")

    assert (other.dsn(), other.pool_max_size) == ("postgresql://app@other/erp", 3)
    with pytest.raises(ConfigurationError):
        settings.with_url("http://app@other/erp")
