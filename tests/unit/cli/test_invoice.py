"""``platform-db invoice calculate`` as a program: bytes in, bytes and an exit code out."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

import platform_db

SOURCE = Path(platform_db.__file__).parents[1]
WORKED = Path(__file__).parents[3] / "examples" / "data" / "worked_invoices.json"
PROGRAM = [sys.executable, "-c", "from platform_db.cli.app import main; main()", "invoice", "calculate"]
MEGABYTE = 2**20


def run(*arguments: str, given: bytes = b"", largest_memory: int | None = None) -> tuple[int, bytes, str]:
    def limit() -> None:
        if largest_memory is not None:
            resource.setrlimit(resource.RLIMIT_AS, (largest_memory, largest_memory))

    done = subprocess.run(
        [*PROGRAM, *arguments],
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
        preexec_fn=limit,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "LC_ALL": "C", "PYTHONUTF8": "0"},
    )
    return done.returncode, done.stdout, done.stderr.decode()


def sale(quantity: str = "1") -> dict[str, object]:
    return {
        "issue_date": "2025-06-02",
        "currency": "TRY",
        "profile": "TICARIFATURA",
        "type": "SATIS",
        "lines": [
            {"description": "İğne", "quantity": quantity, "unit": "C62", "unit_price": "100", "kdv_rate": "20"},
        ],
    }


def encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def parsed(output: bytes) -> list[dict[str, object]]:
    assert output.endswith(b"\n")
    return [cast("dict[str, object]", json.loads(row)) for row in output.decode().splitlines()]


def payable(result: dict[str, object]) -> str:
    return cast("dict[str, str]", result["totals"])["payable"]


def rule(result: dict[str, object]) -> str:
    return cast("dict[str, str]", result["error"])["rule"]


def test_a_document_on_standard_input_is_answered_with_one_document() -> None:
    code, out, err = run("-", given=encoded(sale()))
    assert (code, err) == (0, "")
    [result] = parsed(out)
    assert payable(result) == "120.00"
    assert "Yalnız yüzyirmi Türk Lirası".encode() in out
    assert list(result) == [
        "currency",
        "lines",
        "tax_subtotals",
        "withholding_subtotals",
        "totals",
        "amount_in_words",
        "unverified",
    ]


def test_a_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "satış faturası.json"
    path.write_bytes(encoded(sale("2")))
    code, out, _ = run(str(path), "--json")
    assert code == 0
    assert payable(parsed(out)[0]) == "240.00"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (encoded(sale("0")), "ck_invoice_lines_quantity_positive"),
        (b"{}", "field_required"),
        (b"[]", "object_expected"),
        (b"", "json_text"),
        (b"\xff", "json_text"),
        (b"[" * 10**6, "json_text"),
        (b" " * (16 * MEGABYTE + 1), "document_size"),
    ],
)
def test_a_refused_document_ends_with_2_and_says_why_on_standard_output(given: bytes, expected: str) -> None:
    code, out, err = run("-", given=given)
    assert (code, err) == (2, "")
    [result] = parsed(out)
    assert rule(result) == expected
    assert cast("list[object]", result["errors"])[0] == result["error"]
    assert set(cast("dict[str, object]", result["error"])) == {"rule", "fields", "message"}


def test_a_key_that_is_no_unicode_text_does_not_break_the_answer() -> None:
    code, out, _ = run("-", given=json.dumps({**sale(), "\ud800": 1}).encode())
    assert code == 2
    assert parsed(out)[0]["error"] == {
        "rule": "field_known",
        "fields": ["\N{REPLACEMENT CHARACTER}"],
        "message": {"tr": "Böyle bir alan yoktur", "en": "There is no such field"},
    }


def test_lines_are_answered_in_order_and_a_refused_one_does_not_stop_the_others() -> None:
    rows = [encoded(sale("1")), encoded(sale("0")), b"", b"{", encoded(sale("2"))]
    code, out, err = run("--lines", given=b"\n".join(rows))
    assert (code, err) == (2, "")
    first, refused, blank, torn, last = parsed(out)
    assert (payable(first), payable(last)) == ("120.00", "240.00")
    assert rule(refused) == "ck_invoice_lines_quantity_positive"
    assert rule(blank) == rule(torn) == "json_text"


def test_lines_end_with_0_when_all_are_calculated() -> None:
    cases = cast("list[dict[str, object]]", json.loads(WORKED.read_text(encoding="utf-8"))["cases"])
    given = b"".join(encoded(case["input"]) + b"\r\n" for case in cases)
    code, out, _ = run("-", "--lines", given=given)
    assert code == 0
    assert len(parsed(out)) == len(cases) == 39


def test_no_lines_are_no_answers() -> None:
    assert run("--lines") == (0, b"", "")


def test_a_line_beyond_the_largest_document_is_refused_and_the_next_is_read() -> None:
    long = b'"' + b"x" * (40 * MEGABYTE) + b'"'
    code, out, _ = run("--lines", given=long + b"\n" + encoded(sale()) + b"\n", largest_memory=400 * MEGABYTE)
    assert code == 2
    refused, answered = parsed(out)
    assert rule(refused) == "document_size"
    assert payable(answered) == "120.00"


def test_a_long_stream_is_answered_while_it_is_written() -> None:
    """One answer for each line before the next is given: nothing is held back, nothing piles up."""
    with subprocess.Popen(
        [*PROGRAM, "--lines"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for count in range(1, 201):
            program.stdin.write(encoded(sale(str(count))) + b"\n")
            program.stdin.flush()
            assert payable(parsed(program.stdout.readline())[0]) == f"{count * 120}.00"
        program.stdin.close()
        assert program.wait(timeout=30) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("no-such-file.json",),
        (".",),
        ("-", "surplus"),
        ("--no-such-option", "-"),
        ("-", "--table", "--json"),
        ("--lines", "--table"),
    ],
)
def test_wrong_usage_ends_with_64(arguments: tuple[str, ...]) -> None:
    code, _, _ = run(*arguments, given=encoded(sale()))
    assert code == 64


def test_a_table_shows_every_amount_whole_and_what_is_not_verified() -> None:
    lines = cast("list[dict[str, object]]", sale()["lines"])
    meal = lines[0] | {"unit_price": "1234567890.12", "withholding_code": "604"}
    document = sale() | {"type": "TEVKIFAT", "issue_date": "2026-11-20", "lines": [meal]}
    code, out, _ = run("-", "--table", given=encoded(document))
    text = out.decode(errors="replace")
    assert code == 0
    assert "1234567890.12" in text
    assert "withheld 604" in text
    assert "Unverified: withholding_limit 2026" in text


def test_a_refused_table_tells_the_rule_on_standard_error() -> None:
    code, out, err = run("-", "--table", given=encoded(sale("0")))
    assert (code, out) == (2, b"")
    assert err.startswith("ck_invoice_lines_quantity_positive (lines.0.quantity)\n")
