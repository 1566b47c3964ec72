"""Every table that the package gives rows to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from platform_db.domain.law import exemptions, rates, withholding
from platform_db.operations.reference_data.configuration import BASELINES, SETTINGS
from platform_db.operations.reference_data.reference import Reference
from platform_db.operations.reference_data.workshop import MACHINES, MATERIALS, TOOLS
from platform_db.schema.enterprise_config import enterprise_config
from platform_db.schema.enterprise_performance_baseline import enterprise_performance_baseline
from platform_db.schema.law_tables import exemption_codes, kdv_rates, withholding_codes
from platform_db.schema.machines import machines
from platform_db.schema.materials import materials
from platform_db.schema.tools import tools

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed import DataclassInstance

    from platform_db.operations.reference_data.reference import Record

__all__ = ["INSTALLATION", "LAW"]


def _law(rows: Callable[[], Iterable[DataclassInstance]]) -> Callable[[], Iterable[Record]]:
    """The law data, whose fields are the columns."""
    return lambda: (dataclasses.asdict(row) for row in rows())


LAW: Final = (
    Reference(kdv_rates, ("rate_class", "valid_from"), _law(rates.rows), whole=True),
    Reference(withholding_codes, ("code", "valid_from"), _law(withholding.rows), whole=True),
    Reference(exemption_codes, ("code",), _law(exemptions.rows), whole=True),
)
"""The tax law: the tables are the package's, and only platform_owner writes them."""

INSTALLATION: Final = (
    Reference(machines, ("name",), lambda: MACHINES),
    Reference(materials, ("category", "name"), lambda: MATERIALS),
    # Stock moves with every tool that is taken.
    Reference(tools, ("name", "manufacturer"), lambda: TOOLS, moving=frozenset({"quantity_available"})),
    Reference(enterprise_config, ("config_key", "environment"), lambda: SETTINGS),
    # A later measurement is a row of its own; the first ones are only there to compare with.
    Reference(
        enterprise_performance_baseline,
        ("metric_name", "table_name"),
        lambda: BASELINES,
        moving=frozenset(enterprise_performance_baseline.columns.keys()),
    ),
)
"""What an installation makes its own once it is stored."""
