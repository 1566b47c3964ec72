"""Rights as one line of text."""

from __future__ import annotations

from typing import Final

__all__ = ["rights"]

_RIGHTS: Final = """(
    SELECT string_agg(format('%s:%s%s', coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type,
        CASE WHEN is_grantable THEN '*' END), ' ' ORDER BY grantee = 0, grantee::regrole::text, privilege_type)
    FROM aclexplode({acl})
)"""


def rights(column: str, kind: str, owner: str) -> str:
    """SQL for the rights in a form that does not tell a right never granted from one revoked.

    ``kind`` is the object's, in the letters of ``acldefault``.
    """
    return _RIGHTS.format(acl=f"coalesce({column}, acldefault('{kind}', {owner}))")
