"""CAD models: a hundred of each owner, every second a revision; one in twenty is deleted, one in a hundred a sketch."""

from __future__ import annotations

from typing import Final

from platform_db.domain.cad_models import ModelType
from platform_db.repositories.cad_models import CadModelFilter
from tests.plans.evidence import NOT_LEAKPROOF, OWNER, Evidence, Fill, WorkerOnly, in_both_roles

MADE: Final = "timestamptz '2026-03-02 09:00+00' + i * interval '1 minute'"
KIND: Final = "(i * 13 + i / 1000 * 7) % 100"

FILL: Final = Fill(
    {
        "id": "i",
        "user_id": "i % 1000 + 1",
        "file_size": "20000 + i * 17",
        "parent_model_id": "CASE WHEN i / 1000 % 2 = 1 THEN i - 1000 END",
        "revision": "1 + i / 1000 % 2",
        "sha256_hash": "encode(sha256(convert_to((i / 2)::text, 'UTF8')), 'hex')",
        "type": (
            f"(CASE WHEN {KIND} < 70 THEN 'part' WHEN {KIND} < 85 THEN 'assembly' WHEN {KIND} < 95 THEN 'drawing' "
            f"WHEN {KIND} < 99 THEN 'mesh' ELSE 'sketch' END)::model_type"
        ),
        "s3_key": "'modeller/' || i || '.step'",
        "params": "jsonb_build_object('bore_mm', 10 + i * 7 % 400, 'holes', i * 3 % 25)",
        "metrics": "jsonb_build_object('volume_mm3', i * 11 % 50000)",
        "deleted_at": f"CASE WHEN i / 1000 % 20 = 7 THEN {MADE} + interval '1 day' END",
        "created_at": MADE,
        "updated_at": f"{MADE} + interval '1 day'",
    },
)

MADE_FROM: Final = CadModelFilter(params={"bore_mm": 80, "holes": 5})
MEASURED: Final = CadModelFilter(metrics={"volume_mm3": 412})
OF_FILE: Final = CadModelFilter(sha256_hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
SKETCHES: Final = CadModelFilter(type=ModelType.SKETCH)
OWN: Final = CadModelFilter(user_id=OWNER)

EVIDENCE: Final = {
    "gin_models_metrics": (Evidence("cad_models.page(metrics)", lambda work: work.cad_models.page(MEASURED)),),
    "gin_models_params": (Evidence("cad_models.page(params)", lambda work: work.cad_models.page(MADE_FROM)),),
    "idx_models_deleted_at": in_both_roles(
        "cad_models.due_for_removal", lambda work: work.cad_models.due_for_removal()
    ),
    "idx_models_sha256_hash": (
        Evidence("cad_models.page(sha256_hash)", lambda work: work.cad_models.page(OF_FILE)),
        Evidence("cad_models.page(sha256_hash)", lambda work: work.cad_models.page(OF_FILE), as_user=True),
    ),
    "idx_models_type": (
        Evidence("cad_models.page(type)", lambda work: work.cad_models.page(SKETCHES)),
        Evidence("cad_models.count(type)", lambda work: work.cad_models.count(SKETCHES)),
    ),
    "idx_models_user_created": (
        Evidence("cad_models.page()", lambda work: work.cad_models.page(), as_user=True),
        Evidence("cad_models.page(user_id)", lambda work: work.cad_models.page(OWN)),
    ),
    "idx_models_user_id": (
        Evidence("cad_models.page_with_deleted()", lambda work: work.cad_models.page_with_deleted(), as_user=True),
        Evidence("cad_models.page_with_deleted(user_id)", lambda work: work.cad_models.page_with_deleted(OWN)),
    ),
}
WORKER_ONLY: Final = {
    "gin_models_metrics": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("cad_models.page(metrics)", lambda work: work.cad_models.page(MEASURED), as_user=True),
        "idx_models_user_created",
    ),
    "gin_models_params": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("cad_models.page(params)", lambda work: work.cad_models.page(MADE_FROM), as_user=True),
        "idx_models_user_created",
    ),
    "idx_models_type": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("cad_models.page(type)", lambda work: work.cad_models.page(SKETCHES), as_user=True),
        "idx_models_user_created",
    ),
}
