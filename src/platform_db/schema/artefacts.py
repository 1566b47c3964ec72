"""The table of artefacts; each belongs to the user of its job."""

from __future__ import annotations

from typing import Final

from platform_db.domain.artefacts import Artefact
from platform_db.domain.rules import Message
from platform_db.schema.metadata import Through, foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["artefacts"]

PERSONAL: Final = frozenset({"s3_key", "deletion_error", "meta"})
"""What may carry a file's given name or a caller's words; analysts do not see it."""

artefacts = table(
    Artefact,
    foreign_key("job_id", "jobs", on_delete="CASCADE"),
    unique("s3_key", message=Message("Bu dosya başka bir işte kayıtlı", "The file belongs to another job")),
    index("gin_artefacts_meta", "meta", using="gin", serves="Files of which a job says as given: meta @> …."),
    index("idx_artefacts_created_at", "created_at DESC", "id DESC", serves="A page of all files, newest first."),
    index(
        "idx_artefacts_job_type_size",
        "job_id",
        "type",
        "size_bytes",
        serves="The files of a job by type and their size, and the foreign key to jobs.",
    ),
    index(
        "idx_artefacts_pending_deletion",
        "deletion_requested_at",
        where="deletion_requested_at IS NOT NULL",
        serves="Files that are to be deleted, longest waiting first.",
    ),
    index(
        "idx_artefacts_sha256",
        "sha256",
        where="sha256 IS NOT NULL",
        serves="The artefacts of a file that is known by its hash.",
    ),
    owner=Through(parent="jobs", column="job_id", owner="user_id"),
    personal=PERSONAL,
    grants={
        Role.APP: {"SELECT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.READONLY: {"SELECT": tuple(name for name in Artefact.model_fields if name not in PERSONAL)},
        Role.AUDITOR: {"SELECT": None},
    },
)
