"""The log of connection attempts: one line each, failures too, in ``platform_db.connections``.

It says where to, as whom, how it ended and after how long; never a password.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final, TypeVar, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.address import Address
from platform_db.database.translate import translate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.database.driver import DriverConnection

__all__ = ["CONNECTED", "connect", "logged"]

CONNECTED: Final = "connected"

_log: Final = logging.getLogger("platform_db.connections")
# Without it, Python prints a failure to standard error where nobody has set up logging.
_log.addHandler(logging.NullHandler())
_driver: Final = cast("Callable[..., Awaitable[DriverConnection]]", asyncpg.connect)

T = TypeVar("T")


async def logged(url: str, attempt: Awaitable[T], *, database: str | None = None) -> T:
    """Await an attempt to connect to ``url`` and note how it ended; what it raises goes on as it is.

    The outcome is ``connected`` or the class of our error. ``database`` unset is the URL's.
    """
    begin = time.perf_counter()
    outcome = CONNECTED
    try:
        return await attempt
    except asyncio.CancelledError:
        outcome = "cancelled"
        raise
    except BaseException as error:
        misconfigured = isinstance(error, asyncpg.ClientConfigurationError)
        outcome = type(translate(error, connection_lost=not misconfigured)).__name__
        raise
    finally:
        address = Address.of(url)
        _log.log(
            logging.INFO if outcome == CONNECTED else logging.WARNING,
            "connection host=%r port=%r database=%r user=%r sslmode=%r outcome=%s seconds=%.3f",
            address.host,
            address.port,
            database or address.database,
            address.user,
            address.sslmode,
            outcome,
            time.perf_counter() - begin,
        )


async def connect(url: str, **arguments: object) -> DriverConnection:
    """Open a connection as the driver does, logged; the pool opens all of its own by this."""
    return await logged(url, _driver(url, **arguments))
