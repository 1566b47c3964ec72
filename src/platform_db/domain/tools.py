"""Tools: the cutting tools of the workshop, their geometry and their stock."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, StrictBool, StrictInt, StrictStr

from platform_db.domain.catalogue import NewRow
from platform_db.domain.fields import BigInteger, Integer, Json, Numeric, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.measures import non_negative, positive
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.money import Amount, Currency, Lira, money
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

if TYPE_CHECKING:
    from moneyed import Money

__all__ = [
    "Diameter",
    "NewTool",
    "Tool",
    "ToolChanges",
    "ToolCoating",
    "ToolMaterial",
    "ToolType",
    "refusal_of_taking",
]


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


class NewTool(NewRow):
    """A tool to add, with its stock. ``cost`` is in units of ``currency`` (lira, not kuruş), without KDV.

    Lengths and diameters are in millimetres: ``Decimal``, or text as a file has it.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``tools`` is broken; ``violations`` has every one.

    Examples
    --------
    >>> drill = NewTool(name="Matkap 8 mm", type=ToolType.DRILL_TWIST, diameter_mm=Decimal("8.000"), cost=Decimal(120))
    >>> drill.columns["diameter_mm"], drill.columns["cost_cents"]
    (Decimal('8'), 12000)
    """

    entity = "tools"
    of = Tool

    name: StrictStr
    type: ToolType
    material: ToolMaterial | None = None
    coating: ToolCoating | None = None
    manufacturer: StrictStr | None = None
    part_number: StrictStr | None = None
    diameter_mm: Decimal | None = None
    flute_count: StrictInt | None = None
    flute_length_mm: Decimal | None = None
    overall_length_mm: Decimal | None = None
    shank_diameter_mm: Decimal | None = None
    corner_radius_mm: Decimal | None = None
    helix_angle_deg: Decimal | None = None
    max_depth_of_cut_mm: Decimal | None = None
    specifications: JsonObject = Field(default_factory=dict)
    tool_life_minutes: StrictInt | None = None
    currency: Currency = Currency.TRY
    cost: Lira | None = None
    quantity_available: StrictInt = 0
    minimum_stock: StrictInt = 0
    location: StrictStr | None = None
    is_active: StrictBool = True


class ToolChanges(InputModel):
    """Changes to a tool: only what is given is changed, and None is a value.

    ``cost`` is in units of the tool's currency. The stock is not among them: it is taken, put
    back, restocked and counted.

    >>> ToolChanges(location=None).model_fields_set
    {'location'}
    """

    entity = "tools"

    name: StrictStr = ""
    type: ToolType = ToolType.REAMER
    material: ToolMaterial | None = None
    coating: ToolCoating | None = None
    manufacturer: StrictStr | None = None
    part_number: StrictStr | None = None
    diameter_mm: Decimal | None = None
    flute_count: StrictInt | None = None
    flute_length_mm: Decimal | None = None
    overall_length_mm: Decimal | None = None
    shank_diameter_mm: Decimal | None = None
    corner_radius_mm: Decimal | None = None
    helix_angle_deg: Decimal | None = None
    max_depth_of_cut_mm: Decimal | None = None
    specifications: JsonObject = Field(default_factory=dict)
    tool_life_minutes: StrictInt | None = None
    currency: Currency = Currency.TRY
    cost: Amount | None = None
    minimum_stock: StrictInt = 0
    location: StrictStr | None = None


_INACTIVE: Final = Violation(
    "tools_active",
    ("is_active",),
    Message("Kullanımdan kaldırılan takım verilmez", "A tool that is out of use is not given out"),
    Tool.entity,
)


def refusal_of_taking(tool: Tool, quantity: int) -> RuleViolation | None:
    """Why these pieces of a tool are not given out; None where they are.

    It is out of use (``tools_active``), or fewer are in stock (``ck_tools_quantity_non_negative``).
    """
    short = Tool.violations({**dict(tool), "quantity_available": tool.quantity_available - quantity})
    broken = (*(() if tool.is_active else (_INACTIVE,)), *short)
    return RuleViolation(*broken) if broken else None
