"""What ``platform-db report`` refuses before it asks a server."""

from __future__ import annotations

import json

import pytest

from platform_db.cli import app as cli


@pytest.mark.parametrize(
    "month",
    ["2026-13", "2026-00", "2026-1", "2026", "10.2026", "0000-01", "2004-12", "2100-01", "٢٠٢٦-١٠", "2026-10\n"],
)
def test_what_is_no_month_is_wrong_usage(month: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", "kdv", "--month", month]) == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert "YYYY-MM" in err


def test_two_formats_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", "kdv", "--month", "2026-10", "--format", "csv", "--json"]) == 64
    assert "give one of them" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("issuer", "rule"), [("1234567891", "vkn_checksum"), ("10000000148", "tckn_checksum"), ("x", "vkn_format")]
)
def test_an_issuer_that_is_no_tax_number_is_refused(issuer: str, rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", "kdv", "--month", "2026-10", "--issuer", issuer, "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["rule"], error["fields"]) == (rule, ["issuer"])
