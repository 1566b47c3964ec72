"""The database roles: what a transaction may act as, and to whom rights are granted."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Role"]


class Role(StrEnum):
    """The roles that a transaction can take; a login is a member of those it may take.

    ``APP`` is a signed-in user's request and meets its own rows only. ``WORKER`` is background
    work, webhooks, sign-in and administration. ``OWNER`` owns every object and migrates.
    ``READONLY`` is for analysts, who see no personal column, ``AUDITOR`` reads everything.
    """

    OWNER = "platform_owner"
    APP = "platform_app"
    WORKER = "platform_worker"
    READONLY = "platform_readonly"
    AUDITOR = "platform_auditor"
