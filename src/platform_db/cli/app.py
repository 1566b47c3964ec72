"""The root of ``platform-db``: finds a command, runs it, turns its outcome into text and an exit code."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from platform_db import __version__, errors
from platform_db.cli.output import ExitCode, error_document, error_text, exit_codes, failure_document, print_json

__all__ = ["main", "run"]

# Each command is the attribute of this name in the module beside it: a typer.Typer for a family of commands, a plain
# function for one. A module is imported only when its command, or the list of all, is asked for.
_COMMANDS = {
    "demo": ("platform_db.cli.demo", "demo"),
    "migrate": ("platform_db.cli.migrate", "app"),
    "seed": ("platform_db.cli.seed", "seed"),
    "invoice": ("platform_db.cli.invoice", "app"),
    "rates": ("platform_db.cli.rates", "app"),
    "report": ("platform_db.cli.report", "app"),
    "server": ("platform_db.cli.server", "app"),
    "verify": ("platform_db.cli.verify", "verify"),
    "preflight": ("platform_db.cli.preflight", "preflight"),
    "monitor": ("platform_db.cli.monitor", "monitor"),
    "retain": ("platform_db.cli.retain", "retain"),
    "health": ("platform_db.cli.health", "health"),
}

_WRONG_USAGE = errors.Message(tr="Yanlış kullanım", en="Wrong usage")
_UNEXPECTED = errors.Message(tr="Beklenmeyen hata", en="Unexpected failure")


class _LazyGroup(TyperGroup):
    """Commands that are imported when they are needed."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 (the signature is Typer's)
        return [name for name, (module, _) in _COMMANDS.items() if find_spec(module) is not None]

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module, attribute = _COMMANDS[cmd_name]
        target = getattr(import_module(module), attribute)
        if isinstance(target, typer.Typer):
            command = typer.main.get_group(target)
            command.name = cmd_name
            return command
        single = typer.Typer(add_completion=False, rich_markup_mode="markdown")
        single.command(cmd_name)(target)
        command = typer.main.get_command(single)
        return command if isinstance(command, TyperCommand) else None


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"platform-db {__version__}")
        raise typer.Exit


_root = typer.Typer(
    name="platform-db",
    cls=_LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    epilog=exit_codes("0 done", "1 to 3 as each command says, 2 being a broken rule"),
)


@_root.callback()
def _platform_db(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Invoices, payments and their rules, from a file to a constrained row."""


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; nothing is raised, everything is printed.

    A command ends well by returning, ends with a documented code by ``typer.Exit`` or by returning it, and
    refuses by raising a ``PlatformError``, which ends as 2 (``RuleViolation``) or 70. With ``--json`` anywhere
    among the arguments errors are one JSON line on standard output, otherwise text on standard error.
    """
    as_json = "--json" in arguments
    try:
        outcome: object = typer.main.get_command(_root).main(arguments, prog_name="platform-db", standalone_mode=False)
    except errors.PlatformError as error:
        _report(error, as_json=as_json)
        return ExitCode.REFUSED if isinstance(error, errors.RuleViolation) else ExitCode.UNEXPECTED
    except typer.TyperException as error:
        _report_usage(error, as_json=as_json)
        return ExitCode.USAGE
    except (typer.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except SystemExit as error:
        # Typer answers a closed pipe with 1, which belongs to the commands.
        return ExitCode.READER_GONE if isinstance(error.__context__, BrokenPipeError) else _code(error.code)
    except Exception as error:  # noqa: BLE001 (the last place that can tell the caller)
        _report_unexpected(error, as_json=as_json)
        return ExitCode.UNEXPECTED
    return _code(outcome)


def main() -> NoReturn:
    """Run the process's own command line; the entry point of ``platform-db``."""
    # Help has Turkish words, which a locale of C would refuse; what commands print is UTF-8 of its own accord.
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if callable(reconfigure):
        reconfigure(errors="backslashreplace")
    sys.exit(int(run(sys.argv[1:])))


def _code(outcome: object) -> int:
    return outcome if isinstance(outcome, int) else ExitCode.OK


def _report(error: errors.PlatformError, *, as_json: bool) -> None:
    if as_json:
        print_json(error_document(error))
    else:
        typer.echo(error_text(error), err=True)


def _report_usage(error: typer.TyperException, *, as_json: bool) -> None:
    if as_json:
        print_json(failure_document("UsageError", _WRONG_USAGE, error.format_message()))
        return
    show = getattr(error, "show", None)  # Typer's usage errors print the usage line; the rest have a message only
    if callable(show):
        show()
    else:
        typer.echo(f"Error: {error.format_message()}", err=True)


def _report_unexpected(error: Exception, *, as_json: bool) -> None:
    """Say where it happened, never the error's own text: a driver's error quotes stored values."""
    kind = type(error).__qualname__
    typer.echo("".join(traceback.format_tb(error.__traceback__)), err=True, nl=False)
    typer.echo(f"{_UNEXPECTED}: {kind}", err=True)
    if as_json:
        print_json(failure_document(kind, _UNEXPECTED, kind))
