"""How a command reads a document: from a file or standard input, never more than fits."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import typer

from platform_db.domain.invoices.calculation.refusals import DOCUMENT_SIZE
from platform_db.errors import RuleViolation

__all__ = ["LARGEST", "STANDARD_INPUT", "opened", "whole"]

STANDARD_INPUT: Final = "-"
LARGEST: Final = 16 * 2**20
"""Bytes of one document; a longer one is refused before it is held in memory."""


@contextmanager
def opened(file: str) -> Generator[BinaryIO]:
    """The bytes of a file, or of standard input for ``-``.

    Raises
    ------
    typer.BadParameter
        The file cannot be opened.
    """
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115 - closed below, after the errors of opening are told apart
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise typer.BadParameter(message) from None
    with source:
        yield source


def whole(text: bytes) -> bytes:
    """The document, if it is not longer than one may be.

    Raises
    ------
    RuleViolation
        It is.
    """
    if len(text) > LARGEST:
        raise RuleViolation(DOCUMENT_SIZE.at())
    return text
