"""Artefacts: the files that jobs leave in the object store."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from platform_db.domain.changes import ChangeRule, final, fixed
from platform_db.domain.fields import BigInteger, Column, Digest, Instant, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.patterns import SLUG
from platform_db.domain.rules import Message, Rule

__all__ = ["Artefact", "ArtefactChanges", "ArtefactTotals", "NewArtefact"]

_TOKEN: Final = "[a-z0-9!#$&^_.+-]+"  # noqa: S105 - the token of RFC 6838, section 4.2, in lower case
_MEDIA_TYPE: Final = f"^{_TOKEN}/{_TOKEN}$"


def _deletion_attempts_non_negative(attempts: int | None, requested_at: datetime | None) -> bool | None:
    return None if attempts is None else attempts >= 0 and (attempts == 0 or requested_at is not None)


ArtefactType = Annotated[
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
]
Size = Annotated[
    int,
    BigInteger(gt=0, name="size_positive", message=Message("Dosya boş olamaz", "The file must not be empty")),
]
MediaType = Annotated[
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
]
FileKey = Annotated[str, Text(max=1024), Column(bytewise=True)]
FileHash = Annotated[str | None, Digest(name="sha256_format")]


class Artefact(Versioned):
    """A file that a job produced.

    The file lies in the object store and is deleted there first, its row after it; a deletion
    that failed leaves its request, the number of attempts and the error. It belongs to the
    owner of its job and goes with the job.
    """

    entity = "artefacts"

    job_id: Annotated[int, BigInteger()] = Field(description="The job that produced the file.")
    size_bytes: Size = Field(description="Size of the file in bytes.")
    type: ArtefactType = Field(description="What the file is for, such as gcode or collision_report.")
    s3_key: FileKey = Field(description="Key of the file in the object store, unique, compared byte by byte.")
    sha256: FileHash = Field(
        default=None, description="SHA-256 of the file, 64 lower-case hexadecimal digits; NULL when not computed."
    )
    mime: MediaType = Field(default=None, description="Media type of the file (RFC 6838), without parameters.")
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

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        fixed(
            "file_is_fixed",
            ("job_id", "s3_key", "size_bytes"),
            Message("Üretilmiş bir dosya değişmez", "A file that was produced is fixed"),
        ),
        final(
            "hash_is_final",
            "sha256",
            Message("Bir dosyanın özeti değişmez", "The hash of a file is fixed once it is known"),
        ),
        final(
            "deletion_is_final",
            "deletion_requested_at",
            Message("İstenmiş bir silme geri alınamaz", "A deletion that was requested is not taken back"),
        ),
    )


class NewArtefact(InputModel):
    """A file that a job has put into the object store.

    >>> NewArtefact(job_id=7, type="gcode", s3_key="jobs/7/op10.nc", size_bytes=4096).sha256 is None
    True
    """

    entity = Artefact.entity

    job_id: Annotated[int, BigInteger()]
    type: ArtefactType
    s3_key: FileKey
    size_bytes: Size
    sha256: FileHash = None
    mime: MediaType = None
    meta: Annotated[JsonObject, Json()] = Field(default_factory=dict)


class ArtefactChanges(InputModel):
    """What may change of a stored file: only what is given is changed; a hash that is known stays."""

    entity = Artefact.entity

    type: ArtefactType = "file"
    sha256: FileHash = None
    mime: MediaType = None
    meta: Annotated[JsonObject, Json()] = Field(default_factory=dict)


class ArtefactTotals(BaseModel):
    """How many files there are and how large they are, in bytes."""

    model_config = ConfigDict(frozen=True)

    type: str
    count: int
    bytes: int
    largest_bytes: int
