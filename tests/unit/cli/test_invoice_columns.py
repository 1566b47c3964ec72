"""``platform-db invoice calculate --parquet`` as a program: a file in, a file or lines out, and an exit code."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pytest
from pyarrow import parquet

from platform_db.columnar import calculate_batch
from tests.unit.cli.test_invoice import parsed, rule, run
from tests.unit.columnar.rows import batch_of, rows_of
from tests.unit.domain.invoices.documents import document, line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.columnar.rows import Row

FIVE = document(*[line(unit_price=f"{price}.05") for price in range(1, 6)])


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Forty invoices of five lines in row groups of three rows: nearly every invoice lies in two of them."""
    return written(tmp_path / "satırlar.parquet", [row for place in range(40) for row in rows_of(place, FIVE)])


def written(path: Path, rows: list[Row]) -> Path:
    parquet.write_table(pa.Table.from_batches([batch_of(rows)]), path, row_group_size=3)
    return path


def test_a_file_becomes_a_file_and_its_counts(given: Path, tmp_path: Path) -> None:
    output = tmp_path / "sonuç.parquet"
    code, out, err = run("--parquet", str(given), "--output", str(output))

    assert (code, err) == (0, "")
    assert parsed(out) == [{"invoices": 40, "lines": 200, "by_columns": 40, "refused": 0}]
    whole = calculate_batch(batch_of([row for place in range(40) for row in rows_of(place, FIVE)]))
    assert parquet.read_table(output).to_pylist() == whole.to_pylist()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["satırlar.parquet", "sonuç.parquet"]


def test_without_an_output_each_invoice_is_a_line(given: Path) -> None:
    code, out, err = run(str(given), "--parquet")
    assert (code, err) == (0, "")
    results = parsed(out)
    assert [each["invoice_id"] for each in results] == list(range(40))
    assert {cast("int", each["payable_cents"]) for each in results} == {1830}


def test_a_refused_invoice_ends_with_2_and_the_others_go_on(tmp_path: Path) -> None:
    rows = [*rows_of(1, FIVE), *rows_of(2, document()), *rows_of(3, document(line(kdv_rate="18")))]
    rows[5] |= {"quantity": Decimal(0)}
    source, output = written(tmp_path / "in.parquet", rows), tmp_path / "out.parquet"

    code, out, _ = run("--parquet", str(source), "--output", str(output))

    assert code == 2
    assert parsed(out) == [{"invoices": 3, "lines": 5, "by_columns": 1, "refused": 2}]
    told = [row["violations"] for row in parquet.read_table(output).to_pylist()]
    assert [[each["rule"] for each in some] for some in told] == [
        [],
        ["ck_invoice_lines_quantity_positive"],
        ["ck_invoice_lines_kdv_rate_in_force"],
    ]


def test_rows_out_of_order_leave_the_old_output_as_it_was(tmp_path: Path) -> None:
    """Also where the disorder is only seen between two batches that were read."""
    rows = [row for place in (1, 2, 3, 4, 2) for row in rows_of(place, FIVE)]
    source, output = written(tmp_path / "in.parquet", rows), tmp_path / "out.parquet"
    output.write_bytes(b"as it was")

    code, out, err = run("--parquet", str(source), "--output", str(output))

    assert (code, err) == (2, "")
    assert rule(parsed(out)[0]) == "invoices_in_order"
    assert output.read_bytes() == b"as it was"
    assert not (tmp_path / "out.parquet.unfinished").exists()


@pytest.mark.parametrize("text", [b"", b"{}", b"PAR1", b"PAR1\0\0\0\0\0\0\0\0PAR1"])
def test_what_is_no_parquet_is_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "fatura.parquet"
    path.write_bytes(text)
    code, out, err = run("--parquet", str(path))
    assert (code, err, rule(json.loads(out))) == (2, "", "parquet_file")


def test_a_damaged_page_is_refused(given: Path, tmp_path: Path) -> None:
    text = bytearray(given.read_bytes())
    text[8:2000] = bytes(1992)
    path = tmp_path / "bozuk.parquet"
    path.write_bytes(text)
    code, out, err = run("--parquet", str(path))
    assert (code, err, rule(json.loads(out.splitlines()[-1]))) == (2, "", "parquet_file")


def test_an_empty_file_gives_an_empty_file(tmp_path: Path) -> None:
    source, output = written(tmp_path / "in.parquet", []), tmp_path / "out.parquet"
    code, out, _ = run("--parquet", str(source), "--output", str(output))
    assert (code, parsed(out)) == (0, [{"invoices": 0, "lines": 0, "by_columns": 0, "refused": 0}])
    assert parquet.read_table(output).schema.names[0] == "invoice_id"


@pytest.mark.parametrize(
    "arguments",
    [["-"], ["--lines"], ["yok.parquet"], ["yok.parquet", "--table"], [".", "--output", "x"]],
)
def test_wrong_usage_exits_64(arguments: list[str]) -> None:
    code, out, _ = run("--parquet", *arguments)
    assert (code, out) == (64, b"")


def test_an_output_needs_parquet_and_a_folder(given: Path, tmp_path: Path) -> None:
    assert run(str(given), "--output", "x")[0] == 64
    assert run("--parquet", str(given), "--output", str(tmp_path / "yok" / "out.parquet"))[0] == 64
