"""Artefacts: the files that jobs leave in the object store."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import BigInteger, Column, Digest, Instant, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Versioned
from platform_db.domain.patterns import SLUG
from platform_db.domain.rules import Message, Rule

__all__ = ["Artefact"]

_TOKEN: Final = "[a-z0-9!#$&^_.+-]+"  # noqa: S105 - the token of RFC 6838, section 4.2, in lower case
_MEDIA_TYPE: Final = f"^{_TOKEN}/{_TOKEN}$"


def _deletion_attempts_non_negative(attempts: int | None, requested_at: datetime | None) -> bool | None:
    return None if attempts is None else attempts >= 0 and (attempts == 0 or requested_at is not None)


class Artefact(Versioned):
    """A file that a job produced.

    The file lies in the object store and is deleted there first, its row after it; a deletion
    that failed leaves its request, the number of attempts and the error. It belongs to the
    owner of its job and goes with the job.
    """

    entity = "artefacts"

    job_id: Annotated[int, BigInteger()] = Field(description="The job that produced the file.")
    size_bytes: Annotated[
        int,
        BigInteger(
            gt=0,
            name="size_positive",
            message=Message("Dosya boş olamaz", "The file must not be empty"),
        ),
    ] = Field(description="Size of the file in bytes.")
    type: Annotated[
        str,
        Text(
            max=50,
            pattern=SLUG,
            name="type_format",
            message=Message(
                "Dosya türü küçük harfle başlar; küçük harf, rakam ve alt çizgiden oluşur",
                "The kind of file begins with a lower-case letter and has lower-case letters, digits and underscores",
            ),
        ),
    ] = Field(description="What the file is for, such as gcode or collision_report.")
    s3_key: Annotated[str, Text(max=1024), Column(bytewise=True)] = Field(
        description="Key of the file in the object store, unique, compared byte by byte."
    )
    sha256: Annotated[str | None, Digest(name="sha256_format")] = Field(
        default=None, description="SHA-256 of the file, 64 lower-case hexadecimal digits; NULL when not computed."
    )
    mime: Annotated[
        str | None,
        Text(
            max=100,
            pattern=_MEDIA_TYPE,
            name="mime_format",
            message=Message(
                "Ortam türü küçük harfle tür/alt tür olarak yazılır (model/step)",
                "The media type is written type/subtype in lower case (model/step)",
            ),
        ),
    ] = Field(default=None, description="Media type of the file (RFC 6838), without parameters.")
    deletion_error: Annotated[str | None, Text(max=1000)] = Field(
        default=None, description="Why the last attempt to delete the file failed."
    )
    meta: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="What the job says about the file, as a JSON object."
    )
    deletion_requested_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="Since when the file is to be deleted (UTC); NULL while it is kept."
    )
    deletion_attempts: Annotated[int, Integer()] = Field(
        default=0, description="How often deleting the file was tried."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="deletion_attempts_non_negative",
            fields=("deletion_attempts", "deletion_requested_at"),
            holds=_deletion_attempts_non_negative,
            sql="deletion_attempts >= 0 AND (deletion_attempts = 0 OR deletion_requested_at IS NOT NULL)",
            message=Message(
                "Silme denemeleri sıfırdan küçük olamaz ve silme istenmeden başlamaz",
                "Attempts to delete are not negative, and there are none before deletion is requested",
            ),
            null_aware=True,
        ),
    )
