"""The worked invoices become whole documents, complete by every rule of issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from platform_db.domain.invoices.issue_document import parse_issue_document
from platform_db.domain.invoices.profile_data import REQUIRED
from platform_db.operations.demo.cases import Completion, WorkedCase, load_cases, load_completion

if TYPE_CHECKING:
    from collections.abc import Mapping

CASES = load_cases()
COMPLETION = load_completion()


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_every_case_can_be_issued(case: WorkedCase) -> None:
    document = parse_issue_document({**COMPLETION.complete(case.given), "series": "DMO"})
    assert document.document.issue_date.isoformat() == case.issue_date


def test_every_profile_and_type_that_asks_for_more_is_provided_for() -> None:
    # Given each demand that a profile or type makes, whether or not a worked invoice meets it today
    for required in REQUIRED:
        for documents in required.documents:
            line = {"exemption_code": documents.exemption_code}
            given = {
                "issue_date": "2026-01-02",
                "currency": "TRY",
                "profile": documents.profile or "EARSIVFATURA",
                "type": documents.type_code or "SATIS",
                "lines": [line],
            }
            # When such a document is completed, then it carries what is demanded
            complete = COMPLETION.complete(given)
            holder = (
                complete if required.place == "profile_data" else cast("list[dict[str, object]]", complete["lines"])[0]
            )
            assert required.met_by(cast("Mapping[str, object]", holder[required.place])), (required, documents)


def test_the_input_is_left_as_it_was_and_only_fitting_entries_are_merged() -> None:
    completion = Completion(
        base={"issuer": {"title": "A"}},
        entries=(
            {"when": {"profile": ["KAMU"], "type": ["SATIS"]}, "document": {"note": "{issue_date}"}},
            {"when": {"exemption_code": ["301"]}, "line": {"item_data": {"gtip": "1"}}},
            {"when": {"profile": ["IHRACAT"]}, "document": {"note": "never"}},
        ),
        draft={},
    )
    line = {"exemption_code": "301", "item_data": {"own": "kept"}}
    given: dict[str, object] = {"profile": "KAMU", "type": "SATIS", "issue_date": "2026-01-02", "lines": [line]}
    assert completion.complete(given) == {
        "profile": "KAMU",
        "type": "SATIS",
        "issue_date": "2026-01-02",
        "issuer": {"title": "A"},
        "note": "2026-01-02",
        "lines": [{"exemption_code": "301", "item_data": {"own": "kept", "gtip": "1"}}],
    }
    assert given["lines"] == [{"exemption_code": "301", "item_data": {"own": "kept"}}]
