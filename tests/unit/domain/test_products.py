"""What may become of a product, and why its pieces are not given out."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product as pairs

import pytest

from platform_db.domain.products import PRODUCT_STATES, Product, ProductStatus
from platform_db.domain.products.operations import moved, refusal_of_taking
from platform_db.errors import RuleViolation

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)

ADMITTED = {
    "draft": {"pending"},
    "pending": {"approved", "rejected", "draft"},
    "rejected": {"draft", "pending"},
    "approved": {"in_transit", "available"},
    "in_transit": {"verified", "rejected"},
    "verified": {"available", "inactive"},
    "available": {"sold", "inactive"},
    "sold": {"available", "inactive"},
    "inactive": {"available", "draft"},
}


def product(**other: object) -> Product:
    row = {"id": 1, "sku": "FREZE-6", "name": "Parmak freze", "created_at": AT, "updated_at": AT}
    return Product.parse({**row, "status": "available", "sale_price_cents": 45000, "stock_quantity": 3, **other})


@pytest.mark.parametrize(("old", "new"), list(pairs(ProductStatus, ProductStatus)))
def test_a_status_follows_only_from_those_that_admit_it(old: ProductStatus, new: ProductStatus) -> None:
    if new.value in ADMITTED[old.value]:
        assert moved(product(status=old), new) == {"status": new}
        return
    with pytest.raises(RuleViolation) as refused:
        moved(product(status=old), new)
    assert [broken.rule for broken in refused.value.violations] == ["ck_products_transition_allowed"]


def test_nothing_comes_on_sale_past_its_review() -> None:
    """Every way from a draft to the sale leads over an approval."""
    reached = {ProductStatus.DRAFT}
    while True:
        onward = {new for old in reached - {ProductStatus.APPROVED} for new in PRODUCT_STATES.onward[old]} | reached
        if onward == reached:
            break
        reached = onward

    assert ProductStatus.AVAILABLE not in reached


def test_a_product_without_a_price_is_not_put_on_sale() -> None:
    for price, rule in ((None, "on_sale_has_price"), (0, "available_has_price")):
        with pytest.raises(RuleViolation) as refused:
            moved(product(status=ProductStatus.VERIFIED, sale_price_cents=price), ProductStatus.AVAILABLE)
        assert refused.value.rule == f"ck_products_{rule}"


def test_a_removed_product_keeps_its_status() -> None:
    with pytest.raises(RuleViolation) as refused:
        moved(product(deleted_at=AT), ProductStatus.SOLD)

    assert refused.value.rule == "ck_products_removed_keeps_status"


@pytest.mark.parametrize(
    ("changes", "quantity", "rules"),
    [
        ({}, 3, None),
        ({}, 4, ["ck_products_stock_quantity_non_negative"]),
        ({"status": ProductStatus.SOLD}, 1, ["products_on_sale"]),
        ({"deleted_at": AT}, 9, ["products_on_sale", "ck_products_stock_quantity_non_negative"]),
    ],
)
def test_pieces_are_given_out_of_what_is_on_sale_and_there(
    changes: dict[str, object], quantity: int, rules: list[str] | None
) -> None:
    refused = refusal_of_taking(product(**changes), quantity)

    assert (refused and [broken.rule for broken in refused.violations]) == rules
