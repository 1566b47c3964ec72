"""How goods travel: shipments, packages, means of transport, customs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.ubl.aggregate import Aggregate

if TYPE_CHECKING:
    from platform_db.ubl.elements.amounts import AllowanceCharge
    from platform_db.ubl.elements.invoice import InvoiceLine
    from platform_db.ubl.elements.items import Dimension, Item
    from platform_db.ubl.elements.references import Address, Contact, DocumentReference, Location, Party, Period, Person
    from platform_db.ubl.values import Amount, Code, Date, Identifier, Indicator, Measure, Quantity, Text, Time

__all__ = [
    "AirTransport",
    "CustomsDeclaration",
    "Delivery",
    "DeliveryTerms",
    "Despatch",
    "GoodsItem",
    "HazardousGoodsTransit",
    "MaritimeTransport",
    "Package",
    "RailTransport",
    "RoadTransport",
    "Shipment",
    "ShipmentStage",
    "Stowage",
    "Temperature",
    "TransportEquipment",
    "TransportHandlingUnit",
    "TransportMeans",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature(Aggregate):
    """A temperature."""

    attribute_id: Identifier
    measure: Measure
    description: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stowage(Aggregate):
    """Where a means of transport is stowed."""

    location_id: Identifier | None = None
    location: tuple[Text, ...] = ()
    measurement_dimension: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AirTransport(Aggregate):
    """An aircraft."""

    aircraft_id: Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTransport(Aggregate):
    """A vehicle on the road."""

    license_plate_id: Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class RailTransport(Aggregate):
    """A train."""

    train_id: Identifier
    rail_car_id: Identifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaritimeTransport(Aggregate):
    """A ship."""

    vessel_id: Identifier | None = None
    vessel_name: Text | None = None
    radio_call_sign_id: Identifier | None = None
    ships_requirements: tuple[Text, ...] = ()
    gross_tonnage_measure: Measure | None = None
    net_tonnage_measure: Measure | None = None
    registry_certificate_document_reference: DocumentReference | None = None
    registry_port_location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportMeans(Aggregate):
    """What the goods travel with."""

    journey_id: Identifier | None = None
    registration_nationality_id: Identifier | None = None
    registration_nationality: tuple[Text, ...] = ()
    direction_code: Code | None = None
    transport_means_type_code: Code | None = None
    trade_service_code: Code | None = None
    stowage: Stowage | None = None
    air_transport: AirTransport | None = None
    road_transport: RoadTransport | None = None
    rail_transport: RailTransport | None = None
    maritime_transport: MaritimeTransport | None = None
    owner_party: Party | None = None
    measurement_dimension: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentStage(Aggregate):
    """One stage of a shipment; `transport_mode_code` is UN/ECE Recommendation 19."""

    id: Identifier | None = None
    transport_mode_code: Code | None = None
    transport_means_type_code: Code | None = None
    transit_direction_code: Code | None = None
    instructions: tuple[Text, ...] = ()
    transit_period: Period | None = None
    transport_means: TransportMeans | None = None
    driver_person: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportEquipment(Aggregate):
    """A container or trailer."""

    id: Identifier | None = None
    transport_equipment_type_code: Code | None = None
    description: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardousGoodsTransit(Aggregate):
    """How dangerous goods travel."""

    transport_emergency_card_code: Code | None = None
    packing_criteria_code: Code | None = None
    hazardous_regulation_code: Code | None = None
    inhalation_toxicity_zone_code: Code | None = None
    transport_authorization_code: Code | None = None
    maximum_temperature: Temperature | None = None
    minimum_temperature: Temperature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomsDeclaration(Aggregate):
    """A customs declaration."""

    id: Identifier
    issuer_party: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsItem(Aggregate):
    """Goods of a shipment; `required_customs_id` is the GTİP."""

    id: Identifier | None = None
    description: tuple[Text, ...] = ()
    hazardous_risk_indicator: Indicator | None = None
    declared_customs_value_amount: Amount | None = None
    declared_for_carriage_value_amount: Amount | None = None
    declared_statistics_value_amount: Amount | None = None
    free_on_board_value_amount: Amount | None = None
    insurance_value_amount: Amount | None = None
    value_amount: Amount | None = None
    gross_weight_measure: Measure | None = None
    net_weight_measure: Measure | None = None
    chargeable_weight_measure: Measure | None = None
    gross_volume_measure: Measure | None = None
    net_volume_measure: Measure | None = None
    quantity: Quantity | None = None
    required_customs_id: Identifier | None = None
    customs_status_code: Code | None = None
    customs_tariff_quantity: Quantity | None = None
    customs_import_classified_indicator: Indicator | None = None
    chargeable_quantity: Quantity | None = None
    returnable_quantity: Quantity | None = None
    trace_id: Identifier | None = None
    item: tuple[Item, ...] = ()
    freight_allowance_charge: tuple[AllowanceCharge, ...] = ()
    invoice_line: tuple[InvoiceLine, ...] = ()
    temperature: tuple[Temperature, ...] = ()
    origin_address: Address | None = None
    measurement_dimension: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(Aggregate):
    """A package and what is in it."""

    id: Identifier | None = None
    quantity: Quantity | None = None
    returnable_material_indicator: Indicator | None = None
    package_level_code: Code | None = None
    packaging_type_code: Code | None = None
    packing_material: tuple[Text, ...] = ()
    contained_package: tuple[Package, ...] = ()
    goods_item: tuple[GoodsItem, ...] = ()
    measurement_dimension: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportHandlingUnit(Aggregate):
    """What is handled as one: a pallet, a container."""

    id: Identifier | None = None
    transport_handling_unit_type_code: Code | None = None
    handling_code: Code | None = None
    handling_instructions: Text | None = None
    hazardous_risk_indicator: Indicator | None = None
    total_goods_item_quantity: Quantity | None = None
    total_package_quantity: Quantity | None = None
    damage_remarks: tuple[Text, ...] = ()
    trace_id: Identifier | None = None
    actual_package: tuple[Package, ...] = ()
    transport_equipment: tuple[TransportEquipment, ...] = ()
    transport_means: tuple[TransportMeans, ...] = ()
    hazardous_goods_transit: tuple[HazardousGoodsTransit, ...] = ()
    measurement_dimension: tuple[Dimension, ...] = ()
    minimum_temperature: Temperature | None = None
    maximum_temperature: Temperature | None = None
    floor_space_measurement_dimension: Dimension | None = None
    pallet_space_measurement_dimension: Dimension | None = None
    shipment_document_reference: tuple[DocumentReference, ...] = ()
    customs_declaration: tuple[CustomsDeclaration, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment(Aggregate):
    """A shipment."""

    id: Identifier
    handling_code: Code | None = None
    handling_instructions: Text | None = None
    gross_weight_measure: Measure | None = None
    net_weight_measure: Measure | None = None
    gross_volume_measure: Measure | None = None
    net_volume_measure: Measure | None = None
    total_goods_item_quantity: Quantity | None = None
    total_transport_handling_unit_quantity: Quantity | None = None
    insurance_value_amount: Amount | None = None
    declared_customs_value_amount: Amount | None = None
    declared_for_carriage_value_amount: Amount | None = None
    declared_statistics_value_amount: Amount | None = None
    free_on_board_value_amount: Amount | None = None
    special_instructions: tuple[Text, ...] = ()
    goods_item: tuple[GoodsItem, ...] = ()
    shipment_stage: tuple[ShipmentStage, ...] = ()
    delivery: Delivery | None = None
    transport_handling_unit: tuple[TransportHandlingUnit, ...] = ()
    return_address: Address | None = None
    first_arrival_port_location: Location | None = None
    last_exit_port_location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Despatch(Aggregate):
    """The sending off of goods."""

    id: Identifier | None = None
    actual_despatch_date: Date | None = None
    actual_despatch_time: Time | None = None
    instructions: Text | None = None
    despatch_address: Address | None = None
    despatch_party: Party | None = None
    contact: Contact | None = None
    estimated_despatch_period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTerms(Aggregate):
    """Terms of delivery; `id` with scheme INCOTERMS."""

    id: Identifier | None = None
    special_terms: Text | None = None
    amount: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Aggregate):
    """A delivery: when, where, by whom."""

    id: Identifier | None = None
    quantity: Quantity | None = None
    actual_delivery_date: Date | None = None
    actual_delivery_time: Time | None = None
    latest_delivery_date: Date | None = None
    latest_delivery_time: Time | None = None
    tracking_id: Identifier | None = None
    delivery_address: Address | None = None
    alternative_delivery_location: Location | None = None
    estimated_delivery_period: Period | None = None
    carrier_party: Party | None = None
    delivery_party: Party | None = None
    despatch: Despatch | None = None
    delivery_terms: tuple[DeliveryTerms, ...] = ()
    shipment: Shipment | None = None
