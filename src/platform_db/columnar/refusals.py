"""What can be wrong with columns that cannot be wrong with a document."""

from __future__ import annotations

from typing import Final

from platform_db.domain.invoices.calculation.refusals import FIELD_KNOWN, FIELD_ONCE, FIELD_REQUIRED, Refusal
from platform_db.errors import Message

__all__ = [
    "COLUMN_TYPE",
    "FIELD_KNOWN",
    "FIELD_ONCE",
    "FIELD_REQUIRED",
    "INVOICES_IN_ORDER",
    "ONE_HEAD",
    "PARQUET_FILE",
]

COLUMN_TYPE: Final = Refusal(
    "column_type",
    Message(
        "Sütunun türü uygun değil: tutar, oran ve miktarlar ondalık (decimal) ya da tam sayıdır, kayan noktalı değil; "
        "kodlar metin, tarihler date32 türündedir",
        "The column's type does not fit: amounts, rates and quantities are decimals or integers, never floats; "
        "codes are text, days are date32",
    ),
)
INVOICES_IN_ORDER: Final = Refusal(
    "invoices_in_order",
    Message(
        "Satırlar invoice_id sütununa göre artan sırada olmalıdır (metinler kod noktalarına göre)",
        "The rows must stand in ascending order of invoice_id (texts by their code points)",
    ),
)
ONE_HEAD: Final = Refusal(
    "document_columns_agree",
    Message(
        "Bir faturanın bütün satırları belge sütunlarında aynı değeri taşımalıdır",
        "All rows of one invoice must hold the same values in the columns of the document",
    ),
)
PARQUET_FILE: Final = Refusal(
    "parquet_file",
    Message("Girdi, bozulmamış bir Parquet dosyası olmalıdır", "The input must be an undamaged Parquet file"),
)
