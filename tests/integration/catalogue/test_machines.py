"""Machines: added, changed, brought in by the file, in and out of service, and what fits them."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_db.domain.machines import Machine, MachineChanges, MachineType, fits
from platform_db.domain.measures import Part
from platform_db.domain.money import Currency
from platform_db.errors import AlreadyExists, NotAllowed, NotFound, RuleViolation, StaleVersion
from platform_db.repositories.machines import MachineFilter
from tests.integration.catalogue.bulk_tables import told
from tests.integration.catalogue.entries import MILL, machine, told_of
from tests.integration.stored import new_user, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def added(database: Database) -> Machine:
    async with database.unit_of_work() as work:
        return await work.machines.add(MILL)


async def test_a_machine_that_was_added_reads_back_equal_and_is_told(database: Database) -> None:
    mill = await added(database)

    async with database.unit_of_work() as work:
        assert await work.machines.by_name("Dik işleme 1") == mill
    assert (mill.hourly_rate_cents, mill.version, mill.is_active) == (15000, 1, True)
    assert await told_of(database, mill) == [
        (
            "create",
            "machine.added",
            {
                "after": {
                    "name": "Dik işleme 1",
                    "type": "mill_3axis",
                    "axes": 3,
                    "work_envelope_x_mm": "660",
                    "work_envelope_y_mm": "355.5",
                    "work_envelope_z_mm": "508",
                    "post_processor": "fanuc",
                    "spindle_max_rpm": 8000,
                    "currency": "TRY",
                    "hourly_rate_cents": 15000,
                    "specifications": {},
                    "is_active": True,
                }
            },
        )
    ]


async def test_a_name_is_taken_once(database: Database, worker: Raw) -> None:
    await added(database)

    with pytest.raises(AlreadyExists) as refused:
        await added(database)

    assert (refused.value.constraint, refused.value.fields) == ("uq_machines_name", ("name",))
    assert await worker.fetchval("SELECT count(*) FROM machines") == 1


async def test_a_user_reads_machines_and_adds_none(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "planlama")
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.machines.add(MILL)

    assert await worker.fetchval("SELECT count(*) FROM machines") == 0


async def test_only_what_is_given_and_differs_is_changed(database: Database) -> None:
    mill = await added(database)
    patch = MachineChanges(controller="FANUC 0i-MF", hourly_rate=Decimal("165.50"), axes=3, manufacturer=None)

    async with database.unit_of_work() as work:
        changed = await work.machines.change(mill, patch)
        again = await work.machines.change(changed, patch)

    assert (changed.controller, changed.hourly_rate_cents, changed.version, again) == (
        "FANUC 0i-MF",
        16550,
        2,
        changed,
    )
    assert (await told_of(database, mill))[1:] == [
        (
            "update",
            "machine.changed",
            {
                "before": {"controller": None, "hourly_rate_cents": 15000},
                "after": {"controller": "FANUC 0i-MF", "hourly_rate_cents": 16550},
            },
        )
    ]


async def test_a_stale_change_is_refused(database: Database) -> None:
    mill = await added(database)
    async with database.unit_of_work() as work:
        moved = await work.machines.deactivate(mill)

    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.machines.change(mill, MachineChanges(axes=4))

    async with database.unit_of_work() as work:
        assert await work.machines.get(mill.id) == moved
        with pytest.raises(NotFound):
            await work.machines.get(mill.id + 1)


@pytest.mark.parametrize(
    ("patch", "rule"),
    [
        (MachineChanges(axes=2), "ck_machines_axes_valid"),
        (MachineChanges(spindle_max_rpm=None), "ck_machines_cutting_machine_has_spindle"),
        (MachineChanges(work_envelope_x_mm=Decimal(0)), "ck_machines_envelope_x_positive"),
        (MachineChanges(currency=Currency.USD), "machines_currency_with_prices"),
    ],
)
async def test_a_change_that_breaks_a_rule_stores_nothing(database: Database, patch: MachineChanges, rule: str) -> None:
    mill = await added(database)

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.machines.change(mill, patch)

    assert refused.value.rule == rule
    async with database.unit_of_work() as work:
        assert await work.machines.get(mill.id) == mill


async def test_the_currency_changes_with_its_price(database: Database) -> None:
    mill = await added(database)

    async with database.unit_of_work() as work:
        changed = await work.machines.change(mill, MachineChanges(currency=Currency.USD, hourly_rate=Decimal("5.20")))

    assert (changed.currency, changed.hourly_rate_cents) == (Currency.USD, 520)


async def test_out_of_service_and_back(database: Database) -> None:
    mill = await added(database)

    async with database.unit_of_work() as work:
        idle = await work.machines.deactivate(mill)
        assert (await work.machines.active()).items == ()
        assert await work.machines.deactivate(idle) == idle
        back = await work.machines.activate(idle)
        assert (await work.machines.active()).items == (back,)

    assert [(event, payload) for _, event, payload in (await told_of(database, mill))[1:]] == [
        ("machine.deactivated", {"before": {"is_active": True}, "after": {"is_active": False}}),
        ("machine.activated", {"before": {"is_active": False}, "after": {"is_active": True}}),
    ]


async def test_a_file_of_machines_is_brought_in_line_by_line(database: Database) -> None:
    mill = await added(database)

    async with database.unit_of_work() as work:
        report = await work.machines.upsert_many(
            [
                machine("Dik işleme 2"),
                {"name": mill.name, **machine(mill.name, hourly_rate="175.00")},
                machine("Torna 1", axes=0),
                machine("Dik işleme 2", axes=4),
                MILL.model_copy(update={"name": "Dik işleme 3"}),
            ]
        )

    assert told(report) == [
        (0, "created", None),
        (1, "updated", None),
        (2, "refused", "ck_machines_axes_valid"),
        (3, "refused", "uq_machines_name"),
        (4, "created", None),
    ]
    assert (await told_of(database, mill))[1:] == [
        (
            "update",
            "machine.changed",
            {"before": {"hourly_rate_cents": 15000}, "after": {"hourly_rate_cents": 17500}},
        )
    ]
    assert [event for _, event, _ in await told_of(database, report.rows[0])] == ["machine.added"]
    async with database.unit_of_work() as work:
        again = await work.machines.upsert_many([machine("Dik işleme 2"), machine(mill.name, hourly_rate="175.00")])
    assert told(again) == [(0, "unchanged", None), (1, "unchanged", None)]
    assert len(await told_of(database, mill)) == 2


# -- what fits -------------------------------------------------------------------------


async def test_machines_that_fit_are_active_and_of_the_type(database: Database) -> None:
    async with database.unit_of_work() as work:
        report = await work.machines.upsert_many(
            [
                machine("A"),
                machine("B", type="router"),
                machine("C", is_active=False),
                machine("D", work_envelope_x_mm=Decimal("659.99")),
            ]
        )
        a, b, _, d = report.demand_all()
        part = Part(x_mm=Decimal("355.5"), y_mm=Decimal(508), z_mm=Decimal(660))

        every = await to_the_end(lambda after: work.machines.that_fit(part, after=after, limit=1))
        mills = await work.machines.that_fit(part, MachineFilter(type=MachineType.MILL_3AXIS))
        smaller = await work.machines.that_fit(Part(x_mm=Decimal(1), y_mm=Decimal(1), z_mm=Decimal(1)))
        cursor = (await work.machines.that_fit(part, limit=1)).next_cursor
        with pytest.raises(RuleViolation) as refused:
            await work.machines.that_fit(Part(x_mm=Decimal(2), y_mm=Decimal(1), z_mm=Decimal(1)), after=cursor)

    assert (every, mills.items, smaller.items) == ([a, b], (a,), (a, b, d))
    assert refused.value.rule == "page_cursor"


lengths = st.one_of(
    st.sampled_from([Decimal(1), Decimal("1.01"), Decimal(2), Decimal("99999999.99")]),
    st.decimals(min_value=Decimal("0.01"), max_value=Decimal(3), places=2),
)
boxes = st.tuples(lengths, lengths, lengths)


def lies_in(part: tuple[Decimal, ...], envelope: tuple[Decimal, ...]) -> bool:
    """The definition: some way to lay its sides along the axes."""
    return any(all(side <= room for side, room in zip(laid, envelope, strict=True)) for laid in permutations(part))


@given(envelopes=st.lists(boxes, min_size=1, max_size=8), part=boxes)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_library_and_server_agree_on_what_fits(
    database: Database, envelopes: list[tuple[Decimal, ...]], part: tuple[Decimal, Decimal, Decimal]
) -> None:
    measures = [{f"work_envelope_{axis}_mm": side for axis, side in zip("xyz", it, strict=True)} for it in envelopes]
    lines = [machine(f"{number:03}", **measure) for number, measure in enumerate(measures)]
    x, y, z = (min(side, Decimal("9999999.99")) for side in part)
    box = Part(x_mm=x, y_mm=y, z_mm=z)
    async with database.unit_of_work() as work:
        # earlier examples are put out of service
        await work.machines.upsert_many([{**machine(f"{number:03}"), "is_active": False} for number in range(8)])
        stored = (await work.machines.upsert_many([{**line, "is_active": True} for line in lines])).demand_all()
        found = (await work.machines.that_fit(box, limit=1000)).items

    assert [fits(row, box) for row in stored] == [lies_in((x, y, z), envelope) for envelope in envelopes]
    assert list(found) == [row for row in stored if fits(row, box)]
