"""A file of a job, and what each rule of ``artefacts`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_MADE: Final = datetime(2026, 3, 2, 9, 6, tzinfo=UTC)
_ASKED: Final = datetime(2026, 9, 1, 3, tzinfo=UTC)

ROW: Final = {
    "id": 9001,
    "job_id": 5120,
    "size_bytes": 482_113,
    "type": "gcode",
    "s3_key": "isler/5120/takim-yolu.nc",
    "sha256": "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9",
    "mime": "text/x-gcode",
    "deletion_error": "503 Slow Down",
    "meta": {"post": "fanuc"},
    "deletion_requested_at": _ASKED,
    "deletion_attempts": 2,
    "created_at": _MADE,
    "version": 3,
    "updated_at": _ASKED,
}

EXAMPLES: Final = {
    "ck_artefacts_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_artefacts_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_artefacts_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_artefacts_updated_after_created": Example(
        {"created_at": _MADE, "updated_at": datetime(2026, 3, 2, 9, 5, 59, 999999, tzinfo=UTC)},
        {"created_at": _MADE, "updated_at": _MADE},
    ),
    "ck_artefacts_size_positive": Example({"size_bytes": 0}, {"size_bytes": 1}, ({"size_bytes": -1},)),
    "ck_artefacts_type_length": Example({"type": "g" * 51}, {"type": "g" * 50}),
    "ck_artefacts_type_format": Example(
        {"type": "Gcode"},
        {"type": "gcode_2"},
        ({"type": "2_gcode"}, {"type": "gcode\n"}, {"type": "g-code"}, {"type": "çıktı"}),
    ),
    "ck_artefacts_s3_key_length": Example({"s3_key": "k" * 1025}, {"s3_key": "k" * 1024}, ({"s3_key": ""},)),
    "ck_artefacts_sha256_format": Example(
        {"sha256": "b" * 63}, {"sha256": "b" * 64}, ({"sha256": "B" * 64}, {"sha256": "b" * 65})
    ),
    "ck_artefacts_mime_length": Example({"mime": "a/" + "b" * 99}, {"mime": "a/" + "b" * 98}),
    "ck_artefacts_mime_format": Example(
        {"mime": "model"},
        {"mime": "a/!#$&^_.+-"},
        ({"mime": "Model/step"}, {"mime": "/step"}, {"mime": "model/"}, {"mime": "a/b/c"}, {"mime": "text/plain\n"}),
    ),
    "ck_artefacts_deletion_error_length": Example(
        {"deletion_error": "ü" * 1001}, {"deletion_error": "ü" * 1000}, ({"deletion_error": ""},)
    ),
    "ck_artefacts_meta_object": Example({"meta": []}, {"meta": {}}),
    "ck_artefacts_meta_size": Example({"meta": json_object(65_537)}, {"meta": json_object(65_536)}),
    "ck_artefacts_deletion_requested_at_finite": Example(
        {"deletion_requested_at": END}, {"deletion_requested_at": LAST}, ({"deletion_requested_at": BEFORE_FIRST},)
    ),
    "ck_artefacts_deletion_attempts_non_negative": Example(
        {"deletion_attempts": 1, "deletion_requested_at": None},
        {"deletion_attempts": 0, "deletion_requested_at": None},
        ({"deletion_attempts": -1},),
    ),
}
