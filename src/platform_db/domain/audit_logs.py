"""The tamper-evident log, its chain heads, its erasable personal values, and the row changes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field, JsonValue

from platform_db.domain import patterns
from platform_db.domain.fields import (
    BigInteger,
    Bytes,
    Column,
    Digest,
    Inet,
    Instant,
    Json,
    SmallInteger,
    Text,
)
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Created, InputModel, StoredModel
from platform_db.domain.network import USER_AGENT_LENGTH, InetAddress
from platform_db.domain.rules import Guard, Message, Rule

__all__ = [
    "APPEND_ONLY",
    "CHAINS",
    "GENESIS",
    "AuditAction",
    "AuditChainHead",
    "AuditEntry",
    "AuditLog",
    "AuditPersonalData",
    "EnterpriseAuditLog",
    "EntityType",
]

CHAINS: Final = 16
"""How many chains the log has; a transaction writes to one of them."""

GENESIS: Final = "0" * 64
"""What the first entry of a chain follows."""

_GENESIS_SQL: Final = "repeat('0', 64)"
_EVENT_TYPE: Final = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"

APPEND_ONLY: Final = Guard(
    "append_only", (), Message("Kayıtlar değiştirilemez ve silinemez", "Entries are not changed or deleted")
)
"""The guard of each table of the log."""


class AuditAction(StrEnum):
    """The kind of act; what happened exactly is the entry's `event_type`."""

    AUTH_LOGIN = "auth_login"
    AUTH_LOGOUT = "auth_logout"
    AUTH_FAILED = "auth_failed"
    AUTH_TOKEN_REFRESH = "auth_token_refresh"  # noqa: S105 - a label, not a token
    USER_CREATE = "user_create"
    USER_UPDATE = "user_update"
    USER_DELETE = "user_delete"
    USER_PASSWORD_CHANGE = "user_password_change"  # noqa: S105 - a label, not a password
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    EXPORT = "export"
    IMPORT = "import"
    JOB_START = "job_start"
    JOB_CANCEL = "job_cancel"
    JOB_RETRY = "job_retry"
    CONFIG_CHANGE = "config_change"
    BACKUP_CREATE = "backup_create"
    BACKUP_RESTORE = "backup_restore"


EntityType: Final = Text(
    max=50,
    pattern=patterns.SLUG,
    name="entity_type_format",
    message=Message(
        "Varlık türü küçük harf, rakam ve alt çizgidir", "An entity type is lower-case letters, digits and _"
    ),
)
EventType: Final = Text(
    max=100,
    pattern=_EVENT_TYPE,
    name="event_type_format",
    message=Message(
        "Olay türü noktalı küçük harftir (invoice.issued)", "An event type is dotted lower case (invoice.issued)"
    ),
)


def _first_follows_genesis(seq: int, previous: str) -> bool:
    return (seq == 1) == (previous == GENESIS)


