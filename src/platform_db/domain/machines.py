"""Machines: the machine tools and printers that work is planned on."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from pydantic import Field, StrictBool, StrictInt, StrictStr

from platform_db.domain.catalogue import NewRow
from platform_db.domain.fields import BigInteger, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.measures import Part, positive
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.money import Amount, Currency, Lira, money
from platform_db.domain.rules import Message, Rule

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["Machine", "MachineChanges", "MachineType", "NewMachine", "fits"]


class MachineType(StrEnum):
    """How a machine works its material."""

    MILL_3AXIS = "mill_3axis"
    MILL_4AXIS = "mill_4axis"
    MILL_5AXIS = "mill_5axis"
    LATHE = "lathe"
    TURN_MILL = "turn_mill"
    ROUTER = "router"
    PLASMA = "plasma"
    LASER = "laser"
    WATERJET = "waterjet"
    EDM_WIRE = "edm_wire"
    EDM_SINKER = "edm_sinker"
    GRINDER = "grinder"
    SWISS = "swiss"
    PRINTER_3D = "3d_printer"


_LEAST_AXES: Final = MappingProxyType({MachineType.MILL_3AXIS: 3, MachineType.MILL_4AXIS: 4, MachineType.MILL_5AXIS: 5})
_LEAST_AXES_OTHERWISE: Final = 2
_MOST_AXES: Final = 9

_WITHOUT_SPINDLE: Final = (
    MachineType.PLASMA,
    MachineType.LASER,
    MachineType.WATERJET,
    MachineType.EDM_WIRE,
    MachineType.EDM_SINKER,
    MachineType.PRINTER_3D,
)


def _axes_valid(axes: int | None, kind: MachineType | None) -> bool | None:
    if axes is None:
        return None
    least = _LEAST_AXES_OTHERWISE if kind is None else _LEAST_AXES.get(kind, _LEAST_AXES_OTHERWISE)
    return least <= axes <= _MOST_AXES


def _cutting_machine_has_spindle(rpm: int | None, kind: MachineType | None) -> bool | None:
    if rpm is not None:
        return True
    return None if kind is None else kind in _WITHOUT_SPINDLE


_LEAST_AXES_SQL: Final = " ".join(f"WHEN '{kind}' THEN {least}" for kind, least in _LEAST_AXES.items())
_WITHOUT_SPINDLE_SQL: Final = ", ".join(f"'{kind}'" for kind in _WITHOUT_SPINDLE)


class Machine(Versioned):
    """A machine tool or printer.

    A lathe may have two axes, a mill has the axes of its type. A machine that cuts with
    something else than a turning spindle, or prints, leaves ``spindle_max_rpm`` empty.
    """

    entity = "machines"

    name: Annotated[str, Text(max=255)] = Field(description="Name of the machine in the workshop, unique.")
    manufacturer: Annotated[str | None, Text(max=100)] = Field(default=None, description="Who built it.")
    model: Annotated[str | None, Text(max=100)] = Field(default=None, description="The builder's name of the model.")
    type: MachineType = Field(description="How it works its material.")
    axes: Annotated[int, Integer()] = Field(description="Axes that the controller drives.")
    work_envelope_x_mm: Annotated[
        Decimal, positive("envelope_x_positive", Message("Çalışma alanının X ölçüsü", "The work envelope's X"))
    ] = Field(description="Travel or build size along X, in millimetres.")
    work_envelope_y_mm: Annotated[
        Decimal, positive("envelope_y_positive", Message("Çalışma alanının Y ölçüsü", "The work envelope's Y"))
    ] = Field(description="Travel or build size along Y, in millimetres.")
    work_envelope_z_mm: Annotated[
        Decimal, positive("envelope_z_positive", Message("Çalışma alanının Z ölçüsü", "The work envelope's Z"))
    ] = Field(description="Travel or build size along Z, in millimetres.")
    spindle_max_rpm: Annotated[
        int | None,
        Integer(
            gt=0,
            name="spindle_rpm_positive",
            message=Message("İş mili devri sıfırdan büyük olmalıdır", "The spindle speed must be above zero"),
        ),
    ] = Field(default=None, description="Greatest spindle speed in revolutions per minute; NULL without a spindle.")
    spindle_power_kw: Annotated[
        Decimal | None, positive("spindle_power_positive", Message("İş mili gücü", "The spindle power"))
    ] = Field(default=None, description="Power of the spindle, or of what works in its place, in kilowatts.")
    tool_capacity: Annotated[
        int | None,
        Integer(
            gt=0,
            name="tool_capacity_positive",
            message=Message("Takım kapasitesi sıfırdan büyük olmalıdır", "The tool capacity must be above zero"),
        ),
    ] = Field(default=None, description="Tools that the magazine or turret holds.")
    controller: Annotated[str | None, Text(max=100)] = Field(default=None, description="The numerical control.")
    post_processor: Annotated[str, Text(max=100)] = Field(
        description="Which post-processor writes programs for the machine."
    )
    hourly_rate_cents: Annotated[
        int | None,
        BigInteger(
            ge=0,
            name="hourly_rate_non_negative",
            message=Message("Saat ücreti sıfırdan küçük olamaz", "The hourly rate must not be negative"),
        ),
    ] = Field(default=None, description="Price of an hour without KDV, in minor units of currency.")
    currency: Currency = Field(default=Currency.TRY, description="Currency of the hourly rate (ISO 4217).")
    specifications: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="Further properties, as a JSON object by name."
    )
    is_active: StrictBool = Field(default=True, description="Whether work may be planned on the machine.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="axes_valid",
            fields=("axes", "type"),
            holds=_axes_valid,
            sql=f"axes BETWEEN CASE type {_LEAST_AXES_SQL} ELSE {_LEAST_AXES_OTHERWISE} END AND {_MOST_AXES}",
            message=Message(
                "Eksen sayısı makinenin türüne uymuyor: freze, adındaki kadar eksenlidir; başkaları en az iki, "
                "hiçbiri dokuzdan çok eksenli değildir",
                "The axes do not fit the type of machine: a mill has those of its name, another at least two, "
                "none more than nine",
            ),
            null_aware=True,
        ),
        Rule(
            name="cutting_machine_has_spindle",
            fields=("spindle_max_rpm", "type"),
            holds=_cutting_machine_has_spindle,
            sql=f"spindle_max_rpm IS NOT NULL OR type IN ({_WITHOUT_SPINDLE_SQL})",
            message=Message(
                "Talaşlı imalat makinesinin iş mili devri belirtilmelidir",
                "A machine that cuts with a spindle needs its spindle speed",
            ),
            null_aware=True,
        ),
    )

    @property
    def hourly_rate(self) -> Money | None:
        """Price of an hour without KDV."""
        return None if self.hourly_rate_cents is None else money(self.hourly_rate_cents, self.currency)


class NewMachine(NewRow):
    """A machine to add. ``hourly_rate`` is in units of ``currency`` (lira, not kuruş), without KDV.

    Measures are in millimetres and kilowatts: ``Decimal``, or text as a file has it.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``machines`` is broken; ``violations`` has every one.

    Examples
    --------
    >>> mill = NewMachine(
    ...     name="Dik işleme 1", type=MachineType.MILL_3AXIS, axes=3, post_processor="fanuc", spindle_max_rpm=8000,
    ...     work_envelope_x_mm=Decimal(660), work_envelope_y_mm=Decimal(355), work_envelope_z_mm=Decimal(508),
    ...     hourly_rate=Decimal("150.00"),
    ... )
    >>> mill.columns["hourly_rate_cents"]
    15000
    """

    entity = "machines"
    of = Machine

    name: StrictStr
    type: MachineType
    axes: StrictInt
    work_envelope_x_mm: Decimal
    work_envelope_y_mm: Decimal
    work_envelope_z_mm: Decimal
    post_processor: StrictStr
    manufacturer: StrictStr | None = None
    model: StrictStr | None = None
    spindle_max_rpm: StrictInt | None = None
    spindle_power_kw: Decimal | None = None
    tool_capacity: StrictInt | None = None
    controller: StrictStr | None = None
    currency: Currency = Currency.TRY
    hourly_rate: Lira | None = None
    specifications: JsonObject = Field(default_factory=dict)
    is_active: StrictBool = True


class MachineChanges(InputModel):
    """Changes to a machine: only what is given is changed, and None is a value.

    ``hourly_rate`` is in units of the machine's currency.

    >>> MachineChanges(controller=None).model_fields_set
    {'controller'}
    """

    entity = "machines"

    name: StrictStr = ""
    manufacturer: StrictStr | None = None
    model: StrictStr | None = None
    type: MachineType = MachineType.MILL_3AXIS
    axes: StrictInt = 0
    work_envelope_x_mm: Decimal = Decimal(0)
    work_envelope_y_mm: Decimal = Decimal(0)
    work_envelope_z_mm: Decimal = Decimal(0)
    spindle_max_rpm: StrictInt | None = None
    spindle_power_kw: Decimal | None = None
    tool_capacity: StrictInt | None = None
    controller: StrictStr | None = None
    post_processor: StrictStr = ""
    currency: Currency = Currency.TRY
    hourly_rate: Amount | None = None
    specifications: JsonObject = Field(default_factory=dict)


def fits(machine: Machine | NewMachine, part: Part) -> bool:
    """Whether a part goes into the work envelope, its sides along the axes.

    The part may be turned by quarter turns about any axis, so that any of its sides may lie
    along any of the axes; it is not tilted. A side as long as the envelope fits. What holds
    the part, and what reaches it, is not judged.

    Examples
    --------
    >>> printer = NewMachine(
    ...     name="FDM 1", type=MachineType.PRINTER_3D, axes=3, post_processor="prusa_slicer",
    ...     work_envelope_x_mm=Decimal(250), work_envelope_y_mm=Decimal(210), work_envelope_z_mm=Decimal(180),
    ... )
    >>> fits(printer, Part(x_mm=Decimal(100), y_mm=Decimal(180), z_mm=Decimal(250)))
    True
    >>> fits(printer, Part(x_mm=Decimal(200), y_mm=Decimal(200), z_mm=Decimal(200)))
    False
    """
    envelope = (machine.work_envelope_x_mm, machine.work_envelope_y_mm, machine.work_envelope_z_mm)
    return all(side <= room for side, room in zip(part.sides, sorted(envelope), strict=True))
