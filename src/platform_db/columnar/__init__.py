"""The calculation of invoices over columns: Arrow in, Arrow out, NumPy inside.

For runs over many invoices (month end, a new release against old figures). Needs the
``bulk`` extra.
"""

from __future__ import annotations

from importlib.util import find_spec

from platform_db.errors import ConfigurationError

if find_spec("numpy") is None or find_spec("pyarrow") is None:
    _EXTRA = "calculation over columns needs the bulk extra: pip install 'platform_db[bulk]'"
    raise ConfigurationError(_EXTRA)

from platform_db.columnar.batch import calculate_batch
from platform_db.columnar.parquet import read_invoices, whole_invoices
from platform_db.columnar.schema import COLUMNS, Column, result_schema

__all__ = ["COLUMNS", "Column", "calculate_batch", "read_invoices", "result_schema", "whole_invoices"]
