"""Tools: the cutting tools of the workshop, their geometry and their stock."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StrictBool

from platform_db.domain.fields import BigInteger, Integer, Json, Numeric, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.measures import non_negative, positive
from platform_db.domain.models import Versioned
from platform_db.domain.money import Currency, money
from platform_db.domain.rules import Message

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["Diameter", "Tool", "ToolCoating", "ToolMaterial", "ToolType"]


class ToolType(StrEnum):
    """What a tool does to the work."""

    ENDMILL_FLAT = "endmill_flat"
    ENDMILL_BALL = "endmill_ball"
    ENDMILL_BULL = "endmill_bull"
    ENDMILL_CHAMFER = "endmill_chamfer"
    ENDMILL_TAPER = "endmill_taper"
    FACE_MILL = "face_mill"
    SLOT_MILL = "slot_mill"
    DRILL_TWIST = "drill_twist"
    DRILL_CENTER = "drill_center"
    DRILL_SPOT = "drill_spot"
    DRILL_PECK = "drill_peck"
    DRILL_GUN = "drill_gun"
    REAMER = "reamer"
    TAP = "tap"
    THREAD_MILL = "thread_mill"
    BORING_BAR = "boring_bar"
    COUNTERSINK = "countersink"
    COUNTERBORE = "counterbore"
    ENGRAVER = "engraver"
    PROBE = "probe"


class ToolMaterial(StrEnum):
    """What the cutting edge is made of."""

    HSS = "hss"
    CARBIDE = "carbide"
    CARBIDE_COATED = "carbide_coated"
    CERAMIC = "ceramic"
    CBN = "cbn"
    PCD = "pcd"
    COBALT = "cobalt"


class ToolCoating(StrEnum):
    """What covers the cutting edge."""

    UNCOATED = "uncoated"
    TIN = "tin"
    TICN = "ticn"
    TIALN = "tialn"
    ALTIN = "altin"
    DLC = "dlc"
    DIAMOND = "diamond"
    ALCRN = "alcrn"
    ZRN = "zrn"


Diameter = Annotated[Decimal | None, positive("diameter_positive", Message("Çap", "The diameter"), places=3)]
"""A cutting diameter in millimetres."""


class Tool(Versioned):
    """A cutting tool and its stock.

    A name is unique for a manufacturer, and among the tools without one. What is taken or
    put back is counted by an update that names the stock it needs, so it never goes below zero.
    """

    entity = "tools"

    name: Annotated[str, Text(max=200)] = Field(description="Name of the tool, unique for its manufacturer.")
    type: ToolType = Field(description="What it does to the work.")
    material: ToolMaterial | None = Field(default=None, description="What the cutting edge is made of.")
    coating: ToolCoating | None = Field(default=None, description="What covers the cutting edge.")
    manufacturer: Annotated[str | None, Text(max=100)] = Field(default=None, description="Who made it.")
    part_number: Annotated[str | None, Text(max=100)] = Field(
        default=None, description="The manufacturer's order number."
    )
    diameter_mm: Diameter = Field(default=None, description="Cutting diameter in millimetres.")
    flute_count: Annotated[
        int | None,
        Integer(
            gt=0,
            name="flute_count_positive",
            message=Message("Ağız sayısı sıfırdan büyük olmalıdır", "The number of flutes must be above zero"),
        ),
    ] = Field(default=None, description="Number of cutting edges (flutes).")
    flute_length_mm: Annotated[
        Decimal | None, positive("flute_length_positive", Message("Kesici ağız boyu", "The flute length"))
    ] = Field(default=None, description="Length of the cutting edge in millimetres.")
    overall_length_mm: Annotated[
        Decimal | None, positive("overall_length_positive", Message("Toplam boy", "The overall length"))
    ] = Field(default=None, description="Length from tip to end in millimetres.")
    shank_diameter_mm: Annotated[
        Decimal | None, positive("shank_diameter_positive", Message("Sap çapı", "The shank diameter"))
    ] = Field(default=None, description="Diameter of the shank in millimetres.")
    corner_radius_mm: Annotated[
        Decimal | None,
        non_negative("corner_radius_non_negative", Message("Köşe yarıçapı", "The corner radius"), places=3),
    ] = Field(default=None, description="Radius of the corner in millimetres; 0 is a sharp corner.")
    helix_angle_deg: Annotated[
        Decimal | None,
        Numeric(
            places=2,
            ge=0,
            le=90,
            name="helix_angle_valid",
            message=Message(
                "Helis açısı 0 ile 90 derece arasında olmalı; en çok 2 ondalık basamak taşımalıdır",
                "The helix angle must be from 0 to 90 degrees, with at most 2 decimal places",
            ),
        ),
    ] = Field(default=None, description="Helix angle in degrees; 0 is a straight flute.")
    max_depth_of_cut_mm: Annotated[
        Decimal | None, positive("max_doc_positive", Message("En büyük talaş derinliği", "The greatest depth of cut"))
    ] = Field(default=None, description="Greatest axial depth of cut in millimetres.")
    specifications: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="Further properties, as a JSON object by name."
    )
    tool_life_minutes: Annotated[
        int | None,
        Integer(
            gt=0,
            name="life_positive",
            message=Message("Takım ömrü sıfırdan büyük olmalıdır", "The tool life must be above zero"),
        ),
    ] = Field(default=None, description="Expected time in the cut, in minutes.")
    cost_cents: Annotated[
        int | None,
        BigInteger(
            ge=0,
            name="cost_non_negative",
            message=Message("Takım maliyeti sıfırdan küçük olamaz", "The cost of a tool must not be negative"),
        ),
    ] = Field(default=None, description="Cost of one piece without KDV, in minor units of currency.")
    currency: Currency = Field(default=Currency.TRY, description="Currency of the cost (ISO 4217).")
    quantity_available: Annotated[
        int,
        Integer(
            ge=0,
            name="quantity_non_negative",
            message=Message(
                "Depoda yeterli takım yok; stok sıfırın altına inemez",
                "There are not enough tools in stock: it cannot go below zero",
            ),
        ),
    ] = Field(default=0, description="Pieces in stock.")
    minimum_stock: Annotated[
        int,
        Integer(
            ge=0,
            name="min_stock_non_negative",
            message=Message("En az stok sıfırdan küçük olamaz", "The minimum stock must not be negative"),
        ),
    ] = Field(default=0, description="Pieces below which the tool is ordered again.")
    location: Annotated[str | None, Text(max=100)] = Field(default=None, description="Where it lies.")
    is_active: StrictBool = Field(default=True, description="Whether work may be planned with it.")

    @property
    def cost(self) -> Money | None:
        """Cost of one piece without KDV."""
        return None if self.cost_cents is None else money(self.cost_cents, self.currency)