class AuditLog(Created):
    """Enterprise audit trail with cryptographic hash-chain integrity

    `chain_hash` is the SHA-256 of the previous hash and the canonical JSON of every other
    column, computed by the database.
    """  # noqa: D400 - the first paragraph is the table's comment, as documented

    entity = "audit_logs"

    chain_id: Annotated[int, SmallInteger(), Column(server_default="audit_chain_of_transaction()")] = Field(
        description="The chain, chosen by the transaction.",
    )
    seq: Annotated[int, BigInteger(gt=0, name="seq_positive")] = Field(
        description="Place in the chain, from 1; the trigger's."
    )
    prev_chain_hash: Annotated[str, Digest(name="prev_chain_hash_format")] = Field(
        description="Hash of the entry before; 64 zeros at the start; the trigger's.",
    )
    chain_hash: Annotated[str, Digest(name="chain_hash_format")] = Field(
        description="Hash of this entry; the trigger's."
    )
    user_id: Annotated[int | None, BigInteger()] = Field(default=None, description="Who acted; NULL for the system.")
    action: AuditAction = Field(description="The kind of act.")
    entity_type: Annotated[str, EntityType] = Field(description="What was acted on.")
    entity_id: Annotated[int | None, BigInteger()] = Field(default=None, description="Which of them.")
    event_type: Annotated[str | None, EventType] = Field(default=None, description="What happened (`invoice.issued`).")
    payload: Annotated[JsonObject, Json()] = Field(
        default_factory=dict,
        description="Before and after of what changed; personal values as commitments.",
    )
    ip_address: Annotated[InetAddress | None, Inet()] = Field(
        default=None, description="The caller's network (/24 or /48)."
    )
    user_agent: Annotated[str | None, Text(max=USER_AGENT_LENGTH)] = Field(
        default=None, description="The caller's product name."
    )
    session_id: Annotated[int | None, BigInteger()] = Field(
        default=None,
        description="The session; no foreign key, because sessions are swept and the log is not.",
    )
    created_at: Annotated[AwareDatetime, Instant(), Column(server_default="clock_timestamp()")] = Field(
        description="When the entry was chained (UTC); the trigger's.",
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="first_follows_genesis",
            fields=("seq", "prev_chain_hash"),
            holds=_first_follows_genesis,
            sql=f"(seq = 1) = (prev_chain_hash = {_GENESIS_SQL})",
            message=Message("Yalnız ilk kayıt başlangıcı izler", "Only the first entry follows the genesis"),
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        APPEND_ONLY,
        Guard(
            "payload_exact",
            ("payload",),
            Message(
                "Aynı okunmayan sayılar metin olarak yazılır",
                "A number that does not read back equal is written as text",
            ),
        ),
    )


class AuditEntry(InputModel):
    """An entry to record; the chain's columns are the database's."""

    entity = "audit_logs"

    action: AuditAction
    entity_type: Annotated[str, EntityType]
    entity_id: Annotated[int | None, BigInteger()] = None
    event_type: Annotated[str | None, EventType] = None
    payload: Annotated[JsonObject, Json()] = Field(default_factory=dict)


def _empty_is_genesis(seq: int, last: str) -> bool:
    return (seq == 0) == (last == GENESIS)


class AuditChainHead(StoredModel):
    """Last seq and hash of each of the 16 chains; its row lock orders appends."""

    entity = "audit_chain_heads"

    chain_id: Annotated[int, SmallInteger(ge=0, le=CHAINS - 1, name="chain_id_range")] = Field(description="The chain.")
    seq: Annotated[int, BigInteger(ge=0, name="seq_non_negative")] = Field(default=0, description="Its last place.")
    chain_hash: Annotated[str, Digest(name="chain_hash_format"), Column(server_default=_GENESIS_SQL)] = Field(
        description="Its last hash.",
    )
    updated_at: Annotated[AwareDatetime, Instant(), Column(server_default="now()")] = Field(
        description="When it last moved (UTC).",
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="empty_is_genesis",
            fields=("seq", "chain_hash"),
            holds=_empty_is_genesis,
            sql=f"(seq = 0) = (chain_hash = {_GENESIS_SQL})",
            message=Message("Yalnız boş zincir başlangıçtadır", "Only an empty chain stands at the genesis"),
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (APPEND_ONLY,)


def _erased_is_empty(salt: bytes | None, value: JsonValue | None, erased: datetime | None) -> bool:
    return sum(item is not None for item in (salt, value)) == (2 if erased is None else 0)


class AuditPersonalData(Created):
    """The erasable side of a salted commitment: SHA-256(0x03 ‖ salt ‖ canonical value).

    The log holds the commitment only.
    """

    entity = "audit_personal_data"

    commitment: Annotated[str, Digest(name="commitment_format")] = Field(
        description="What the log holds in place of the value."
    )
    subject_user_id: Annotated[int, BigInteger()] = Field(description="Whose value it is.")
    field: Annotated[str, Text(max=100)] = Field(description="Which value of theirs (`users.phone`).")
    salt: Annotated[bytes | None, Bytes(length=32, name="salt_length")] = Field(
        default=None, description="Random; erased with the value."
    )
    value: Annotated[JsonValue | None, Json(kind="any")] = Field(
        default=None, description="The value; NULL once erased."
    )
    erased_at: Annotated[AwareDatetime | None, Instant()] = Field(default=None, description="When it was erased (UTC).")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="erased_is_empty",
            fields=("salt", "value", "erased_at"),
            holds=_erased_is_empty,
            sql="num_nonnulls(salt, value) = CASE WHEN erased_at IS NULL THEN 2 ELSE 0 END",
            message=Message("Silinen kayıtta değer kalmaz", "An erased row keeps no value"),
            null_aware=True,
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        Guard("only_erased", (), Message("Tek değişiklik silmektir", "The only change is erasure")),
    )


