"""Storing the reference data: what is missing always, what differs when asked, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.opening import TransactionOptions
from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.errors import ConfigurationError
from platform_db.operations.reference_data.references import INSTALLATION, LAW
from platform_db.operations.reference_data.report import Difference, SeedReport, TableReport
from platform_db.repositories.payloads import given
from platform_db.repositories.rows import reader
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from platform_db.domain.models import Identified
    from platform_db.operations.reference_data.reference import Key, Reference
    from platform_db.repositories.work import Database, Work

    Store = Callable[[Work, Reference], Awaitable[TableReport]]

__all__ = ["seed", "update"]

LOCK_KEY: Final = int.from_bytes(b"seeding", "big", signed=True)
"""The advisory lock of a database's seeding; taken first, so it is never waited for under another."""

_ONE_AT_A_TIME: Final = Statement(sa.select(sa.func.pg_advisory_xact_lock(sa.cast(LOCK_KEY, sa.BigInteger()))))
_AS_OWNER: Final = TransactionOptions(role=Role.OWNER)


async def seed(database: Database) -> SeedReport:
    """Store the reference rows that are missing, report those that differ, and publish the law.

    Rows are known again by their natural key. One that somebody changed is left alone.
    The law tables are made equal to the package: what is missing is inserted, what differs
    is set right, and a row that the package does not know stays and is reported. Where they
    are equal already, no right of platform_owner is asked for. Of several releases that use
    one database, the newest publishes the law: an older one would set it back to its own.

    A second run stores nothing: no id is used, no version counted, no audit entry written.
    Any number of processes may call it at once. All other tables are one
    transaction as platform_worker, the law tables one before it as platform_owner.

    Raises
    ------
    ConfigurationError
        The law tables differ and this login may not become platform_owner.
    NotAllowed
        A right is missing.
    """
    law = await _publish_law(database)
    return SeedReport((*law, *await _stored(database, _insert)))


async def update(database: Database) -> SeedReport:
    """Do as :func:`seed`, and set the rows that differ to the package's values.

    Whatever somebody changed in a column that the package gives is overwritten, but for the
    stock of tools; the audit log keeps what was there. Baselines are never overwritten.

    Raises
    ------
    ConfigurationError, NotAllowed
        As :func:`seed`.
    """
    law = await _publish_law(database)
    return SeedReport((*law, *await _stored(database, _insert_and_overwrite)))


async def _stored(database: Database, store: Store) -> tuple[TableReport, ...]:
    async def each(work: Work) -> tuple[TableReport, ...]:
        await work.fetch_value(_ONE_AT_A_TIME)
        return tuple([await store(work, reference) for reference in INSTALLATION])

    return await database.run(each)


async def _publish_law(database: Database) -> tuple[TableReport, ...]:
    found = await database.run(_compare_law)
    behind = [comparison.reference.name for comparison in found if comparison.missing or comparison.different]
    if not behind:
        return tuple(comparison.report() for comparison in found)

    async def publish(work: Work) -> tuple[TableReport, ...]:
        await work.fetch_value(_ONE_AT_A_TIME)
        return tuple([await _insert_and_overwrite(work, reference) for reference in LAW])

    try:
        return await database.run(publish, options=_AS_OWNER)
    except ConfigurationError as error:
        message = (
            f"{', '.join(behind)}: not what this package says, and only {Role.OWNER} may write them; "
            f"seed with the login that migrates ({error.message})"
        )
        raise ConfigurationError(message) from error


async def _compare_law(work: Work) -> tuple[_Comparison, ...]:
    return tuple([await _compare(work, reference, reference.read) for reference in LAW])


