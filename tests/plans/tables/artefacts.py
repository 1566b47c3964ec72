"""Files: two of a job; three in a thousand are to be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.repositories.artefacts import ArtefactFilter
from tests.plans.evidence import NOT_LEAKPROOF, OWNER, THROUGH_THE_PARENT, Evidence, Fill, WorkerOnly

if TYPE_CHECKING:
    from platform_db.domain.json_values import JsonObject

MADE: Final = "now() - (100001 - i) * interval '2 minutes'"
TO_DELETE: Final = "i % 1000 < 3"

FILL: Final = Fill(
    {
        "id": "i",
        "job_id": "(i - 1) / 2 + 1",
        "size_bytes": "1000 + i * 13",
        "type": "(ARRAY['gcode', 'collision_report', 'preview', 'setup_sheet'])[i % 4 + 1]",
        "s3_key": "'isler/' || i || '.nc'",
        "sha256": "encode(sha256(convert_to((i / 2)::text, 'UTF8')), 'hex')",
        "deletion_error": "NULL",
        "meta": "jsonb_build_object('post', 'fanuc', 'lines', i * 7 % 20000)",
        "deletion_requested_at": f"CASE WHEN {TO_DELETE} THEN now() - (100001 - i) * interval '1 second' END",
        "deletion_attempts": f"CASE WHEN {TO_DELETE} THEN i % 3 ELSE 0 END",
        "created_at": MADE,
        "updated_at": MADE,
    },
)

OF_JOB: Final = ArtefactFilter(job_id=3006)
PROGRAMS_OF_JOB: Final = ArtefactFilter(job_id=3006, type="gcode")
OF_FILE: Final = ArtefactFilter(sha256="fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9")
SAID: Final[JsonObject] = {"lines": 7000}
OWN: Final = ArtefactFilter(user_id=OWNER)
OWN_SAID: Final = ArtefactFilter(user_id=OWNER, meta=SAID)

EVIDENCE: Final = {
    "gin_artefacts_meta": (Evidence("artefacts.described()", lambda work: work.artefacts.described(SAID)),),
    "idx_artefacts_created_at": (Evidence("artefacts.page()", lambda work: work.artefacts.page()),),
    "idx_artefacts_job_type_size": (
        Evidence("artefacts.page(job_id, type)", lambda work: work.artefacts.page(PROGRAMS_OF_JOB)),
        Evidence("artefacts.page(job_id)", lambda work: work.artefacts.page(OF_JOB), as_user=True),
        Evidence("artefacts.page(user_id)", lambda work: work.artefacts.page(OWN), as_user=True),
    ),
    "idx_artefacts_pending_deletion": (
        Evidence("artefacts.pending_deletion()", lambda work: work.artefacts.pending_deletion()),
    ),
    "idx_artefacts_sha256": (
        Evidence("artefacts.page(sha256)", lambda work: work.artefacts.page(OF_FILE)),
        Evidence("artefacts.page(sha256)", lambda work: work.artefacts.page(OF_FILE), as_user=True),
    ),
}
WORKER_ONLY: Final = {
    "gin_artefacts_meta": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("artefacts.page(user_id, meta)", lambda work: work.artefacts.page(OWN_SAID), as_user=True),
        "idx_artefacts_job_type_size",
    ),
    "idx_artefacts_created_at": WorkerOnly(
        THROUGH_THE_PARENT,
        Evidence("artefacts.page(user_id)", lambda work: work.artefacts.page(OWN), as_user=True),
        "idx_artefacts_job_type_size",
    ),
    "idx_artefacts_pending_deletion": WorkerOnly(
        THROUGH_THE_PARENT,
        Evidence("artefacts.page(user_id)", lambda work: work.artefacts.page(OWN), as_user=True),
        "idx_artefacts_job_type_size",
    ),
}
