"""Every command says in its help how it exits."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from platform_db.cli import app as cli

COMMANDS = [
    [],
    ["demo"],
    ["migrate"],
    *(["migrate", name] for name in ("up", "down", "status", "sql")),
    ["seed"],
    ["invoice"],
    *(["invoice", name] for name in ("calculate", "issue", "print", "export", "import")),
    ["server"],
    *(["server", name] for name in ("start", "stop", "status", "url")),
    ["rates"],
    ["rates", "show"],
    ["report"],
    *(["report", name] for name in ("kdv", "ledger")),
    ["monitor"],
    ["preflight"],
    ["health"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_help_of_every_command_states_its_exit_codes(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*command, "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert told.count("Exit codes: 0 ") == 1
    assert told.count("64 wrong usage; 70 failure") == 1


def test_preflight_tells_what_could_not_be_judged_from_what_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["preflight", "--help"]) == 0
    assert "1 a critical one is broken or could not be judged" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", [["invoice"], ["invoice", "calculate"], ["invoice", "print"]], ids=" ".join)
def test_help_is_printed_whatever_the_locale(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "platform_db", *command, "--help"],
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Exit codes: 0 " in done.stdout
