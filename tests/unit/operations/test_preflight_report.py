"""The report on a screen, to the byte; as a page that nothing in a database can break; and its figures."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.errors import UsageError
from platform_db.operations.preflight.live import Standing
from platform_db.operations.preflight.page import as_page
from platform_db.operations.preflight.report import (
    Column,
    Finding,
    Label,
    Report,
    Row,
    TableReport,
    Told,
    score,
    summarised,
)
from platform_db.operations.preflight.severity import Severity
from platform_db.operations.preflight.text import as_text
from platform_db.operations.reports import demand_writable, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HOSTILE = "<script>alert('x')</script>\"&\x1b[2J\u202e"

SCREEN = """\
================================================================================
  platform-db preflight
================================================================================
  database   postgresql://app:***@db.example/erp
  server     PostgreSQL 17.6, read as platform_auditor
  taken at   2026-04-01T09:00:00+00:00

================================================================================
  orders: 12 rows, quality 83.33 of 100
================================================================================
  column notes is not in the database
  column status is text, to become order_status
  CRITICAL  ck_orders_total_calculation                               FAIL  2
            Toplam tutmuyor
            The total does not add up
            - id=7 (total_cents=5, tax_cents=NULL)
            - id=9 (total_cents=6, tax_cents=1)
            absent; adding takes ACCESS EXCLUSIVE, proving SHARE UPDATE EXCLUSIVE for about 420 ms
  CRITICAL  orders_status_type                                        FAIL  1
            Çevrilemiyor
            Does not convert
            - id=7
            - 'Paid': 1 rows
            absent; adding takes ACCESS EXCLUSIVE
  HIGH      ck_orders_shipped_after_confirmed                         ERROR
            hesaplanamıyor
            cannot be evaluated
            Sıra
            Order
            not validated; adding takes ACCESS EXCLUSIVE
  OTHER     ck_orders_notes_length                                    SKIP
            yok: notes
            missing: notes
  OTHER     ck_orders_version_positive                                PASS

================================================================================
  payments: not in the database
================================================================================

================================================================================
  SUMMARY
================================================================================
  Total violations found   3
    critical               3
    high                   0
    other                  0
  Constraints              5
    could not be judged    1
    not in the database    1
  Data quality             83.33 of 100 (2 of 12 rows)

  DATABASE IS NOT READY FOR CONSTRAINT MIGRATION
