"""The first answer to a keyed request, and what whoever asks again is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from pydantic import model_validator

from platform_db.domain.idempotency_keys.key import (
    IdempotencyKey,
    IdempotencyStatus,
    ResponseBody,
    ResponseHeaders,
    ResponseStatus,
)
from platform_db.domain.models import InputModel
from platform_db.errors import IdempotencyMismatch, Message, RuleViolation, Violation

__all__ = ["Answer", "InProgress", "Replayed", "Started", "completed", "told_again"]

_SECRET: Final = frozenset({"authorization", "proxy-authorization", "set-cookie"})
_HEADERS_HOLD_NO_SECRET: Final = Violation(
    rule="idempotency_keys_headers_hold_no_secret",
    fields=("response_headers",),
    message=Message(
        "Saklanan yanıtta kimlik bilgisi taşıyan başlık (Set-Cookie, Authorization) bulunmaz",
        "A stored answer has no header that carries credentials (Set-Cookie, Authorization)",
    ),
    entity="idempotency_keys",
)


class Answer(InputModel):
    """An HTTP answer to keep. ``response_body`` is kept byte for byte, at most 1 MiB.

    Raises
    ------
    RuleViolation
        When it is made: a header carries credentials, which are stored nowhere.
    """

    entity = "idempotency_keys"

    response_status: ResponseStatus
    response_headers: ResponseHeaders = None
    response_body: ResponseBody = None

    @model_validator(mode="after")
    def _headers_hold_no_secret(self) -> Self:
        if any(name.lower() in _SECRET for name in self.response_headers or ()):
            raise RuleViolation(_HEADERS_HOLD_NO_SECRET)
        return self


@dataclass(frozen=True, slots=True)
class Started:
    """The request is the caller's to do: complete or release ``key`` afterwards."""

    key: IdempotencyKey


@dataclass(frozen=True, slots=True)
class InProgress:
    """Somebody does this very request (HTTP 409); after ``locked_until`` (UTC) another may take it up."""

    locked_until: datetime


@dataclass(frozen=True, slots=True)
class Replayed:
    """The request was done: this was its answer."""

    answer: Answer


def told_again(first: IdempotencyKey, request_hash: str) -> InProgress | Replayed:
    """What the second request under a key is told.

    Raises
    ------
    IdempotencyMismatch
        The first was another request.
    """
    if first.request_hash != request_hash:
        message = "this key was used for another request"
        raise IdempotencyMismatch(message, entity=IdempotencyKey.entity, fields=("request_hash",))
    if first.locked_until is not None:
        return InProgress(first.locked_until)
    stored = {name: getattr(first, name) for name in Answer.model_fields}
    return Replayed(Answer.parse(stored))


def completed(key: IdempotencyKey, answer: Answer) -> dict[str, object]:
    """The columns of a request that has its answer.

    Raises
    ------
    RuleViolation
        It has one already (``ck_idempotency_keys_answer_is_final``).
    """
    given = {name: getattr(answer, name) for name in Answer.model_fields}
    return key.checked({"status": IdempotencyStatus.COMPLETED, "locked_until": None, **given})
