"""One invoice with three lines, three subtotals and its audit entry, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.documents import THREE_LINES, draft_of
from benchmarks.measure import alternated, at_once
from benchmarks.report import Section, Verdict
from benchmarks.server import TASKS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.contenders.contender import Contender
    from benchmarks.measure import Effort
    from benchmarks.scene import Scene

__all__ = ["insert"]

_ITS_OWN: Final = {"id", "ettn", "invoice_id", "created_at", "updated_at"}
_OF_ENTRY: Final = ("user_id", "action", "entity_type", "event_type")


async def insert(scene: Scene, effort: Effort) -> list[Section]:
    # The floor inserts and reads nothing back; a second one that validates its answer adds nothing here.
    contenders = {name: it for name, it in scene.contenders.items() if name != "asyncpg + model_validate"}
    stored = [await _stored(scene, contender) for contender in contenders.values()]
    assert all(one == stored[0] for one in stored)
    operations = {name: _once(scene, contender) for name, contender in contenders.items()}
    alone = await alternated(operations, effort.rounds)
    crowd = await at_once(operations, TASKS, effort)
    section = Section(
        "insert an invoice, 3 lines, 3 subtotals, its audit entry; one transaction, platform_app",
        ("µs alone", "best µs", "× asyncpg", f"ops/s, {TASKS} tasks", "× asyncpg "),
    )
    names = {scene.floor: "asyncpg by hand"}
    for name, measured in alone.items():
        times = measured.times(alone[scene.floor]), crowd[name].times(crowd[scene.floor])
        figures = measured.seconds * 1e6, measured.best * 1e6, times[0], crowd[name].per_second, times[1]
        section.row(names.get(name, name), *figures)
    for how, found in (("alone", alone), (f"{TASKS} tasks", crowd)):
        own = found[scene.library.name]
        section.verdicts += [
            Verdict(f"platform_db / asyncpg by hand, {how}", own.times(found[scene.floor]), 1.6),
            Verdict(f"advanced-alchemy / platform_db, {how}", found["advanced-alchemy"].times(own), 3, lowest=True),
        ]
    section.notes = (
        "by hand: the same 3 statements and opening message, no model read back; all pay for the same triggers",
    )
    return [section]


def _once(scene: Scene, contender: Contender) -> Callable[[], Awaitable[object]]:
    draft = draft_of(THREE_LINES, scene.owner)
    return lambda: contender.insert(draft, scene.entry)


async def _stored(scene: Scene, contender: Contender) -> object:
    """What a contender stored, without keys and stamps."""
    key = await contender.insert(draft_of(THREE_LINES, scene.owner), scene.entry)
    async with scene.library.database.unit_of_work() as work:
        document = await work.invoices.document(key)
        (entry,) = (await work.audit.history("invoices", key)).items
    after = entry.payload["after"]
    assert isinstance(after, dict)
    assert after["ettn"] == str(document.invoice.ettn)
    parts = (document.invoice, *document.lines, *document.tax_subtotals, *document.withholdings)
    told = {name: getattr(entry, name) for name in _OF_ENTRY}
    kept = [{name: value for name, value in part if name not in _ITS_OWN} for part in parts]
    return kept, told, {name: value for name, value in after.items() if name != "ettn"}
