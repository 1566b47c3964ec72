"""The document of ``invoice issue``: what the calculation takes, plus series, parties and the rest.

Numbers of the calculation are text (TURKISH_RULES §6); keys of rows (``license_id`` …) are
whole JSON numbers; ``profile_data``, ``item_data`` and ``meta`` are free JSON objects.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import cast

from pydantic import StrictStr

from platform_db.domain.invoices.calculation.contract import Fields
from platform_db.domain.invoices.calculation.findings import Findings
from platform_db.domain.invoices.calculation.json_text import RepeatedKeys
from platform_db.domain.invoices.calculation.legality import judge_document
from platform_db.domain.invoices.calculation.reading import read_document
from platform_db.domain.invoices.calculation.refusals import JSON_TEXT, OBJECT_EXPECTED
from platform_db.domain.invoices.draft import InvoiceTerms
from platform_db.domain.invoices.issue_reading import HEAD_FIELDS, LINE_FIELDS, IssueReading
from platform_db.errors import RuleViolation

__all__ = ["IssueDocument", "parse_issue_document", "read_issue_json"]


class IssueDocument(InvoiceTerms):
    """An invoice to issue as a file describes it: its terms, and the series of its number."""

    series: StrictStr


def parse_issue_document(data: object) -> IssueDocument:
    """Judge a document (a parsed JSON value) by every rule that can be judged without the database.

    TURKISH_RULES §6's document with ``series``, ``issuer`` and ``customer``; optionally
    ``profile_data``, ``billing_type``, ``exchange_rate_date`` and ``exchange_rate_source``
    (required unless TRY), ``due_date``, ``delivery_date``, ``despatch_number``,
    ``despatch_date``, ``return_of_invoice_id`` or ``return_of_number`` and
    ``return_of_issue_date``, ``license_id``, ``order_id``, ``payment_iban``, ``note``,
    ``meta``; a line may have ``item_data``, ``product_id`` and ``exemption_reason``.

    Raises
    ------
    RuleViolation
        With every broken rule; ``fields`` are dotted paths such as ``customer.tax_number``
        and ``lines.0.item_data.gtip``. A field nobody knows is refused too.
    """
    found = Findings()
    if not isinstance(data, dict):
        raise RuleViolation(OBJECT_EXPECTED.at())
    plain, head, lines = _parted(cast("dict[str, object]", data))
    document = read_document(plain, found)
    judge_document(document, found)
    reading = IssueReading(document, found)
    series, terms = reading.head(head)
    details = tuple(reading.line(place, given) for place, given in enumerate(lines))
    reading.judge(details)
    found.refuse()
    lines_given = details if len(details) == len(document.lines) else ()
    issue = IssueDocument.model_validate({**terms, "document": document, "lines": lines_given, "series": series})
    # What only the figures can show is refused here, before anything is stored.
    _ = issue.calculation
    return issue


def read_issue_json(text: bytes) -> object:
    """Parse one JSON document in UTF-8, keeping whole numbers and noting repeated keys.

    Raises
    ------
    RuleViolation
        Not UTF-8, not JSON, more than one document, or nested too deeply.
    """
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_members)
    except (ValueError, RecursionError):
        raise RuleViolation(JSON_TEXT.at()) from None


def _members(pairs: list[tuple[str, object]]) -> RepeatedKeys:
    members = RepeatedKeys(pairs)
    counted = Counter(key for key, _ in pairs)
    members.repeated = tuple(key for key, count in counted.items() if count > 1)
    return members


def _parted(data: dict[str, object]) -> tuple[object, Mapping[str, object], list[Mapping[str, object]]]:
    """The calculation's document, and what head and lines carry beside it."""
    plain, head = _split(data, HEAD_FIELDS)
    lines = plain.get("lines")
    if not isinstance(lines, list):
        return plain, head, []
    parted = [_line(line) for line in cast("list[object]", lines)]
    plain["lines"] = [line for line, _ in parted]
    return plain, head, [given for _, given in parted]


def _line(line: object) -> tuple[object, dict[str, object]]:
    return _split(cast("dict[str, object]", line), LINE_FIELDS) if isinstance(line, dict) else (line, {})


def _split(members: dict[str, object], ours: Fields) -> tuple[dict[str, object], dict[str, object]]:
    repeated = members.repeated if isinstance(members, RepeatedKeys) else ()
    sides: list[dict[str, object]] = []
    for is_ours in (False, True):
        side = RepeatedKeys({key: value for key, value in members.items() if (key in ours) is is_ours})
        side.repeated = tuple(key for key in repeated if (key in ours) is is_ours)
        sides.append(side)
    return sides[0], sides[1]
