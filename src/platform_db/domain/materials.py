"""Materials: the stock that parts are made from, with the figures that cutting it needs."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StrictInt, StrictStr

from platform_db.domain.catalogue import NewRow
from platform_db.domain.fields import BigInteger, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.measures import positive
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.money import Amount, Currency, Lira, money
from platform_db.domain.rules import Message

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["Material", "MaterialCategory", "MaterialChanges", "NewMaterial"]


class MaterialCategory(StrEnum):
    """Groups of materials that are cut alike."""

    STEEL_CARBON = "steel_carbon"
    STEEL_ALLOY = "steel_alloy"
    STEEL_STAINLESS = "steel_stainless"
    STEEL_TOOL = "steel_tool"
    ALUMINUM = "aluminum"
    TITANIUM = "titanium"
    COPPER = "copper"
    BRASS = "brass"
    BRONZE = "bronze"
    CAST_IRON = "cast_iron"
    NICKEL = "nickel"
    MAGNESIUM = "magnesium"
    PLASTIC_SOFT = "plastic_soft"
    PLASTIC_HARD = "plastic_hard"
    PLASTIC_FIBER = "plastic_fiber"
    COMPOSITE = "composite"
    WOOD_SOFT = "wood_soft"
    WOOD_HARD = "wood_hard"
    WOOD_MDF = "wood_mdf"
    FOAM = "foam"
    CERAMIC = "ceramic"
    GRAPHITE = "graphite"


class Material(Versioned):
    """A stock material with cutting data."""

    entity = "materials"

    category: MaterialCategory = Field(description="Group of materials that are cut alike.")
    name: Annotated[str, Text(max=100)] = Field(description="Name of the material, unique in its category.")
    grade: Annotated[str | None, Text(max=50)] = Field(
        default=None, description="Grade or temper by the standard that defines it."
    )
    density_g_cm3: Annotated[
        Decimal | None, positive("density_positive", Message("Yoğunluk", "The density"), places=3)
    ] = Field(default=None, description="Density in grams per cubic centimetre.")
    hardness_hb: Annotated[
        int | None,
        Integer(
            gt=0,
            name="hardness_positive",
            message=Message("Sertlik sıfırdan büyük olmalıdır", "The hardness must be above zero"),
        ),
    ] = Field(default=None, description="Brinell hardness (HB).")
    tensile_strength_mpa: Annotated[
        int | None,
        Integer(
            gt=0,
            name="tensile_positive",
            message=Message("Çekme dayanımı sıfırdan büyük olmalıdır", "The tensile strength must be above zero"),
        ),
    ] = Field(default=None, description="Tensile strength in megapascals.")
    machinability_rating: Annotated[
        int | None,
        Integer(
            ge=0,
            le=100,
            name="machinability_valid",
            message=Message(
                "İşlenebilirlik 0 ile 100 arasında olmalıdır", "The machinability rating must be from 0 to 100"
            ),
        ),
    ] = Field(default=None, description="How readily it is cut: 100 is free-cutting brass.")
    cutting_speed_m_min: Annotated[
        Decimal | None, positive("cutting_speed_positive", Message("Kesme hızı", "The cutting speed"))
    ] = Field(default=None, description="Recommended cutting speed in metres per minute.")
    feed_rate_mm_tooth: Annotated[
        Decimal | None, positive("feed_rate_positive", Message("Diş başına ilerleme", "The feed per tooth"), places=4)
    ] = Field(default=None, description="Recommended feed in millimetres per tooth.")
    properties: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="Further properties, as a JSON object by name."
    )
    cost_per_kg_cents: Annotated[
        int | None,
        BigInteger(
            ge=0,
            name="cost_non_negative",
            message=Message("Kilogram maliyeti sıfırdan küçük olamaz", "The cost per kilogram must not be negative"),
        ),
    ] = Field(default=None, description="Cost of a kilogram without KDV, in minor units of currency.")
    currency: Currency = Field(default=Currency.TRY, description="Currency of the cost per kilogram (ISO 4217).")
    supplier: Annotated[str | None, Text(max=255)] = Field(default=None, description="Who delivers it.")

    @property
    def cost_per_kg(self) -> Money | None:
        """Cost of a kilogram without KDV."""
        return None if self.cost_per_kg_cents is None else money(self.cost_per_kg_cents, self.currency)


class NewMaterial(NewRow):
    """A material to add. ``cost_per_kg`` is in units of ``currency`` (lira, not kuruş), without KDV.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``materials`` is broken; ``violations`` has every one.

    Examples
    --------
    >>> steel = NewMaterial(category=MaterialCategory.STEEL_CARBON, name="C45", cost_per_kg=Decimal("48.50"))
    >>> steel.columns["cost_per_kg_cents"]
    4850
    """

    entity = "materials"
    of = Material

    category: MaterialCategory
    name: StrictStr
    grade: StrictStr | None = None
    density_g_cm3: Decimal | None = None
    hardness_hb: StrictInt | None = None
    tensile_strength_mpa: StrictInt | None = None
    machinability_rating: StrictInt | None = None
    cutting_speed_m_min: Decimal | None = None
    feed_rate_mm_tooth: Decimal | None = None
    properties: JsonObject = Field(default_factory=dict)
    currency: Currency = Currency.TRY
    cost_per_kg: Lira | None = None
    supplier: StrictStr | None = None


class MaterialChanges(InputModel):
    """Changes to a material: only what is given is changed, and None is a value.

    ``cost_per_kg`` is in units of the material's currency.

    >>> MaterialChanges(grade=None).model_fields_set
    {'grade'}
    """

    entity = "materials"

    category: MaterialCategory = MaterialCategory.STEEL_CARBON
    name: StrictStr = ""
    grade: StrictStr | None = None
    density_g_cm3: Decimal | None = None
    hardness_hb: StrictInt | None = None
    tensile_strength_mpa: StrictInt | None = None
    machinability_rating: StrictInt | None = None
    cutting_speed_m_min: Decimal | None = None
    feed_rate_mm_tooth: Decimal | None = None
    properties: JsonObject = Field(default_factory=dict)
    currency: Currency = Currency.TRY
    cost_per_kg: Amount | None = None
    supplier: StrictStr | None = None
