"""CAD models: files of parts, assemblies and drawings, in lines of revisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.changes import ChangeRule, fixed, judged_by_the_server
from platform_db.domain.fields import BigInteger, Column, Digest, Instant, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.rules import Message, Rule

__all__ = ["KEPT", "CadModel", "FileFormat", "ModelChanges", "ModelType", "NewModel", "NewRevision"]


class ModelType(StrEnum):
    """What a CAD file shows."""

    PART = "part"
    ASSEMBLY = "assembly"
    DRAWING = "drawing"
    SKETCH = "sketch"
    MESH = "mesh"


class FileFormat(StrEnum):
    """How a CAD file is written."""

    FCSTD = "fcstd"
    STEP = "step"
    IGES = "iges"
    BREP = "brep"
    STL = "stl"
    OBJ = "obj"
    PLY = "ply"
    DXF = "dxf"
    SVG = "svg"
    PDF = "pdf"
    GCODE = "gcode"
    JSON = "json"


def _first_revision_has_no_parent(revision: int | None, parent_model_id: int | None) -> bool | None:
    if parent_model_id is None:
        return True
    return None if revision is None else revision > 1


def _not_its_own_parent(parent_model_id: int, own_id: int) -> bool:
    return parent_model_id != own_id


KEPT: Final = timedelta(days=30)
"""How long a deleted model is kept, and may be restored."""

FileSize = Annotated[
    int,
    BigInteger(gt=0, name="file_size_positive", message=Message("Dosya boş olamaz", "The file must not be empty")),
]
ModelName = Annotated[str, Text(max=255)]
FileHash = Annotated[str, Digest(name="sha256_hash_format")]
Description = Annotated[str | None, Text(max=1000)]
ThumbnailKey = Annotated[str | None, Text(max=1024)]
FileKey = Annotated[str, Text(max=1024), Column(bytewise=True)]
Document = Annotated[JsonObject, Json()]


def _parent_is_fixed(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    return after["parent_model_id"] in {None, before["parent_model_id"]}


class CadModel(Versioned):
    """A CAD file in a line of revisions.

    The file lies in the object store; the row has its key, size and SHA-256. ``revision``
    counts the states of the design and ``version`` the changes of the row. A model and its
    parent belong to the same user, and a parent has one child of each revision number. A
    deleted model is kept for 30 days.
    """

    entity = "models"

    user_id: Annotated[int, BigInteger()] = Field(description="Who owns the model.")
    file_size: FileSize = Field(description="Size of the file in bytes.")
    parent_model_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The model that this one revises; NULL for a first revision or once that one is gone."
    )
    revision: Annotated[
        int,
        Integer(
            gt=0,
            name="revision_positive",
            message=Message("Revizyon numarası 1'den başlar", "Revisions are numbered from 1"),
        ),
    ] = Field(default=1, description="Number of the design's state in its line, from 1.")
    name: ModelName = Field(description="Name of the model, as its owner gave it.")
    sha256_hash: FileHash = Field(description="SHA-256 of the file, 64 lower-case hexadecimal digits.")
    description: Description = Field(default=None, description="What the owner says about the model.")
    thumbnail_s3_key: ThumbnailKey = Field(default=None, description="Key of the preview picture in the object store.")
    type: ModelType = Field(description="What the file shows.")
    file_format: FileFormat = Field(description="How the file is written.")
    s3_key: FileKey = Field(description="Key of the file in the object store, unique, compared byte by byte.")
    params: Document = Field(
        default_factory=dict, description="Parameters that the model was made from, as a JSON object by name."
    )
    metrics: Document = Field(
        default_factory=dict, description="What was measured of the model, such as volume and area, as a JSON object."
    )
    metadata: Document = Field(
        default_factory=dict, description="What the caller attaches to the model, as a JSON object."
    )
    deleted_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the owner deleted the model (UTC); file and row go 30 days later."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="first_revision_has_no_parent",
            fields=("revision", "parent_model_id"),
            holds=_first_revision_has_no_parent,
            sql="revision > 1 OR parent_model_id IS NULL",
            message=Message(
                "İlk revizyon başka bir modelin devamı olamaz", "A first revision does not revise another model"
            ),
            null_aware=True,
        ),
        Rule(
            name="not_its_own_parent",
            fields=("parent_model_id", "id"),
            holds=_not_its_own_parent,
            sql="parent_model_id <> id",
            message=Message("Model kendisinin revizyonu olamaz", "A model cannot be a revision of itself"),
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        fixed(
            "file_is_fixed",
            ("user_id", "revision", "s3_key", "sha256_hash", "file_size", "file_format"),
            Message(
                "Bir modelin dosyası değişmez; yeni revizyon ekleyin",
                "The file of a model is fixed; add a revision",
            ),
        ),
        ChangeRule(
            "parent_is_fixed",
            ("parent_model_id",),
            _parent_is_fixed,
            # A parent that is removed leaves NULL behind.
            "NEW.parent_model_id IS NULL OR NEW.parent_model_id IS NOT DISTINCT FROM OLD.parent_model_id",
            Message("Bir revizyonun öncülü değişmez", "What a model revises is fixed"),
        ),
        judged_by_the_server(
            "restored_within_grace",
            ("deleted_at",),
            f"NEW.deleted_at IS NOT NULL OR OLD.deleted_at >= now() - interval '{KEPT.days} days'",
            Message(
                f"Silinen model yalnız {KEPT.days} gün içinde geri alınabilir",
                f"A deleted model can be restored within {KEPT.days} days only",
            ),
        ),
    )


class NewRevision(InputModel):
    """The next state of a design: its file, and what is said of it.

    The file lies in the object store under ``s3_key`` already.
    """

    entity = CadModel.entity

    name: ModelName
    type: ModelType
    file_format: FileFormat
    file_size: FileSize
    sha256_hash: FileHash
    s3_key: FileKey
    description: Description = None
    thumbnail_s3_key: ThumbnailKey = None
    params: Document = Field(default_factory=dict)
    metrics: Document = Field(default_factory=dict)
    metadata: Document = Field(default_factory=dict)


class NewModel(NewRevision):
    """The first state of a design.

    >>> NewModel(
    ...     user_id=7, name="Flanş", type=ModelType.PART, file_format=FileFormat.STEP, file_size=4096,
    ...     sha256_hash="0a" * 32, s3_key="models/7/flans.step",
    ... ).params
    {}
    """

    user_id: Annotated[int, BigInteger()]


class ModelChanges(InputModel):
    """What may change of a stored model: only what is given is changed, and None is a value."""

    entity = CadModel.entity

    name: ModelName = ""
    description: Description = None
    thumbnail_s3_key: ThumbnailKey = None
    params: Document = Field(default_factory=dict)
    metrics: Document = Field(default_factory=dict)
    metadata: Document = Field(default_factory=dict)
