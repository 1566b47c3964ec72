"""Idempotency keys: a request that is sent again under its key gets the first answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import BigInteger, Bytes, Column, Digest, Instant, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Created
from platform_db.domain.rules import Message, Rule

__all__ = ["IdempotencyKey", "IdempotencyStatus"]


class IdempotencyStatus(StrEnum):
    """Whether the first request has its answer."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


def _in_progress_is_locked(status: IdempotencyStatus | None, locked_until: datetime | None) -> bool | None:
    return None if status is None else (status == IdempotencyStatus.IN_PROGRESS) == (locked_until is not None)


def _completed_has_response(status: IdempotencyStatus | None, response_status: int | None) -> bool | None:
    return None if status is None else (status == IdempotencyStatus.COMPLETED) == (response_status is not None)


def _expires_after_created(expires_at: datetime, created_at: datetime) -> bool:
    return expires_at > created_at


class IdempotencyKey(Created):
    """The first answer to a keyed request.

    A key counts within its user and endpoint; requests without a user share one space. The
    same key with another `request_hash` is a conflict of the caller's.
    """

    entity = "idempotency_keys"

    user_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="Who asked; NULL: no signed-in user."
    )
    endpoint: Annotated[str, Text(max=200), Column(bytewise=True)] = Field(description="What was asked for.")
    key: Annotated[str, Text(max=255), Column(bytewise=True)] = Field(description="The caller's key of the request.")
    request_hash: Annotated[str, Digest(name="request_hash_format")] = Field(
        description="SHA-256 of the request in hex, to tell another one under the same key."
    )
    status: IdempotencyStatus = Field(
        default=IdempotencyStatus.IN_PROGRESS, description="Whether the first request has its answer."
    )
    locked_until: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="End of the first request's lease (UTC); afterwards another may take it up."
    )
    response_status: Annotated[
        int | None,
        Integer(
            ge=100,
            le=599,
            name="response_status_valid",
            message=Message("HTTP durum kodu 100 ile 599 arasındadır", "An HTTP status is from 100 to 599"),
        ),
    ] = Field(default=None, description="HTTP status of the answer.")
    response_headers: Annotated[JsonObject | None, Json()] = Field(
        default=None, description="Headers of the answer, as a JSON object."
    )
    response_body: Annotated[bytes | None, Bytes(max=1_048_576, name="response_body_size")] = Field(
        default=None, description="Body of the answer, byte for byte."
    )
    expires_at: Annotated[AwareDatetime, Instant()] = Field(description="When the key may be used anew (UTC).")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="in_progress_is_locked",
            fields=("status", "locked_until"),
            holds=_in_progress_is_locked,
            sql="(status = 'in_progress') = (locked_until IS NOT NULL)",
            message=Message(
                "Yürüyen istek bir süreliğine kilitlidir, tamamlanmış olan kilitli değildir",
                "A request is locked for a while if, and only if, it is in progress",
            ),
            null_aware=True,
        ),
        Rule(
            name="completed_has_response",
            fields=("status", "response_status"),
            holds=_completed_has_response,
            sql="(status = 'completed') = (response_status IS NOT NULL)",
            message=Message(
                "Yanıt, istek tamamlandıysa bulunur, değilse bulunmaz",
                "The answer is there if, and only if, the request is completed",
            ),
            null_aware=True,
        ),
        Rule(
            name="expires_after_created",
            fields=("expires_at", "created_at"),
            holds=_expires_after_created,
            sql="expires_at > created_at",
            message=Message("Bir anahtarın süresi oluşturulduktan sonra dolar", "A key expires after it was made"),
        ),
    )
