"""Checkpoints of the audit log: what its chains were, signed, so that even a cut tail shows."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from platform_db.domain.audit_logs import APPEND_ONLY
from platform_db.domain.fields import BigInteger, Bytes, Digest, Json, Text
from platform_db.domain.json_values import JsonArray
from platform_db.domain.models import Created
from platform_db.domain.rules import Guard

__all__ = ["AuditCheckpoint"]


class AuditCheckpoint(Created):
    """Signed Merkle roots over all chain heads; the copy outside the database is what proves.

    Each checkpoint names the root before it and no root is named twice, so they are one line.
    """

    entity = "audit_checkpoints"

    tree_size: Annotated[int, BigInteger(ge=0, name="tree_size_non_negative")] = Field(
        description="Entries of the log that the root covers."
    )
    heads: Annotated[JsonArray, Json(kind="array")] = Field(
        description="The chain heads that the tree is made of, as a JSON array."
    )
    merkle_root: Annotated[str, Digest(name="merkle_root_format")] = Field(description="Root of the tree, in hex.")
    key_id: Annotated[str, Text(max=100)] = Field(description="Which key signed.")
    prev_merkle_root: Annotated[str | None, Digest(name="prev_merkle_root_format")] = Field(
        default=None, description="Root of the checkpoint before; NULL for the first."
    )
    signature: Annotated[bytes, Bytes(length=64, name="signature_length")] = Field(description="Ed25519 signature.")

    guards: ClassVar[tuple[Guard, ...]] = (APPEND_ONLY,)
