"""What is sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.ubl.aggregate import Aggregate

if TYPE_CHECKING:
    from platform_db.ubl.elements.references import Country, Period
    from platform_db.ubl.values import Code, Date, Identifier, Measure, Quantity, Text, Time

__all__ = [
    "CommodityClassification",
    "Dimension",
    "Item",
    "ItemIdentification",
    "ItemInstance",
    "ItemProperty",
    "ItemPropertyGroup",
    "ItemPropertyRange",
    "LotIdentification",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension(Aggregate):
    """A measured property."""

    attribute_id: Identifier
    measure: Measure | None = None
    description: tuple[Text, ...] = ()
    minimum_measure: Measure | None = None
    maximum_measure: Measure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemIdentification(Aggregate):
    """One number of an item; `schemeID` says which (KUNYENO, ETIKETNO ...)."""

    id: Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class CommodityClassification(Aggregate):
    """The class of an item."""

    item_classification_code: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPropertyGroup(Aggregate):
    """A group of properties."""

    id: Identifier
    name: Text | None = None
    importance_code: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPropertyRange(Aggregate):
    """From a least to a greatest value."""

    minimum_value: Text | None = None
    maximum_value: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProperty(Aggregate):
    """A named property of an item."""

    id: Identifier | None = None
    name: Text
    name_code: Code | None = None
    test_method: Text | None = None
    value: Text | None = None
    value_quantity: Quantity | None = None
    value_qualifier: tuple[Text, ...] = ()
    importance_code: Code | None = None
    list_value: tuple[Text, ...] = ()
    usability_period: Period | None = None
    item_property_group: tuple[ItemPropertyGroup, ...] = ()
    range_dimension: Dimension | None = None
    item_property_range: ItemPropertyRange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotIdentification(Aggregate):
    """The lot an item is from."""

    lot_number_id: Identifier | None = None
    expiry_date: Date | None = None
    additional_item_property: tuple[ItemProperty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemInstance(Aggregate):
    """One specimen of an item."""

    product_trace_id: Identifier | None = None
    manufacture_date: Date | None = None
    manufacture_time: Time | None = None
    best_before_date: Date | None = None
    registration_id: Identifier | None = None
    serial_id: Identifier | None = None
    additional_item_property: tuple[ItemProperty, ...] = ()
    lot_identification: LotIdentification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Aggregate):
    """A good or a service."""

    description: Text | None = None
    name: Text
    keyword: Text | None = None
    brand_name: Text | None = None
    model_name: Text | None = None
    buyers_item_identification: ItemIdentification | None = None
    sellers_item_identification: ItemIdentification | None = None
    manufacturers_item_identification: ItemIdentification | None = None
    additional_item_identification: tuple[ItemIdentification, ...] = ()
    origin_country: Country | None = None
    commodity_classification: tuple[CommodityClassification, ...] = ()
    item_instance: tuple[ItemInstance, ...] = ()
