"""Synchronisation with ERP and MES systems: which of their records is which of ours, and whether both agree."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.audit_logs import EntityType
from platform_db.domain.changes import ChangeRule, StateMachine, fixed
from platform_db.domain.fields import BigInteger, Column, Instant, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.rules import Message, Rule

__all__ = ["SYNC_STATES", "ErpMesSync", "ErpSystem", "NewTie", "SyncDirection", "SyncStatus"]


class ErpSystem(StrEnum):
    """The systems that records are exchanged with."""

    SAP = "sap"
    ORACLE = "oracle"
    MICROSOFT_D365 = "microsoft_d365"
    NETSUITE = "netsuite"
    ODOO = "odoo"
    LOGO = "logo"
    NETSIS = "netsis"
    MIKRO = "mikro"
    CUSTOM = "custom"


class SyncDirection(StrEnum):
    """Which side's changes are carried over."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    BIDIRECTIONAL = "bidirectional"


class SyncStatus(StrEnum):
    """How the two records stand to each other."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    SYNCED = "synced"
    FAILED = "failed"
    CONFLICT = "conflict"
    SKIPPED = "skipped"


SYNC_STATES: Final = StateMachine(
    "status",
    {
        SyncStatus.PENDING: {SyncStatus.IN_PROGRESS, SyncStatus.SKIPPED},
        SyncStatus.IN_PROGRESS: {
            SyncStatus.SYNCED,
            SyncStatus.FAILED,
            SyncStatus.CONFLICT,
            SyncStatus.SKIPPED,
            SyncStatus.PENDING,
        },
        SyncStatus.SYNCED: {SyncStatus.PENDING},
        SyncStatus.FAILED: {SyncStatus.IN_PROGRESS, SyncStatus.PENDING, SyncStatus.SKIPPED},
        SyncStatus.CONFLICT: {SyncStatus.PENDING, SyncStatus.SKIPPED},
        SyncStatus.SKIPPED: {SyncStatus.PENDING},
    },
    Message("Eşitleme bu duruma geçemez", "The synchronisation cannot take this state"),
)
"""What each state may become: whatever ended begins again as pending."""


def _synced_has_time(status: SyncStatus | None, last_sync_at: datetime | None) -> bool:
    return status != SyncStatus.SYNCED or last_sync_at is not None


def _failed_has_error(status: SyncStatus | None, error: str | None) -> bool:
    return status not in {SyncStatus.FAILED, SyncStatus.CONFLICT} or error is not None


def _claimed_when_in_progress(status: SyncStatus | None, claimed_until: datetime | None) -> bool | None:
    return None if status is None else (status == SyncStatus.IN_PROGRESS) == (claimed_until is not None)


ExternalId = Annotated[str, Text(max=255), Column(bytewise=True)]


class ErpMesSync(Versioned):
    """The tie between an external record and ours.

    The external key counts within its system and kind of entity: two systems, or an order
    and an invoice of one system, may use the same.
    """

    entity = "erp_mes_sync"

    external_system: ErpSystem = Field(description="The other system.")
    direction: SyncDirection = Field(description="Which side's changes are carried over.")
    status: SyncStatus = Field(default=SyncStatus.PENDING, description="How the two records stand to each other.")
    external_id: ExternalId = Field(description="The other system's key.")
    entity_type: Annotated[str, EntityType] = Field(description="What the record is.")
    entity_id: Annotated[int, BigInteger()] = Field(description="Key of our record; of another table for each type.")
    attempts: Annotated[int, Integer(ge=0, name="attempts_non_negative")] = Field(
        default=0, description="Attempts since it last succeeded."
    )
    next_attempt_at: Annotated[AwareDatetime, Instant(), Column(server_default="now()")] = Field(
        description="Not tried before this instant (UTC)."
    )
    claimed_until: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="End of the lease of the worker that is at it (UTC); afterwards another may take it."
    )
    last_sync_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When both last agreed (UTC)."
    )
    last_error: Annotated[str | None, Text(max=1000)] = Field(
        default=None, description="Why the last attempt failed, or what is in conflict."
    )
    payload: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="What was last exchanged, as a JSON object."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="synced_has_time",
            fields=("status", "last_sync_at"),
            holds=_synced_has_time,
            sql="status <> 'synced' OR last_sync_at IS NOT NULL",
            message=Message(
                "Eşitlenmiş bir kaydın eşitlenme anı vardır", "A record that is in sync says when it came to be"
            ),
            null_aware=True,
        ),
        Rule(
            name="failed_has_error",
            fields=("status", "last_error"),
            holds=_failed_has_error,
            sql="status NOT IN ('failed', 'conflict') OR last_error IS NOT NULL",
            message=Message(
                "Başarısız ya da çelişkili bir eşitleme, nedenini yazar",
                "A synchronisation that failed or is in conflict says why",
            ),
            null_aware=True,
        ),
        Rule(
            name="claimed_when_in_progress",
            fields=("status", "claimed_until"),
            holds=_claimed_when_in_progress,
            sql="(status = 'in_progress') = (claimed_until IS NOT NULL)",
            message=Message(
                "Yürüyen bir eşitleme bir süreliğine ayrılmıştır, diğerleri ayrılmış değildir",
                "A synchronisation is claimed for a while if, and only if, it is in progress",
            ),
            null_aware=True,
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        SYNC_STATES.rule,
        fixed(
            "tie_is_fixed",
            ("external_system", "entity_type", "external_id", "entity_id"),
            Message("Bir bağın iki ucu değişmez; yenisini kurun", "The two ends of a tie are fixed; make another"),
        ),
    )


class NewTie(InputModel):
    """An external record and ours, to be tied; due to be tried at once.

    >>> NewTie(
    ...     external_system=ErpSystem.LOGO, entity_type="orders", external_id="SIP-41", entity_id=7,
    ...     direction=SyncDirection.INBOUND,
    ... ).payload
    {}
    """

    entity = ErpMesSync.entity

    external_system: ErpSystem
    entity_type: Annotated[str, EntityType]
    external_id: ExternalId
    entity_id: Annotated[int, BigInteger()]
    direction: SyncDirection
    payload: Annotated[JsonObject, Json()] = Field(default_factory=dict)
