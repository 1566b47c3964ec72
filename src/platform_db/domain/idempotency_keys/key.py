"""A keyed request as it is stored, and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.changes import ChangeRule
from platform_db.domain.fields import BigInteger, Bytes, Column, Digest, Instant, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Created
from platform_db.domain.rules import Message, Rule

__all__ = [
    "Endpoint",
    "IdempotencyKey",
    "IdempotencyStatus",
    "Key",
    "RequestHash",
    "ResponseBody",
    "ResponseHeaders",
    "ResponseStatus",
]

Endpoint = Annotated[str, Text(max=200), Column(bytewise=True)]
Key = Annotated[str, Text(max=255), Column(bytewise=True)]
RequestHash = Annotated[str, Digest(name="request_hash_format")]
_HTTP_STATUS: Final = Integer(
    ge=100,
    le=599,
    name="response_status_valid",
    message=Message("HTTP durum kodu 100 ile 599 arasındadır", "An HTTP status is from 100 to 599"),
)
ResponseStatus = Annotated[int, _HTTP_STATUS]
ResponseHeaders = Annotated[JsonObject | None, Json()]
ResponseBody = Annotated[bytes | None, Bytes(max=1_048_576, name="response_body_size")]


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


_ANSWER: Final = ("request_hash", "response_status", "response_headers", "response_body")


def _transition_allowed(before: Mapping[str, object], after: Mapping[str, object]) -> bool | None:
    if before["status"] == IdempotencyStatus.COMPLETED and after["status"] == IdempotencyStatus.IN_PROGRESS:
        return None  # allowed once the key has expired, which the server's clock says
    return True


def _answer_is_final(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    both = before["status"] == after["status"] == IdempotencyStatus.COMPLETED
    return not both or all(before[field] == after[field] for field in _ANSWER)


class IdempotencyKey(Created):
    """The first answer to a keyed request.

    A key counts within its user and endpoint; requests without a user share one space. The
    same key with another `request_hash` is a conflict of the caller's.
    """

    entity = "idempotency_keys"

    user_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="Who asked; NULL: no signed-in user."
    )
    endpoint: Endpoint = Field(description="What was asked for.")
    key: Key = Field(description="The caller's key of the request.")
    request_hash: RequestHash = Field(
        description="SHA-256 of the request in hex, to tell another one under the same key."
    )
    status: IdempotencyStatus = Field(
        default=IdempotencyStatus.IN_PROGRESS, description="Whether the first request has its answer."
    )
    locked_until: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="End of the first request's lease (UTC); afterwards another may take it up."
    )
    response_status: Annotated[int | None, _HTTP_STATUS] = Field(default=None, description="HTTP status of the answer.")
    response_headers: ResponseHeaders = Field(default=None, description="Headers of the answer, as a JSON object.")
    response_body: ResponseBody = Field(default=None, description="Body of the answer, byte for byte.")
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

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        ChangeRule(
            name="transition_allowed",
            fields=("status",),
            holds=_transition_allowed,
            sql="NEW.status = 'completed' OR OLD.status = 'in_progress' OR OLD.expires_at <= now()",
            message=Message(
                "Yanıtlanmış bir istek, anahtarının süresi dolmadan yeniden başlamaz",
                "A request that has its answer does not begin again before its key has expired",
            ),
        ),
        ChangeRule(
            name="answer_is_final",
            fields=("status", *_ANSWER),
            holds=_answer_is_final,
            sql=(
                "NOT (OLD.status = 'completed' AND NEW.status = 'completed') OR "
                f"({', '.join(f'NEW.{field}' for field in _ANSWER)}) IS NOT DISTINCT FROM "
                f"({', '.join(f'OLD.{field}' for field in _ANSWER)})"
            ),
            message=Message("Bir isteğin ilk yanıtı değişmez", "The first answer to a request is not changed"),
        ),
    )
