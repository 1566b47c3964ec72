"""What a caller gives to list a product, or to change one."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field, StrictInt, StrictStr

from platform_db.domain.catalogue import NewRow
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel
from platform_db.domain.money import Amount, Currency, Lira
from platform_db.domain.products.product import Product, ProductStatus

__all__ = ["NewProduct", "ProductChanges"]


class NewProduct(NewRow):
    """A product to list. Prices are in units of ``currency`` (lira, not kuruş), of one piece, without KDV.

    It begins as a draft; one that comes from another system may come in any state.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``products`` is broken; ``violations`` has every one.

    Examples
    --------
    >>> mill = NewProduct(sku="FREZE-6", name="Parmak freze 6 mm", sale_price="450.00", tags=("freze",))
    >>> mill.status, mill.columns["sale_price_cents"], mill.columns["kdv_rate"]
    (<ProductStatus.DRAFT: 'draft'>, 45000, Decimal('20'))
    """

    entity = "products"
    of = Product

    sku: StrictStr
    name: StrictStr
    description: StrictStr | None = None
    category: StrictStr | None = None
    status: ProductStatus = ProductStatus.DRAFT
    currency: Currency = Currency.TRY
    sale_price: Lira | None = None
    cost_price: Lira | None = None
    commission: Lira | None = None
    kdv_rate: Decimal = Decimal(20)
    weight_kg: Decimal | None = None
    dimensions: JsonObject | None = None
    tags: tuple[StrictStr, ...] = ()
    stock_quantity: StrictInt = 0
    vendor_id: StrictInt | None = None
    created_by_user_id: StrictInt | None = None
    updated_by_user_id: StrictInt | None = None


class ProductChanges(InputModel):
    """Changes to a product: only what is given is changed, and None is a value.

    Prices are in units of the product's currency. Its status and its stock are not among
    them: what may become of these the operations say.

    >>> ProductChanges(description=None).model_fields_set
    {'description'}
    """

    entity = "products"

    sku: StrictStr = ""
    name: StrictStr = ""
    description: StrictStr | None = None
    category: StrictStr | None = None
    currency: Currency = Currency.TRY
    sale_price: Amount | None = None
    cost_price: Amount | None = None
    commission: Amount | None = None
    kdv_rate: Decimal = Decimal(20)
    weight_kg: Decimal | None = None
    dimensions: JsonObject | None = None
    tags: tuple[StrictStr, ...] = Field(default=())
    vendor_id: StrictInt | None = None
    updated_by_user_id: StrictInt | None = None