# -- one table -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The package's rows of one table beside the stored ones."""

    reference: Reference
    missing: tuple[Identified, ...]
    different: tuple[tuple[Identified, Identified, tuple[str, ...]], ...]
    """The package's row, the stored one, and the columns."""
    extra: tuple[Identified, ...]

    def report(self, inserted: Iterable[Identified] = (), updated: Iterable[Identified] = ()) -> TableReport:
        """What is told of it; ``updated`` are rows of ``different`` that were set right."""
        reference = self.reference
        stored = frozenset(reference.key_of(row) for row in inserted)
        righted = frozenset(reference.key_of(row) for row in updated)
        left = [(row, columns) for row, _, columns in self.different if reference.key_of(row) not in righted]
        unchanged = len(reference.rows) - len(self.missing) - len(self.different) - len(stored)
        return TableReport(
            table=reference.name,
            inserted=_texts(reference.key_of(row) for row in reference.rows if reference.key_of(row) in stored),
            updated=_texts(reference.key_of(row) for row in reference.rows if reference.key_of(row) in righted),
            unchanged=unchanged,
            different=tuple(Difference(_text(reference.key_of(row)), columns) for row, columns in left),
            extra=_texts(reference.key_of(row) for row in self.extra),
            unverified=sum(not getattr(row, "is_verified", True) for row in reference.rows),
        )


async def _insert(work: Work, reference: Reference) -> TableReport:
    inserted = await _insert_missing(work, reference)
    return (await _compare(work, reference, reference.read)).report(inserted)


async def _insert_and_overwrite(work: Work, reference: Reference) -> TableReport:
    inserted = await _insert_missing(work, reference)
    found = await _compare(work, reference, reference.read)
    if found.different:
        # Read again under locks, so that nothing written meanwhile is overwritten unseen. Not at once:
        # the worker may not lock baselines, which never differ.
        found = await _compare(work, reference, reference.read_locked)
    # What somebody made a secret stays one, and is told as different.
    righting = [each for each in found.different if not getattr(each[1], "is_sensitive", False)]
    righted = [
        stored.model_copy(update={name: getattr(row, name) for name in columns}) for row, stored, columns in righting
    ]
    if righted:
        await work.execute(reference.overwrite, reference.parameters(("id", *reference.columns), righted))
    for row, stored, columns in righting:
        _note(work, "updated", stored, _plain(stored, columns), _plain(row, columns))
    return found.report(inserted, righted)


async def _insert_missing(work: Work, reference: Reference) -> list[Identified]:
    parameters = reference.parameters(reference.columns, reference.rows)
    read = reader(reference.model)
    inserted = [read(row) for row in await work.fetch(reference.insert_missing, parameters)]
    for row in inserted:
        _note(work, "seeded", row, {}, given(row, reference.columns))
    return inserted


async def _compare(work: Work, reference: Reference, statement: Statement) -> _Comparison:
    read = reader(reference.model)
    found: dict[Key, Identified] = {}
    for record in await work.fetch(statement, reference.read_parameters()):
        row = read(record)
        found.setdefault(reference.key_of(row), row)
    missing: list[Identified] = []
    different: list[tuple[Identified, Identified, tuple[str, ...]]] = []
    for row in reference.rows:
        stored = found.pop(reference.key_of(row), None)
        if stored is None:
            missing.append(row)
        elif columns := reference.differing(row, stored):
            different.append((row, stored, columns))
    extra = tuple(found.values())
    return _Comparison(reference, tuple(missing), tuple(different), extra)


_SECRET: Final = frozenset({"config_value"})
"""What a sensitive setting's entry does not say, encrypted though it is."""


def _plain(row: Identified, columns: Iterable[str]) -> dict[str, object]:
    hidden = _SECRET if getattr(row, "is_sensitive", False) else frozenset[str]()
    return {name: getattr(row, name) for name in columns if name not in hidden}


def _note(work: Work, event: str, row: Identified, before: dict[str, object], after: dict[str, object]) -> None:
    action = AuditAction.CONFIG_CHANGE if row.entity == "enterprise_config" else AuditAction.IMPORT
    work.audit.note(action, f"{row.entity}.{event}", row, before, after)


def _text(key: Key) -> str:
    """A natural key for a person.

    >>> _text(("10mm Drill HSS", None))
    '10mm Drill HSS / –'
    """
    return " / ".join("–" if part is None else str(part) for part in key)


def _texts(keys: Iterable[Key]) -> tuple[str, ...]:
    return tuple(_text(key) for key in keys)
