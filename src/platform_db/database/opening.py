"""How a transaction begins: one message that sets isolation, role, identity and bounds.

``SET LOCAL`` in one message with ``BEGIN`` costs one round trip, about what ``BEGIN``
alone does, and a fifth less throughput is lost than with ``SELECT set_config(…)``, which
the server has to plan. Everything is transaction-local: the next user of the connection,
through our pool or through PgBouncer, starts clean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from platform_db.database.identity import Role
from platform_db.errors import UsageError

if TYPE_CHECKING:
    from platform_db.database.identity import Identity
    from platform_db.settings import Settings

__all__ = ["Access", "Isolation", "TransactionOptions", "opening", "quote_literal"]

Isolation = Literal["read committed", "repeatable read", "serializable"]
Access = Literal["read write", "read only"]

_LONGEST_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionOptions:
    """What one unit of work asks of its transaction, beside who it acts for.

    ``role`` unset: platform_app for a user, platform_worker without one. Times are
    seconds, 0 switches the bound off, ``None`` takes the one of the settings.
    PostgreSQL does not hold COMMIT, with its deferred checks, to ``statement_timeout``;
    the bound of this side (``command_timeout``, or ``statement_timeout`` and a second
    where that is longer) then ends in CommitInDoubt.

    Rules that span rows hold under each isolation: writers of the same thing wait for each
    other, and a unit that keeps a snapshot ("repeatable read", "serializable") then ends in
    SerializationFailure where something came between; run it again from its beginning.
    """

    isolation: Isolation = "read committed"
    access: Access = "read write"
    role: Role | None = None
    statement_timeout: float | None = None
    lock_timeout: float | None = None
    idle_timeout: float | None = None

    def __post_init__(self) -> None:
        for seconds in (self.statement_timeout, self.lock_timeout, self.idle_timeout):
            if seconds is not None and not 0 <= seconds <= _LONGEST_SECONDS:
                message = "a timeout is a number of seconds from 0 to 86400"
                raise UsageError(message)

    def bounded_by(self, settings: Settings) -> Bounds:
        """Give the bounds in force, the settings' where this says nothing."""
        return Bounds(
            statement=_milliseconds(self.statement_timeout, settings.statement_timeout),
            lock=_milliseconds(self.lock_timeout, settings.lock_timeout),
            idle=_milliseconds(self.idle_timeout, settings.idle_in_transaction_timeout),
        )


@dataclass(frozen=True, slots=True)
class Bounds:
    """The server's bounds of one transaction, in milliseconds; 0 is none."""

    statement: int
    lock: int
    idle: int


def _milliseconds(chosen: float | None, default: float) -> int:
    seconds = default if chosen is None else chosen
    # Rounding a small bound down to 0 would switch it off.
    return max(1, round(seconds * 1000)) if seconds else 0


def quote_literal(text: str) -> str:
    r"""Quote ``text`` as an SQL string that means the same whatever standard_conforming_strings says.

    >>> print(quote_literal("O'Neill"))
    'O''Neill'

    Raises
    ------
    UsageError
        The text holds U+0000, which no PostgreSQL text can.
    """
    if "\0" in text:
        message = "a setting of a transaction cannot hold U+0000"
        raise UsageError(message)
    quoted = text.replace("'", "''")
    if "\\" in quoted:
        return " E'" + quoted.replace("\\", "\\\\") + "'"
    return f"'{quoted}'"


@lru_cache(maxsize=256)
def _beginning(isolation: Isolation, access: Access, role: Role, bounds: Bounds) -> str:
    begin = "BEGIN"
    if isolation != "read committed":
        begin += f" ISOLATION LEVEL {isolation.upper()}"
    if access == "read only":
        begin += " READ ONLY"
    return "; ".join(
        (
            begin,
            f'SET LOCAL ROLE "{role.value}"',
            f"SET LOCAL statement_timeout = {bounds.statement}",
            f"SET LOCAL lock_timeout = {bounds.lock}",
            f"SET LOCAL idle_in_transaction_session_timeout = {bounds.idle}",
        )
    )


def opening(options: TransactionOptions, bounds: Bounds, identity: Identity | None) -> str:
    """Give the message that begins a transaction."""
    role = options.role or (Role.WORKER if identity is None else Role.APP)
    text = _beginning(options.isolation, options.access, role, bounds)
    if identity is None:
        return text
    return text + "".join(
        f"; SET LOCAL {name} = {quote_literal(value)}" for name, value in identity.settings().items() if value
    )
