"""``invoice export`` and ``invoice import``, as far as they go without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.cli import app as cli
from platform_db.cli.output import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

USAGES = (
    ["invoice", "export"],
    ["invoice", "export", "1", "--number", "ABC2026000000001"],
    ["invoice", "export", "one"],
    ["invoice", "import"],
    ["invoice", "import", "-", "--user", "1"],
    ["invoice", "import", "no such file.xml"],
)


@pytest.mark.parametrize("arguments", USAGES, ids=" ".join)
def test_wrong_usage_is_told_apart(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == ExitCode.USAGE
    assert capsys.readouterr().out == ""


def test_a_file_that_is_refused_is_named_and_asks_no_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given no server that could be asked
    monkeypatch.setenv("PLATFORM_DB_URL", "postgresql://nobody@127.0.0.1:1/none")
    file = tmp_path / "fatura.xml"
    file.write_bytes(b"<Invoice/>")
    # when it is imported, as a draft or not
    for arguments in (["invoice", "import", str(file)], ["invoice", "import", str(file), "--draft"]):
        assert cli.run(arguments) == ExitCode.REFUSED
        told = capsys.readouterr()
        # then the file and the rule are told, in both languages
        assert told.out == ""
        assert told.err.splitlines()[:2] == [str(file), "ubl_root ()"]
        assert "UBL 2 faturası" in told.err
        assert "no UBL 2 invoice" in told.err