"""


def finding(name: str, severity: Severity, verdict: str, **more: Any) -> Finding:  # noqa: ANN401 - the report's fields
    values: dict[str, Any] = {
        "name": name,
        "kind": "check",
        "fields": (),
        "severity": severity,
        "message": Told(tr="Sıra", en="Order"),
        "verdict": verdict,
        "rows": 0 if verdict == "passed" else None,
        "samples": (),
        "labels": (),
        "standing": Standing.ABSENT,
        "adding_lock": "ACCESS EXCLUSIVE",
        "proving_lock": "SHARE UPDATE EXCLUSIVE",
        "estimate_seconds": None,
        "reason": None,
    }
    return Finding(**(values | more))


def table(name: str, *findings: Finding, **more: Any) -> TableReport:  # noqa: ANN401
    values: dict[str, Any] = {
        "name": name,
        "present": True,
        "rows": 12,
        "broken_rows": 2,
        "score": score(12, 2),
        "bytes": 8192,
        "seconds": 0.1,
        "missing_columns": (),
        "other_types": (),
        "constraints": findings,
    }
    return TableReport(**(values | more))


def report(tables: Sequence[TableReport], **more: Any) -> Report:  # noqa: ANN401
    values: dict[str, Any] = {
        "taken_at": datetime(2026, 4, 1, 9, tzinfo=UTC),
        "database": "postgresql://app:***@db.example/erp",
        "server_version": "17.6",
        "role": "platform_auditor",
        "seconds": 0.5,
        "tables": tuple(tables),
        "summary": summarised(tuple(tables)),
    }
    return Report(**(values | more))


def whole() -> Report:
    orders = table(
        "orders",
        finding(
            "ck_orders_total_calculation",
            Severity.CRITICAL,
            "broken",
            rows=2,
            message=Told(tr="Toplam tutmuyor", en="The total does not add up"),
            samples=(
                Row(key={"id": 7}, version=2, figures={"total_cents": 5, "tax_cents": None}),
                Row(key={"id": 9}, version=2, figures={"total_cents": 6, "tax_cents": 1}),
            ),
            estimate_seconds=0.42,
        ),
        finding(
            "orders_status_type",
            Severity.CRITICAL,
            "broken",
            kind="type",
            rows=1,
            message=Told(tr="Çevrilemiyor", en="Does not convert"),
            samples=(Row(key={"id": 7}, version=2, figures={}),),
            labels=(Label(value="Paid", rows=1),),
        ),
        finding(
            "ck_orders_shipped_after_confirmed",
            Severity.HIGH,
            "unjudged",
            reason=Told(tr="hesaplanamıyor", en="cannot be evaluated"),
            standing=Standing.NOT_VALIDATED,
        ),
        finding("ck_orders_notes_length", Severity.OTHER, "absent", reason=Told(tr="yok: notes", en="missing: notes")),
        finding("ck_orders_version_positive", Severity.OTHER, "passed"),
        missing_columns=("notes",),
        other_types=(Column(name="status", expected="order_status", found="text", judged=True),),
    )
    return report([orders, table("payments", present=False, rows=0, broken_rows=0, score=100.0)])


def test_the_screen_is_this_to_the_byte() -> None:
    assert as_text(whole()) == SCREEN


def test_the_summary_adds_up_by_severity() -> None:
    found = whole()

    assert found.summary.violations.model_dump() == {"all": 3, "critical": 3, "high": 0, "other": 0}
    assert (found.summary.score, found.summary.ready, found.worst) == (83.33, False, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        ([("passed", Severity.CRITICAL), ("absent", Severity.CRITICAL)], None),
        ([("broken", Severity.OTHER), ("passed", Severity.CRITICAL)], Severity.OTHER),
        ([("broken", Severity.OTHER), ("unjudged", Severity.HIGH)], Severity.HIGH),
        ([("unjudged", Severity.CRITICAL)], Severity.CRITICAL),
    ],
)
def test_the_worst_is_of_what_is_broken_or_unknown(
    verdicts: list[tuple[str, Severity]], worst: Severity | None
) -> None:
    found = [finding(f"ck_{at}", severity, verdict) for at, (verdict, severity) in enumerate(verdicts)]

    assert report([table("orders", *found)]).worst is worst


@pytest.mark.parametrize(
    ("rows", "broken", "expected"), [(0, 0, 100.0), (7, 0, 100.0), (3, 1, 66.66), (10_000_000, 1, 99.99), (5, 5, 0.0)]
)
def test_only_a_table_without_a_broken_row_has_100(rows: int, broken: int, expected: float) -> None:
    assert score(rows, broken) == expected


def test_a_page_holds_nothing_that_a_name_or_a_key_could_smuggle_in() -> None:
    # Given names, texts and keys that are markup and terminal commands
    hostile = table(
        HOSTILE,
        finding(
            HOSTILE,
            Severity.HIGH,
            "broken",
            rows=1,
            message=Told(tr=HOSTILE, en=HOSTILE),
            samples=(Row(key={HOSTILE: HOSTILE}, version=None, figures={}),),
            labels=(Label(value=HOSTILE, rows=1),),
            reason=Told(tr=HOSTILE, en=HOSTILE),
        ),
        missing_columns=(HOSTILE,),
        other_types=(Column(name=HOSTILE, expected=HOSTILE, found=HOSTILE, judged=False),),
    )
    found = report([hostile], database=HOSTILE, role=HOSTILE, server_version=HOSTILE)

    page, screen = as_page(found), as_text(found)

    assert "<script" not in page
    assert re.findall(r"""\b(?:src|href|on\w+)\s*=""", page) == []
    assert all(character not in page + screen for character in "\x1b\u202e")


def test_a_page_needs_nothing_from_elsewhere_and_tells_both_languages() -> None:
    page = as_page(whole())

    assert re.findall(r"https?://", page) == []
    assert "default-src 'none'" in page
    for text in ("Toplam tutmuyor", "The total does not add up", "id=7 (total_cents=5, tax_cents=NULL)", "83.33"):
        assert text in page


class Tags(HTMLParser):
    """Follows what is opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert all(value != "" for _, value in attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_tag_of_a_page_is_closed() -> None:
    tags = Tags()

    tags.feed(as_page(whole()))

    assert tags.open == []


def test_a_report_reads_back_equal_from_its_json() -> None:
    found = whole()

    assert Report.model_validate_json(found.model_dump_json()) == found


def test_the_documentation_describes_every_field_of_the_json() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "preflight.md").read_text(encoding="utf-8")
    schema = Report.model_json_schema()
    parts = [schema, *schema["$defs"].values()]

    names = {name for part in parts for name in part.get("properties", {})}

    assert {name for name in names if f"`{name}`" not in text} == set()


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("before", encoding="utf-8")

    with pytest.raises(UnicodeEncodeError):
        write_whole("half of it \ud800", target)

    assert target.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(UsageError, match="cannot be written"):
        write_whole("text", tmp_path / "nowhere" / "report.json")


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    demand_writable(pipe)
    write_whole("Çıktı\n", pipe)

    assert os.read(reader, 100).decode() == "Çıktı\n"
    os.close(reader)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    target, link, null = tmp_path / "report.json", tmp_path / "latest", tmp_path / "nothing"
    target.write_text("before", encoding="utf-8")
    link.symlink_to(target)
    null.symlink_to("/dev/null")

    for place in (link, null):
        demand_writable(place)
        write_whole("after", place)

    assert target.read_text(encoding="utf-8") == "after"
    assert (link.readlink(), null.readlink()) == (target, Path("/dev/null"))
    assert Path("/dev/null").is_char_device()


def test_a_place_is_probed_without_a_trace(tmp_path: Path) -> None:
    demand_writable(tmp_path / "report.json")

    assert list(tmp_path.iterdir()) == []
    for place in (tmp_path, tmp_path / "nowhere" / "report.json"):
        with pytest.raises(UsageError, match="cannot be written"):
            demand_writable(place)


@pytest.mark.parametrize("form", [as_text, as_page])
def test_a_report_without_a_table_is_not_ready_and_says_why(form: Callable[[Report], str]) -> None:
    absent = finding("ck_orders_notes_length", Severity.OTHER, "absent", reason=Told(tr="yok", en="missing"))
    found = report([table("orders", absent, present=False, rows=0, broken_rows=0, score=100.0)])

    told = form(found)

    assert (found.summary.present, found.summary.ready) == (0, False)
    assert "sorulan tabloların hiçbiri bu veritabanında yok; doğru veritabanı mı?" in told
    assert "none of the tables asked for is in this database; is it the right one?" in told
    assert "DATABASE IS READY" not in told
