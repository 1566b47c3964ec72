"""Products: a hundred of each of 1000 vendors in 200 categories; four in five are on sale, one in fifty is gone."""

from __future__ import annotations

from typing import Final

from platform_db.domain.products import ProductStatus
from platform_db.repositories.products import ProductFilter
from tests.plans.evidence import OWNER, Evidence, Fill

_CREATED: Final = "(now() - (100001 - i) * interval '15 minutes')"
_TURN: Final = "i / 1000"
"""0 is a vendor's oldest product, 99 the newest."""

FILL: Final = Fill(
    {
        "id": "i",
        "sku": "'STK-' || i",
        "vendor_id": "i % 1000 + 1",
        "created_by_user_id": "i % 1000 + 1",
        "updated_by_user_id": "i * 7 % 1000 + 1",
        "category": "'Kategori ' || i % 200",
        "tags": "ARRAY['marka-' || i % 500, (ARRAY['freze', 'matkap', 'torna'])[1 + i % 3]]",
        "status": (
            f"CASE WHEN {_TURN} = 99 THEN 'draft' WHEN {_TURN} = 98 THEN 'pending' WHEN {_TURN} = 97 THEN 'in_transit'"
            f" WHEN {_TURN} % 10 = 3 THEN 'sold' WHEN {_TURN} % 10 = 4 THEN 'inactive' ELSE 'available' END"
            "::product_status"
        ),
        "deleted_at": f"CASE WHEN i % 50 = 0 THEN {_CREATED} END",
        "created_at": _CREATED,
        "updated_at": _CREATED,
    },
)

_PENDING: Final = ProductFilter(status=ProductStatus.PENDING)
_OF_VENDOR: Final = ProductFilter(vendor_id=OWNER, status=ProductStatus.PENDING)

EVIDENCE: Final = {
    "gin_products_tags": (
        Evidence(
            "products.page(tags)",
            lambda work: work.products.page(ProductFilter(tags=frozenset({"marka-77", "freze"}))),
            as_user=True,
        ),
    ),
    "idx_products_category": (
        Evidence(
            "products.page(category)",
            lambda work: work.products.page(ProductFilter(category="Kategori 77")),
            as_user=True,
        ),
    ),
    "idx_products_created_by_user_id": (
        Evidence(
            "products.page(created_by_user_id)",
            lambda work: work.products.page(ProductFilter(created_by_user_id=OWNER)),
        ),
    ),
    "idx_products_status_created": (
        Evidence("products.oldest(status)", lambda work: work.products.oldest(_PENDING)),
        Evidence("products.page(status)", lambda work: work.products.page(_PENDING)),
    ),
    "idx_products_updated_by_user_id": (
        Evidence(
            "products.page(updated_by_user_id)",
            lambda work: work.products.page(ProductFilter(updated_by_user_id=OWNER)),
        ),
    ),
    "idx_products_vendor_status_created": (
        Evidence("products.oldest(vendor_id, status)", lambda work: work.products.oldest(_OF_VENDOR), as_user=True),
        Evidence("products.page(vendor_id)", lambda work: work.products.page(ProductFilter(vendor_id=OWNER))),
    ),
}
