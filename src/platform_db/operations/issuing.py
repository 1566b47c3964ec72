"""Issuing an invoice from a document, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from platform_db.database.identity import LARGEST_ID
from platform_db.domain.invoices.draft import document_paths
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.series import InvoiceSeries, NewSeries
from platform_db.domain.refusals import IdentityError
from platform_db.domain.users import NewUser, UserRole
from platform_db.errors import AlreadyExists, Message, NotFound, RuleViolation, Violation

if TYPE_CHECKING:
    from platform_db.domain.invoices.issue_document import IssueDocument
    from platform_db.domain.users import User
    from platform_db.repositories.work import Work

__all__ = ["SYSTEM_EMAIL", "issue_from", "owner_of"]

SYSTEM_EMAIL: Final = "system@platform-db.internal"
"""The account that owns invoices of no user; ``.internal`` is reserved and never reached by mail."""

_USER_KNOWN: Final = Violation(
    rule="user_known",
    fields=("user",),
    message=Message("Böyle bir kullanıcı yok", "There is no such user"),
)
_PATHS: Final = {"fiscal_year": "issue_date", "last_issue_date": "issue_date", "last_sequence": "series"}
"""Where a document says what a series has as columns."""


async def issue_from(work: Work, document: IssueDocument, user: str | None) -> Invoice:
    """Store a document as a draft of ``user`` (an id, an e-mail address, or None for the platform's own) and issue it.

    The series is opened for the fiscal year where it is missing. All inside ``work``, as
    background work: after an error nothing of it is stored, the series neither.

    Raises
    ------
    RuleViolation
        The document, the user or what the database knows (law, series) refuses it.
    StillReferenced
        A licence, order or product that it names does not exist, or belongs to another user.
    """
    owner = await owner_of(work, user)
    wanted = {"series": document.series, "fiscal_year": document.document.issue_date.year}
    try:
        await work.invoices.ensure_series(NewSeries.parse(wanted))
        draft = await work.invoices.draft(document.draft(owner.id))
        return await work.invoices.issue(draft, document.series)
    except RuleViolation as refused:
        at_document = tuple(map(_at_document, refused.violations))
    raise RuleViolation(*at_document)


async def owner_of(work: Work, user: str | None) -> User:
    """The user of this id or e-mail address; without one the platform's own, registered when it is first needed.

    Raises
    ------
    RuleViolation
        There is no such user.
    """
    if user is None:
        return await _system_user(work)
    try:
        if user.isascii() and user.isdecimal():
            if not 0 < int(user) <= LARGEST_ID:
                raise RuleViolation(_USER_KNOWN)
            return await work.users.get(int(user))
        return await work.users.by_email(user)
    except (NotFound, IdentityError):
        raise RuleViolation(_USER_KNOWN) from None


async def _system_user(work: Work) -> User:
    try:
        return await work.users.by_email(SYSTEM_EMAIL)
    except NotFound:
        pass
    try:
        async with work.savepoint():
            return await work.users.register(
                NewUser(email=SYSTEM_EMAIL, full_name="platform_db", role=UserRole.SYSTEM),
            )
    except AlreadyExists:
        # Another process was faster; it has committed, or we would have waited.
        return await work.users.by_email(SYSTEM_EMAIL)


def _at_document(violation: Violation) -> Violation:
    """The violation at the document's paths, where the database or a series speaks of columns."""
    if violation.entity == InvoiceSeries.entity:
        return replace(violation, fields=tuple(dict.fromkeys(_PATHS.get(field, field) for field in violation.fields)))
    return document_paths(violation) if violation.entity == Invoice.entity else violation
