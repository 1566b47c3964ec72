"""Personal values: a hundred a person; platform_app adds them and reads none."""

from __future__ import annotations

from typing import Final

from tests.plans.evidence import OWNER, Evidence, Fill

FILL: Final = Fill(
    {"id": "i", "commitment": "encode(sha256(i::text::bytea), 'hex')", "subject_user_id": "i % 1000 + 1"}
)
EVIDENCE: Final = {
    "idx_audit_personal_data_subject_user_id": (
        Evidence("personal_data.kept_about", lambda work: work.personal_data.kept_about(OWNER)),
    ),
}
