"""A CAD model, and what each rule of ``models`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_MADE: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_DELETED: Final = datetime(2026, 4, 1, 12, tzinfo=UTC)

ROW: Final = {
    "id": 812,
    "user_id": 41,
    "file_size": 1_482_112,
    "parent_model_id": 640,
    "revision": 3,
    "name": "Flanş DN80 gövdesi",
    "sha256_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "description": "Sekiz delikli, conta yuvası derinleştirildi",
    "thumbnail_s3_key": "onizleme/41/812.png",
    "type": "part",
    "file_format": "step",
    "s3_key": "modeller/41/812.step",
    "params": {"bore_mm": 80, "holes": 8},
    "metrics": {"volume_mm3": 412_300.5},
    "metadata": {"project": "Pompa hattı"},
    "deleted_at": None,
    "created_at": _MADE,
    "version": 2,
    "updated_at": _DELETED,
}

EXAMPLES: Final = {
    "ck_models_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_models_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_models_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_models_updated_after_created": Example(
        {"created_at": _MADE, "updated_at": datetime(2026, 3, 2, 8, 59, 59, 999999, tzinfo=UTC)},
        {"created_at": _MADE, "updated_at": _MADE},
    ),
    "ck_models_file_size_positive": Example({"file_size": 0}, {"file_size": 1}, ({"file_size": -1},)),
    "ck_models_revision_positive": Example(
        {"revision": 0, "parent_model_id": None}, {"revision": 1, "parent_model_id": None}
    ),
    "ck_models_name_length": Example({"name": "ş" * 256}, {"name": "ş" * 255}, ({"name": ""},)),
    "ck_models_sha256_hash_format": Example(
        {"sha256_hash": "a" * 63}, {"sha256_hash": "a" * 64}, ({"sha256_hash": "A" * 64}, {"sha256_hash": "a" * 65})
    ),
    "ck_models_description_length": Example(
        {"description": "ğ" * 1001}, {"description": "ğ" * 1000}, ({"description": ""},)
    ),
    "ck_models_thumbnail_s3_key_length": Example(
        {"thumbnail_s3_key": "k" * 1025}, {"thumbnail_s3_key": "k" * 1024}, ({"thumbnail_s3_key": ""},)
    ),
    "ck_models_s3_key_length": Example({"s3_key": "k" * 1025}, {"s3_key": "k" * 1024}, ({"s3_key": ""},)),
    "ck_models_params_object": Example({"params": []}, {"params": {}}),
    "ck_models_params_size": Example({"params": json_object(65_537)}, {"params": json_object(65_536)}),
    "ck_models_metrics_object": Example({"metrics": []}, {"metrics": {}}),
    "ck_models_metrics_size": Example({"metrics": json_object(65_537)}, {"metrics": json_object(65_536)}),
    "ck_models_metadata_object": Example({"metadata": []}, {"metadata": {}}),
    "ck_models_metadata_size": Example({"metadata": json_object(65_537)}, {"metadata": json_object(65_536)}),
    "ck_models_deleted_at_finite": Example({"deleted_at": END}, {"deleted_at": LAST}, ({"deleted_at": BEFORE_FIRST},)),
    "ck_models_first_revision_has_no_parent": Example(
        {"revision": 1, "parent_model_id": 640}, {"revision": 2, "parent_model_id": 640}
    ),
    "ck_models_not_its_own_parent": Example({"id": 812, "parent_model_id": 812}, {"id": 812, "parent_model_id": 811}),
}
