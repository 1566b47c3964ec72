"""Whether the steps of a revision can be run without stopping the application, and run again after a kill."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from platform_db.errors import ConfigurationError
from platform_db.migration.steps import Backfill, Script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from platform_db.migration.steps import Step

__all__ = ["objections", "require_safe"]

_COMMENTS: Final = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_CONCURRENTLY: Final = re.compile(
    r"\b(CREATE\s+(UNIQUE\s+)?INDEX|DROP\s+INDEX|REINDEX\s+\w+|DETACH\s+PARTITION\s+\S+)\s+CONCURRENTLY\b",
    re.IGNORECASE,
)
_NOT_VALID: Final = re.compile(r"\bNOT\s+VALID\b", re.IGNORECASE)
_VALIDATE: Final = re.compile(r"\bVALIDATE\s+CONSTRAINT\b", re.IGNORECASE)
_TRANSACTION: Final = re.compile(r"^\s*(BEGIN|COMMIT|ROLLBACK|START\s+TRANSACTION)\s*;", re.IGNORECASE | re.MULTILINE)


def objections(steps: Sequence[Step]) -> list[str]:
    """What is wrong with the steps of a revision; empty when nothing is.

    At most one of them is unsafe (it runs alone, or holds a heavy lock while it reads a table). A script is the
    whole of its revision. No transaction holds NOT VALID and VALIDATE, nor anything CONCURRENTLY, nor ends itself.
    """
    return list(_objections(steps))


def _objections(steps: Sequence[Step]) -> Iterator[str]:
    if not steps:
        yield "it has no steps"
    unsafe = [step.title for step in steps if step.unsafe]
    if len(unsafe) > 1:
        yield f"{len(unsafe)} of its steps are unsafe, one may be: {'; '.join(unsafe)}"
    scripts = [step for step in steps if isinstance(step, Script)]
    if scripts and len(steps) > 1:
        yield f"`{scripts[0].title}` is not its only step: a script cannot be found half done"
    named = [step.name for step in steps if isinstance(step, Backfill)]
    if len(set(named)) < len(named):
        yield "two backfills have one name"
    together = [statement.sql for step in steps if step.transactional for statement in (*step.up(), *step.undo())]
    texts = [_COMMENTS.sub("", text) for text in together]
    if any(_CONCURRENTLY.search(text) for text in texts):
        yield "CONCURRENTLY stands in a transaction: use CreateIndex"
    if any(_NOT_VALID.search(text) for text in texts) and any(_VALIDATE.search(text) for text in texts):
        yield "NOT VALID and VALIDATE CONSTRAINT stand in one transaction: use AddCheck and Validate"
    if any(_TRANSACTION.search(text) for text in texts):
        yield "a statement begins or ends the transaction, which is the engine's"


def require_safe(revision: str, steps: Sequence[Step]) -> None:
    """Come back if nothing is wrong with the steps.

    Raises
    ------
    ConfigurationError
        Something is; the text says what and in which revision.
    """
    found = objections(steps)
    if found:
        message = f"revision {revision} is not safe to run: {'; '.join(found)}"
        raise ConfigurationError(message)
