"""What the command prints, in text for a person and in JSON for a program, and how it exits."""

from __future__ import annotations

import json
from enum import IntEnum
from typing import Annotated

import typer

from platform_db import errors

__all__ = ["ExitCode", "Json", "error_document", "error_text", "exit_codes", "failure_document", "print_json"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON; the last line of standard output is the result.")]
"""The option every command takes: ``def demo(json: Json = False)``."""


class ExitCode(IntEnum):
    """What the process answers. 0 to 3 mean only what a command documents; these hold for every command."""

    OK = 0
    REFUSED = 2
    USAGE = 64
    UNEXPECTED = 70
    INTERRUPTED = 130
    READER_GONE = 141


def exit_codes(*own: str) -> str:
    """What a command's help says at its end: its own codes, then those of every command."""
    shared = (f"{ExitCode.USAGE.value} wrong usage", f"{ExitCode.UNEXPECTED.value} failure")
    return f"Exit codes: {'; '.join((*own, *shared))}."


_KINDS: dict[type[errors.PlatformError], errors.Message] = {
    errors.Conflict: errors.Message(tr="Kayıtlı bilgiyle çelişiyor", en="In conflict with what is stored"),
    errors.NotFound: errors.Message(tr="Bulunamadı", en="Not found"),
    errors.NotAllowed: errors.Message(tr="İzin verilmedi", en="Not allowed"),
    errors.Transient: errors.Message(tr="Geçici hata, yeniden deneyin", en="Transient, try again"),
    errors.StatementTimeout: errors.Message(tr="İfade süresini aştı", en="A statement ran too long"),
    errors.CommitInDoubt: errors.Message(
        tr="Kaydedilip kaydedilmediği bilinmiyor", en="Whether it was stored is not known"
    ),
    errors.InvalidRow: errors.Message(tr="Kayıtlı bir satır kurala uymuyor", en="A stored row breaks a rule"),
    errors.ConfigurationError: errors.Message(tr="Yapılandırma hatası", en="Configuration error"),
    errors.PlatformError: errors.Message(tr="Hata", en="Error"),
}


def _kind(error: errors.PlatformError) -> errors.Message:
    return next(_KINDS[ancestor] for ancestor in type(error).__mro__ if ancestor in _KINDS)


def error_document(error: errors.PlatformError) -> dict[str, object]:
    """The error as JSON: ``error`` is the first broken rule, ``errors`` all of them (TURKISH_RULES §6).

    An error that is no broken rule has its class as ``type`` in place of ``rule``.
    """
    if isinstance(error, errors.RuleViolation):
        return {"error": error.first.as_json(), "errors": [violation.as_json() for violation in error.violations]}
    fields: tuple[str, ...] = getattr(error, "fields", ())
    return failure_document(type(error).__name__, _kind(error), error.message, fields)


def failure_document(kind: str, title: errors.Message, detail: str, fields: tuple[str, ...] = ()) -> dict[str, object]:
    """A failure that is no broken rule, in the form of :func:`error_document`."""
    message = {"tr": f"{title.tr}: {detail}", "en": f"{title.en}: {detail}"}
    entry: dict[str, object] = {"type": kind, "fields": list(fields), "message": message}
    return {"error": entry, "errors": [entry]}


def error_text(error: errors.PlatformError) -> str:
    """The error for a person: one broken rule a paragraph, Turkish first."""
    if isinstance(error, errors.RuleViolation):
        return "\n".join(
            f"{violation.rule} ({', '.join(violation.fields)})\n  {violation.message.tr}\n  {violation.message.en}"
            for violation in error.violations
        )
    return f"{_kind(error)}: {error.message}"


def print_json(document: object) -> None:
    """Print one JSON document on one line, UTF-8 whatever the locale says."""
    # An argument of undecodable bytes may stand in what is told.
    typer.echo(json.dumps(document, ensure_ascii=False).encode(errors="backslashreplace"))
