"""The table of CAD models: each belongs to its user, as does the model that it revises."""

from __future__ import annotations

from typing import Final

from platform_db.domain.cad_models import CadModel
from platform_db.domain.rules import Message
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["models"]

PERSONAL: Final = frozenset({"name", "description", "thumbnail_s3_key", "s3_key", "params", "metadata"})
"""What users write or attach themselves, which may name a person; analysts do not see it."""

models = table(
    CadModel,
    foreign_key("user_id", "users"),
    foreign_key(("parent_model_id", "user_id"), "models(id, user_id)", set_null=("parent_model_id",)),
    unique(
        "id",
        "user_id",
        message=Message("Model bu kullanıcıda zaten kayıtlı", "The model is already recorded for this user"),
    ),
    unique(
        "parent_model_id",
        "revision",
        message=Message("Modelin bu numarayla bir revizyonu var", "The model has a revision of this number already"),
    ),
    unique("s3_key", message=Message("Bu dosya başka bir modelde kayıtlı", "The file belongs to another model")),
    index("gin_models_metrics", "metrics", using="gin", serves="Models that measure as given: metrics @> …."),
    index("gin_models_params", "params", using="gin", serves="Models made from given parameters: params @> …."),
    index(
        "idx_models_deleted_at",
        "deleted_at",
        where="deleted_at IS NOT NULL",
        serves="Models that were deleted more than 30 days ago, longest ago first: what is removed with its file.",
    ),
    index("idx_models_sha256_hash", "sha256_hash", serves="The models of a file that is known by its hash."),
    index("idx_models_type", "type", serves="All models of a type."),
    index(
        "idx_models_user_created",
        "user_id",
        "created_at DESC",
        "id DESC",
        where="deleted_at IS NULL",
        serves="A page of a user's models, newest first, without the deleted ones.",
    ),
    index(
        "idx_models_user_id",
        "user_id",
        serves="All models of a user, deleted ones included, and the foreign key to users.",
    ),
    owner="user_id",
    personal=PERSONAL,
    grants={
        Role.APP: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.READONLY: {"SELECT": tuple(name for name in CadModel.model_fields if name not in PERSONAL)},
        Role.AUDITOR: {"SELECT": None},
    },
)
