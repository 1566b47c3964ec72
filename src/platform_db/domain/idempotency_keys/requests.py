"""What a caller asks under a key, and for how long the key counts."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Annotated, Final, Self

from pydantic import Field, JsonValue, model_validator

from platform_db.domain.canonical_json import canonical_json
from platform_db.domain.fields import BigInteger
from platform_db.domain.idempotency_keys.key import Endpoint, Key, RequestHash
from platform_db.domain.models import InputModel
from platform_db.errors import Message, RuleViolation, Violation

__all__ = ["IdempotencyPolicy", "KeyedRequest", "body_hash", "document_hash"]

_LEASE_WITHIN_LIFETIME: Final = Violation(
    rule="idempotency_keys_lease_within_lifetime",
    fields=("lease", "lifetime"),
    message=Message(
        "Kilit süresi anahtarın ömründen uzun olamaz", "The lease must not be longer than the key's lifetime"
    ),
    entity="idempotency_keys",
)
_NO_CANONICAL_FORM: Final = Violation(
    rule="idempotency_keys_document_has_canonical_form",
    fields=("document",),
    message=Message(
        "Belgede RFC 8785 ile yazılamayan bir değer var; gövdenin baytlarını özetleyin",
        "The document has a value that RFC 8785 cannot write; hash the body's bytes instead",
    ),
    entity="idempotency_keys",
)


def body_hash(body: bytes) -> str:
    """The fingerprint of a request by its body, byte for byte.

    >>> body_hash(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(body).hexdigest()


def document_hash(document: JsonValue) -> str:
    """The fingerprint of a request by what its JSON says: order of keys and white space do not count.

    >>> document_hash({"amount": 5, "currency": "TRY"}) == document_hash({"currency": "TRY", "amount": 5})
    True

    Raises
    ------
    RuleViolation
        The document has a number that a double does not hold exactly, or no JSON value.
    """
    try:
        canonical = canonical_json(document)
    except ValueError:
        raise RuleViolation(_NO_CANONICAL_FORM) from None
    return body_hash(canonical)


class KeyedRequest(InputModel):
    """A request under the caller's key. ``user_id`` is None where nobody is signed in.

    A key counts within its user and endpoint; ``request_hash`` is :func:`body_hash` or
    :func:`document_hash`, by which another request under the same key is told.
    """

    entity = "idempotency_keys"

    user_id: Annotated[int | None, BigInteger()] = None
    endpoint: Endpoint
    key: Key
    request_hash: RequestHash


class IdempotencyPolicy(InputModel):
    """How long a first request has before another may take it up, and how long its answer is kept.

    Both count from the beginning of the unit of work that begins, by the database's clock.

    Raises
    ------
    RuleViolation
        When it is made: the lease is longer than the lifetime.
    """

    entity = "idempotency_keys"

    lease: timedelta = Field(default=timedelta(minutes=1), gt=timedelta(0), le=timedelta(days=1))
    lifetime: timedelta = Field(default=timedelta(hours=24), gt=timedelta(0), le=timedelta(days=366))

    @model_validator(mode="after")
    def _lease_is_within_lifetime(self) -> Self:
        if self.lease > self.lifetime:
            raise RuleViolation(_LEASE_WITHIN_LIFETIME)
        return self
