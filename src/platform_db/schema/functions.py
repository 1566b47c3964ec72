"""Every function of the schema, in the order of creation; each stands in ``routines/<name>.sql``.

What the domain knows already is not typed there again: ``{{name}}`` is a placeholder.
"""

from __future__ import annotations

import re
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from platform_db.domain.network import NETWORK_PREFIX, PRODUCT
from platform_db.schema.routines_billing import BILLING_PLACEHOLDERS, BILLING_ROUTINES
from platform_db.schema.routines_engineering import ENGINEERING_PLACEHOLDERS, ENGINEERING_ROUTINES
from platform_db.schema.routines_identity import IDENTITY_ROUTINES
from platform_db.schema.routines_licensing import LICENSING_ROUTINES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BEFORE_TABLES", "ROUTINES", "routine_sql"]

BEFORE_TABLES: Final = ("audit_chain_of_transaction",)
"""Functions that a column's default calls."""

ROUTINES: Final = (
    *BEFORE_TABLES,
    "set_updated_at_and_version",
    "forbid_change",
    "refuse_change",
    "canonical_json",
    "compute_json_hash",
    "compute_audit_chain_hash",
    "guard_personal_data",
    "record_row_change",
    "create_enterprise_audit_partitions",
    *IDENTITY_ROUTINES,
    *BILLING_ROUTINES,
    *ENGINEERING_ROUTINES,
    *LICENSING_ROUTINES,
    "refresh_system_performance_summary",
)

_PLACEHOLDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **BILLING_PLACEHOLDERS,
        **ENGINEERING_PLACEHOLDERS,
        "product": "'^" + PRODUCT.replace("'", "''") + "'",
        "ipv4_prefix": str(NETWORK_PREFIX[4]),
        "ipv6_prefix": str(NETWORK_PREFIX[6]),
    },
)
_PLACEHOLDER: Final = re.compile(r"\{\{(\w+)\}\}")


def routine_sql(name: str) -> str:
    """The CREATE OR REPLACE FUNCTION statement of ``routines/<name>.sql``, placeholders filled.

    Raises
    ------
    KeyError
        The file names a placeholder that does not exist.
    """
    text = (
        resources.files("platform_db.schema").joinpath("routines").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    )
    return _PLACEHOLDER.sub(lambda match: _PLACEHOLDERS[match.group(1)], text)
