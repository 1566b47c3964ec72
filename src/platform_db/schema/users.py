"""The table of users: each row belongs to the user it is about."""

from __future__ import annotations

from platform_db.domain.rules import Message
from platform_db.domain.users import User
from platform_db.schema.metadata import index, table, unique
from platform_db.schema.roles import Role

__all__ = ["PERSONAL", "PROFILE", "users"]

PERSONAL = frozenset({"email", "phone", "full_name", "company_name", "tax_number", "tax_office", "address", "metadata"})
"""Columns that may name a person; the audit log keeps commitments to their values."""

PROFILE = (
    "phone",
    "password_hash",
    "full_name",
    "company_name",
    "tax_number",
    "tax_number_kind",
    "tax_office",
    "address",
    "locale",
    "timezone",
    "metadata",
    "consents",
)
"""The columns that users change of themselves."""

users = table(
    User,
    unique(
        "phone",
        message=Message(
            "Bu telefon numarası başka bir hesapta kayıtlı", "This phone number belongs to another account"
        ),
    ),
    index(
        "uq_users_email",
        "lower(email)",
        unique=True,
        serves="Signing in: the user of an e-mail address, without regard to ASCII case; one account for each.",
        message=Message("Bu e-posta adresiyle bir hesap var", "There is an account with this e-mail address"),
    ),
    index(
        "gin_users_metadata",
        "metadata",
        using="gin",
        where="metadata IS NOT NULL",
        serves="Users whose preferences contain a given object: metadata @> ….",
    ),
    index("idx_users_created_at", "created_at DESC", "id DESC", serves="A page of all users, newest first."),
    index(
        "idx_users_last_login",
        "last_login_at",
        where="last_login_at IS NOT NULL",
        serves="Users who signed in since an instant.",
    ),
    index(
        "idx_users_locked_until",
        "locked_until",
        where="locked_until IS NOT NULL",
        serves="Accounts that are locked, or whose lock has run out.",
    ),
    index("idx_users_role_status", "role", "status", serves="Users of a role in a status, and their count."),
    index("idx_users_status", "status", serves="Users in a status; deleted ones due for anonymising."),
    index(
        "idx_users_tax_number",
        "tax_number",
        where="tax_number IS NOT NULL",
        serves="The accounts of a VKN or TCKN.",
    ),
    owner="id",
    personal=PERSONAL,
    grants={
        Role.APP: {"SELECT": None, "UPDATE": PROFILE},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)
