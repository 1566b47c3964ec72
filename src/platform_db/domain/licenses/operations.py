"""What may become of a licence: decisions over frozen values, before any statement.

Each function gives the columns that the operation writes, none where the licence is so
already, or refuses under the name that the database would refuse by.
"""

from __future__ import annotations

from collections.abc import Mapping

from platform_db.domain.columns import differing
from platform_db.domain.licenses.inputs import ASSIGNED, assigned_columns
from platform_db.domain.licenses.license import License
from platform_db.domain.licenses.states import LicenseStatus
from platform_db.domain.licenses.terms import end_of_next_period, months_later

__all__ = ["cancelled", "ending", "extended", "next_period", "renewing", "reseated", "resumed", "suspended"]


def extended(license_: License, months: int) -> dict[str, object]:
    """Append calendar months of Istanbul to the present end.

    Raises
    ------
    RuleViolation
        It expired or was cancelled (``ck_licenses_ended_is_final``); ``months_range``; the new
        end is beyond the year 2099 (``ck_licenses_ends_at_finite``).
    """
    return license_.checked({"ends_at": months_later(license_.ends_at, months)})


def cancelled(license_: License, reason: str) -> dict[str, object]:
    """End it for good; the database stamps when.

    Raises
    ------
    RuleViolation
        It expired or was cancelled already (``ck_licenses_transition_allowed``,
        ``ck_licenses_ended_is_final``); the reason is empty or too long.
    """
    changes = {"status": LicenseStatus.CANCELLED, "cancellation_reason": reason, "auto_renew": False}
    # Any instant will do to judge the rest: the moment itself is the database's.
    judged = license_.checked({**changes, "cancelled_at": license_.created_at})
    return {name: judged[name] for name in changes}


def suspended(license_: License) -> dict[str, object]:
    """Stop it for a while; its period runs on.

    Raises
    ------
    RuleViolation
        It expired or was cancelled (``ck_licenses_transition_allowed``).
    """
    return _differing(license_, {"status": LicenseStatus.SUSPENDED})


def resumed(license_: License) -> dict[str, object]:
    """Let a suspended licence run again.

    Raises
    ------
    RuleViolation
        It expired or was cancelled (``ck_licenses_transition_allowed``).
    """
    return _differing(license_, {"status": LicenseStatus.ACTIVE})


def reseated(license_: License, seats: int) -> dict[str, object]:
    """Give it another number of seats.

    Raises
    ------
    RuleViolation
        Fewer than are taken (``ck_licenses_seats_used_within_seats``), or none at all
        (``ck_licenses_seats_positive``); it expired or was cancelled (``ck_licenses_ended_is_final``).
    """
    return _differing(license_, {"seats": seats})


def renewing(license_: License) -> dict[str, object]:
    """Let it be renewed ahead of its end.

    Raises
    ------
    RuleViolation
        It expired or was cancelled (``ck_licenses_ended_is_final``).
    """
    return _differing(license_, {"auto_renew": True})


def ending(license_: License) -> dict[str, object]:
    """Let it end at its end."""
    return _differing(license_, {"auto_renew": False})


def next_period(license_: License) -> Mapping[str, object]:
    """The licence that follows this one: the same terms, adjoining, as long as it.

    Raises
    ------
    RuleViolation
        It would end beyond the year 2099 (``ck_licenses_ends_at_finite``).
    """
    terms = {name: getattr(license_, name) for name in ASSIGNED}
    end = end_of_next_period(license_.starts_at, license_.ends_at)
    return assigned_columns({**terms, "starts_at": license_.ends_at, "ends_at": end})


def _differing(license_: License, changes: dict[str, object]) -> dict[str, object]:
    return differing(license_, license_.checked(changes))
