"""What monitoring finds, as values: each printed as a table and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "BLOCKED_SECONDS",
    "Answer",
    "Connections",
    "IndexUse",
    "InvalidIndex",
    "LockWait",
    "LongTransaction",
    "Overview",
    "Part",
    "RedundantIndex",
    "Replica",
    "SummaryRow",
    "TableUse",
]

T_co = TypeVar("T_co", covariant=True)

BLOCKED_SECONDS: Final = 1.0
"""From when on a wait for a lock needs attention; the server looks for a deadlock after as long."""


class Part(BaseModel):
    """A piece of a report: frozen, and equal to another with the same values."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(Part, Generic[T_co]):
    """The rows that answer one question, and why they may not be all."""

    rows: tuple[T_co, ...] = ()
    unknown: str | None = Field(default=None, description="Why it is not known, or not wholly; NULL when it is.")

    @classmethod
    def not_known(cls, why: str) -> Self:
        """No answer, and its reason."""
        return cls(unknown=why)


class SummaryRow(Part):
    """One kind of work, as of ``refreshed_at``."""

    entity_type: str
    total_count: int
    active_count: int
    pending_count: int
    failed_count: int
    details: dict[str, JsonValue] = Field(description="Figures of this kind alone; amounts in kuruş, times in seconds.")
    refreshed_at: datetime
    age_seconds: float = Field(description="How old the figures are.")


class TableUse(Part):
    """How big a table is, how it is read, and how much of it is empty or dead."""

    table_name: str
    live_rows: int = Field(description="The server's estimate.")
    dead_rows: int = Field(description="Old versions that VACUUM has not removed yet; the server's estimate.")
    changed_since_analyze: int = Field(description="Rows changed since the planner's statistics were taken.")
    last_vacuum: datetime | None
    last_analyze: datetime | None
    total_bytes: int | None = Field(description="With indexes and TOAST; NULL while the table is locked.")
    sequential_scans: int
    index_scans: int
    bloat_bytes: int | None = Field(description="Estimate from sampled rows as of the last VACUUM or ANALYZE.")
    bloat_share: float | None = Field(description="bloat_bytes over the table's size, 0 to 1; an estimate.")


class IndexUse(Part):
    """How often an index was used since the statistics began, and how much of it is empty."""

    table_name: str
    index_name: str
    scans: int
    bytes: int | None = Field(description="NULL while its table is locked.")
    serves_constraint: bool = Field(description="Unique, or the index of a constraint: it works without being scanned.")
    bloat_bytes: int | None = Field(description="Estimate from sampled rows; B-tree only.")
    bloat_share: float | None = Field(description="bloat_bytes over the index's size, 0 to 1; an estimate.")

    @property
    def unused(self) -> bool:
        """Whether nothing would miss it, as far as the statistics reach back."""
        return self.scans == 0 and not self.serves_constraint


class RedundantIndex(Part):
    """An index whose queries another one answers as well."""

    table_name: str
    index_name: str
    covered_by: str
    identical: bool = Field(description="Same columns; otherwise its columns are the first of the other's.")


class InvalidIndex(Part):
    """An index that serves no query and still costs every write."""

    table_name: str
    index_name: str
    leftover_of_reindex: bool = Field(description="A REINDEX CONCURRENTLY left it: to be dropped, not rebuilt.")
    being_built: bool = Field(
        description="Somebody builds an index of its table just now; otherwise a build broke off."
    )


class LongTransaction(Part):
    """A transaction that keeps VACUUM from removing what changed since it began.

    No text of a statement is kept, it may hold personal data: its command word, and the server's number of it.
    """

    pid: int | None = Field(description="NULL for a prepared transaction, which has no process.")
    application_name: str | None
    login: str
    state: str | None = Field(description="As pg_stat_activity says; `prepared`; NULL where this login may not see it.")
    seconds: float = Field(description="Since the transaction began.")
    command: str | None = Field(description="First word of its last statement.")
    query_id: int | None


class LockWait(Part):
    """A session that waits for a lock, and who holds it or waits before it."""

    pid: int
    application_name: str
    command: str | None
    lock_mode: str
    waits_for: str = Field(description="The table, or the kind of lock.")
    seconds: float | None = Field(description="How long it has waited; NULL in its first moment.")
    blocked_by: tuple[int, ...] = Field(description="Process numbers; 0 is a prepared transaction.")
    blockers: tuple[str, ...] = Field(description="Their application names, in the same order.")


class Connections(Part):
    """The server's sessions against its bound, those of this database apart."""

    in_use: int
    in_this_database: int
    idle_in_transaction: int | None = Field(description="NULL where this login may not see the sessions of others.")
    max_connections: int
    reserved: int = Field(description="Kept back for superusers and reserved logins.")

    @property
    def share(self) -> float:
        """In use over what ordinary logins may take, 0 to 1 (above, when reserved ones are in use)."""
        return self.in_use / max(1, self.max_connections - self.reserved)


class Replica(Part):
    """A standby or receiver, and how far it is behind."""

    application_name: str
    state: str | None
    sync_state: str | None
    replay_lag_bytes: int | None
    replay_lag_seconds: float | None


class Overview(Part):
    """What was found at one moment; each answer may be missing, and says why."""

    taken_at: datetime
    server_version: str
    statistics_since: datetime | None = None
    """Since when scans and reads are counted; ``None``: since the database was made, or is not known."""
    summary: Answer[SummaryRow]
    tables: Answer[TableUse]
    indexes: Answer[IndexUse]
    redundant_indexes: Answer[RedundantIndex]
    invalid_indexes: Answer[InvalidIndex]
    long_transactions: Answer[LongTransaction]
    lock_waits: Answer[LockWait]
    connections: Answer[Connections]
    replicas: Answer[Replica]

    @property
    def unused_indexes(self) -> tuple[IndexUse, ...]:
        """The indexes that were not scanned since the statistics began and that no constraint needs."""
        return tuple(each for each in self.indexes.rows if each.unused)

    def needs_attention(self) -> Iterator[str]:
        """What somebody should look at now: broken indexes, and sessions that are blocked."""
        for index in self.invalid_indexes.rows:
            if not index.being_built:
                yield f"index {index.index_name} is invalid: run `platform-db monitor --repair-indexes`"
        for wait in self.lock_waits.rows:
            if wait.seconds is not None and wait.seconds >= BLOCKED_SECONDS:
                blockers = ", ".join(str(pid) for pid in wait.blocked_by)
                yield f"session {wait.pid} has waited {wait.seconds:.0f} s for {wait.waits_for}, behind {blockers}"

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        found = self.model_dump(mode="json")
        found["unused_indexes"] = [each.index_name for each in self.unused_indexes]
        return {**found, "needs_attention": list(self.needs_attention())}
