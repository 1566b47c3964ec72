"""The root command: what is printed where, and which exit code follows."""

from __future__ import annotations

import json
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
import typer

from platform_db import errors
from platform_db.cli import app as cli
from platform_db.cli.output import Json

if TYPE_CHECKING:
    from collections.abc import Callable

    Install = Callable[[Callable[..., object]], None]

RATE = errors.Violation(
    rule="kdv_rate_legal",
    fields=("lines.0.kdv_rate",),
    message=errors.Message(tr="Bu tarihte böyle bir KDV oranı yok", en="No such KDV rate on this date"),
)
TOTAL = errors.Violation(
    rule="total_is_sum",
    fields=("total", "lines"),
    message=errors.Message(tr="Toplam, satırların toplamı değil", en="The total is not the sum of the lines"),
)


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a function in the place of the only command, ``probe``."""

    def put(command: Callable[..., object]) -> None:
        module = ModuleType("platform_db_probe")
        module.__spec__ = __spec__
        vars(module)["probe"] = command
        monkeypatch.setitem(sys.modules, "platform_db_probe", module)
        monkeypatch.setattr(cli, "_COMMANDS", {"probe": ("platform_db_probe", "probe")})

    return put


def failing(error: BaseException) -> Callable[..., object]:
    def probe(json: Json = False) -> None:  # noqa: ARG001
        raise error

    return probe


def test_a_command_that_returns_ends_with_0(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    def probe(name: str, json: Json = False) -> None:
        typer.echo(f"{name} {json}")

    install(probe)
    assert cli.run(["probe", "--json", "ABC"]) == 0
    assert capsys.readouterr() == ("ABC True\n", "")


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_command_chooses_its_own_exit_code(install: Install, code: int) -> None:
    install(failing(typer.Exit(code)))
    assert cli.run(["probe"]) == code


def test_a_broken_rule_is_told_in_both_languages_and_ends_with_2(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install(failing(errors.RuleViolation(RATE, TOTAL)))
    assert cli.run(["probe"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "kdv_rate_legal (lines.0.kdv_rate)\n  Bu tarihte böyle bir KDV oranı yok\n  No such KDV rate on this date\n"
        "total_is_sum (total, lines)\n  Toplam, satırların toplamı değil\n  The total is not the sum of the lines\n"
    )


def test_with_json_every_broken_rule_is_in_one_document(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install(failing(errors.RuleViolation(RATE, TOTAL)))
    assert cli.run(["probe", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out) == {"error": RATE.as_json(), "errors": [RATE.as_json(), TOTAL.as_json()]}
    assert "böyle" in out
    assert err == ""


def test_another_error_of_ours_ends_with_70_and_its_text(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install(failing(errors.ConfigurationError("set PLATFORM_DB_URL")))
    assert cli.run(["probe"]) == 70
    assert capsys.readouterr() == ("", "Yapılandırma hatası / Configuration error: set PLATFORM_DB_URL\n")


def test_with_json_another_error_of_ours_carries_its_class_and_fields(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install(failing(errors.StaleVersion("users 7 is at version 3", entity="users", fields=("version",))))
    assert cli.run(["probe", "--json"]) == 70
    entry = {
        "type": "StaleVersion",
        "fields": ["version"],
        "message": {
            "tr": "Kayıtlı bilgiyle çelişiyor: users 7 is at version 3",
            "en": "In conflict with what is stored: users 7 is at version 3",
        },
    }
    assert json.loads(capsys.readouterr().out) == {"error": entry, "errors": [entry]}


def test_an_unexpected_failure_ends_with_70_and_quotes_no_value(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install(failing(ValueError("Key (email)=(ayse@example.com) already exists")))
    assert cli.run(["probe", "--json"]) == 70
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["type"] == "ValueError"
    assert err.endswith("Beklenmeyen hata / Unexpected failure: ValueError\n")
    assert "raise error" in err
    assert "ayse" not in out + err


@pytest.mark.parametrize(
    "arguments", [[], ["no-such-command"], ["probe", "--no-such-option"], ["probe", "surplus"], ["--no-such-option"]]
)
def test_wrong_usage_ends_with_64(install: Install, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    install(failing(AssertionError("never called")))
    assert cli.run(arguments) == 64
    out, err = capsys.readouterr()
    assert "platform-db" in out + err


def test_wrong_usage_with_json_is_a_document(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install(failing(AssertionError("never called")))
    assert cli.run(["probe", "--json", "--no-such-option"]) == 64
    assert json.loads(capsys.readouterr().out)["error"]["message"]["en"].startswith("Wrong usage: No such option")


def test_a_reader_that_goes_away_is_not_a_documented_code(install: Install) -> None:
    install(failing(BrokenPipeError(32, "Broken pipe")))
    assert cli.run(["probe"]) == 141


def test_ctrl_c_ends_with_130(install: Install) -> None:
    install(failing(KeyboardInterrupt()))
    assert cli.run(["probe"]) == 130


def test_a_family_of_commands_is_a_typer_of_its_own(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    family = typer.Typer()

    @family.command()
    def up() -> None:
        typer.echo("migrated")

    install(family)
    assert cli.run(["probe", "up"]) == 0
    assert capsys.readouterr().out == "migrated\n"


def test_commands_are_imported_only_when_asked_for() -> None:
    program = (
        "import sys; from platform_db.cli.app import run; code = run(['--version']);"
        "print(code, [m for m in sys.modules if m.startswith(('asyncpg', 'sqlalchemy', 'pydantic_settings'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "platform-db 0.1.0\n0 []\n"


def test_an_argument_that_is_no_text_is_told_in_json(
    install: Install, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    install(failing(errors.PlatformError("no table \udcff")))
    assert cli.run(["probe", "--json"]) == 70
    assert b"no table \\udcff" in capfdbinary.readouterr().out