def _values_match_operation(
    operation: str | None, row: str | None, old: object | None, new: object | None
) -> bool | None:
    return _values_match(operation, row, old, new)


class EnterpriseAuditLog(Created):
    """Row changes of the financial tables, partitioned by month (`enterprise_audit_log_yYYYYmMM`, UTC bounds) plus `enterprise_audit_log_default`."""  # noqa: E501 - the table's comment

    entity = "enterprise_audit_log"

    table_name: Annotated[str, Text()] = Field(description="The table that changed.")
    operation: Annotated[
        str,
        Text(
            pattern=r"^(INSERT|UPDATE|DELETE|TRUNCATE)$",
            name="valid_operation",
            message=Message(
                "İşlem INSERT, UPDATE, DELETE veya TRUNCATE'tir", "An operation is INSERT, UPDATE, DELETE or TRUNCATE"
            ),
        ),
    ] = Field(description="What was done.")
    row_id: Annotated[str | None, Text()] = Field(default=None, description="Key of the row, as text.")
    old_values: Annotated[JsonObject | None, Json(max_bytes=1048576)] = Field(
        default=None,
        description="Columns before the change; personal columns as [personal].",
    )
    new_values: Annotated[JsonObject | None, Json(max_bytes=1048576)] = Field(
        default=None,
        description="Columns after the change; personal columns as [personal].",
    )
    user_id: Annotated[int | None, BigInteger()] = Field(default=None, description="Who acted (app.user_id).")
    session_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="In which session (app.session_id)."
    )
    ip_address: Annotated[InetAddress | None, Inet()] = Field(default=None, description="From which network (app.ip).")
    user_agent: Annotated[str | None, Text()] = Field(default=None, description="With which product (app.user_agent).")
    transaction_id: Annotated[
        int,
        BigInteger(),
        Column(server_default="((pg_current_xact_id())::text)::bigint"),
    ] = Field(description="In which transaction.")
    created_at: Annotated[AwareDatetime, Instant(), Column(server_default="clock_timestamp()")] = Field(
        description="When it was recorded (UTC).",
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="values_match_operation",
            fields=("operation", "row_id", "old_values", "new_values"),
            holds=_values_match_operation,
            sql=(
                "CASE operation WHEN 'INSERT' THEN old_values IS NULL "
                "WHEN 'UPDATE' THEN num_nonnulls(old_values, new_values) = 2 "
                "WHEN 'DELETE' THEN old_values IS NOT NULL AND new_values IS NULL "
                "ELSE num_nonnulls(row_id, old_values, new_values) = 0 END"
            ),
            message=Message("Eski ve yeni değerler işleme uymalıdır", "Old and new values must fit the operation"),
            null_aware=True,
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (APPEND_ONLY,)


def _values_match(operation: str | None, row: str | None, old: object, new: object) -> bool:
    if operation == "INSERT":
        return old is None
    if operation == "UPDATE":
        return old is not None and new is not None
    if operation == "DELETE":
        return old is not None and new is None
    return row is None and old is None and new is None
