"""A database's address: what of a URL may be shown, and what of it stays secret.

Only what is known to be harmless is shown. A URL whose parts cannot be told from one
another (a password that should have been percent-encoded) is hidden rather than guessed at.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qsl, unquote, unquote_plus

from platform_db.errors import ConfigurationError

__all__ = ["HIDDEN", "SCHEMES", "Address", "libpq_environment", "mask_url"]

SCHEMES: Final = ("postgresql://", "postgres://", "postgresql+asyncpg://")
HIDDEN: Final = "***"

_NAME: Final = r"\[[\w.:%]+\]|[\w.%-]*"
_HOSTS: Final = re.compile(rf"(?:{_NAME})(?::\d+)?(?:,(?:{_NAME})(?::\d+)?)*")
# As a parameter a host may also be the folder of a socket.
_HOST_AND_PORT: Final = re.compile(rf"(?P<host>{_NAME}|/[^,]*?)(?::(?P<port>\d+))?")
_USER: Final = re.compile(r"[^/?#:@]*")
_SECRET: Final = frozenset({"password", "sslpassword", "passfile"})
_HARMLESS: Final = frozenset(
    {"host", "port", "user", "dbname", "database", "sslmode", "sslnegotiation", "sslrootcert", "sslcert", "sslkey"}
    | {"sslcrl", "ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs", "application_name"}
)
_VARIABLES: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "dbname": "PGDATABASE",
    "service": "PGSERVICE",
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
_DRIVERS_HOSTS: Final = "/run/postgresql,/var/run/postgresql,/tmp,localhost"


@dataclass(frozen=True, slots=True)
class _Parts:
    """A URL that could be taken apart; everything as it was written, but the parameters."""

    scheme: str
    user: str | None
    password: str | None
    hosts: str
    path: str
    query: str

    @classmethod
    def of(cls, url: str) -> Self | None:
        scheme, separator, rest = url.partition("://")
        if f"{scheme}{separator}".lower() not in SCHEMES:
            return None
        # What stands before the last "@" is taken for user and password: one that was not
        # percent-encoded may hold any character, and hiding too much is the harmless mistake.
        userinfo, at, rest = rest.rpartition("@")
        if re.search(r"\?.*=", userinfo, re.DOTALL):
            return None  # this may be the "@" of a password among the parameters
        place, _, query = rest.partition("#")[0].partition("?")
        hosts, slash, path = place.partition("/")
        user, colon, password = userinfo.partition(":")
        if not _HOSTS.fullmatch(hosts) or not _USER.fullmatch(user):
            return None
        return cls(
            scheme=f"{scheme}{separator}",
            user=user if at else None,
            password=password if colon else None,
            hosts=hosts,
            path=f"{slash}{path}",
            query=query,
        )

    def masked(self) -> str:
        user = "" if self.user is None else f"{self.user}{'' if self.password is None else f':{HIDDEN}'}@"
        query = "&".join(_masked(pair) for pair in self.query.split("&"))
        return f"{self.scheme}{user}{self.hosts}{self.path}{query and f'?{query}'}"

    def values(self) -> dict[str, str]:
        """Every parameter of the connection by libpq's name, wherever it stands; decoded."""
        given = dict(parse_qsl(self.query))
        places = self.hosts or given.get("host", "")
        split = [_HOST_AND_PORT.fullmatch(place) for place in places.split(",")]
        hosts = [unquote(found["host"]).strip("[]") for found in split if found]
        ports = [found["port"] or "5432" for found in split if found]
        found = {
            **given,
            "host": ",".join(hosts),
            "port": given.get("port") or (",".join(ports) if any(each and each["port"] for each in split) else ""),
            "user": unquote(self.user or "") or given.get("user", ""),
            "password": unquote(self.password or "") or given.get("password", ""),
            "dbname": unquote(self.path[1:]) or given.get("dbname") or given.get("database", ""),
        }
        return {name: value for name, value in found.items() if value}


def _masked(pair: str) -> str:
    name, _, value = pair.partition("=")
    known = unquote_plus(name)
    if known in _HARMLESS:
        return f"{name}={value}"
    return f"{name}={HIDDEN}" if known in _SECRET else pair and HIDDEN


def mask_url(url: str) -> str:
    """Give ``url`` with every secret replaced by ``***``; for logs and messages.

    >>> mask_url("postgresql://app:s3cret@db.example/erp?sslmode=verify-full")
    'postgresql://app:***@db.example/erp?sslmode=verify-full'
    """
    parts = _Parts.of(url)
    return HIDDEN if parts is None else parts.masked()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a URL leads: what a log may say of it.

    Empty is what the URL leaves to the driver's defaults; all is ``***`` where the URL
    cannot be taken apart. Several hosts, and their ports, stand with commas between them.
    """

    host: str
    port: str
    database: str
    user: str
    sslmode: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Read ``url``.

        >>> Address.of("postgresql://app:s3cret@[::1]:5433/erp")
        Address(host='::1', port='5433', database='erp', user='app', sslmode='')
        """
        parts = _Parts.of(url)
        if parts is None:
            return cls(HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN)
        values = parts.values()
        shown = (values.get(name, "") for name in ("host", "port", "dbname", "user", "sslmode"))
        return cls(*shown)


def libpq_environment(url: str) -> dict[str, str]:
    """The variables by which PostgreSQL's own programs reach ``url``: a command line is everybody's to read.

    They hold the password. Settings of a session are left out; hosts that the URL leaves to the
    driver are the driver's.

    Raises
    ------
    ConfigurationError
        The URL cannot be read, or it has a parameter for which there is no variable.
    """
    parts = _Parts.of(url)
    if parts is None:
        message = "the database URL cannot be read: percent-encode user and password"
        raise ConfigurationError(message)
    values = parts.values()
    if "sslpassword" in values:
        message = "PostgreSQL's programs take no sslpassword from their environment: give them a key without one"
        raise ConfigurationError(message)
    if not {"PGHOST", "PGSERVICE"} & os.environ.keys() and not {"host", "service"} & values.keys():
        values["host"] = _DRIVERS_HOSTS
    return {variable: values[name] for name, variable in _VARIABLES.items() if name in values}
