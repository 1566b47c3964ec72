"""From a count to a line of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from platform_db.domain.rules import Message
from platform_db.operations.preflight.live import Standing
from platform_db.operations.preflight.locks import LOCKS
from platform_db.operations.preflight.report import Finding, Told
from platform_db.operations.preflight.showing import first_labels, first_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_db.operations.preflight.counting import Counted
    from platform_db.operations.preflight.declared import Demand
    from platform_db.operations.preflight.session import Session

__all__ = ["absent_finding", "finding_of"]

_NO_OPERATION: Final = "42"


async def finding_of(
    session: Session, counted: Counted, *, samples: int, standing: Standing, estimate: float | None
) -> Finding:
    """What was found of a demand, with the first rows that break it."""
    demand = counted.asked.demand
    written: dict[str, Any] = {"standing": standing, "estimate_seconds": estimate}
    if counted.refused is not None:
        return _finding(demand, verdict="unjudged", rows=None, reason=_failed(counted.refused), **written)
    if not counted.rows:
        return _finding(demand, verdict="passed", rows=0, **written)
    return _finding(
        demand,
        verdict="broken",
        rows=counted.rows,
        samples=await first_rows(session, counted.asked, samples),
        labels=await first_labels(session, counted.asked, samples) if demand.kind == "type" else (),
        reason=_raised(len(counted.raising)) if counted.raising else None,
        **written,
    )


def absent_finding(demand: Demand, missing: Iterable[str]) -> Finding:
    """A demand on something that the server does not have yet: no row can break it."""
    names = ", ".join(missing)
    reason = Message(f"veritabanında yok: {names}", f"not in the database: {names}")
    return _finding(demand, verdict="absent", rows=None, reason=reason, standing=Standing.ABSENT, estimate_seconds=None)


def _failed(sqlstate: str) -> Message:
    if sqlstate.startswith(_NO_OPERATION):
        return Message(
            f"ifadenin kullandığı bir tür, işlev ya da işleç bu veritabanında yok (SQLSTATE {sqlstate})",
            f"a type, function or operator of its expression is not in this database (SQLSTATE {sqlstate})",
        )
    return Message(
        f"ifade bazı satırlarda hesaplanamıyor (SQLSTATE {sqlstate})",
        f"its expression cannot be evaluated on some rows (SQLSTATE {sqlstate})",
    )


def _raised(rows: int) -> Message:
    return Message(
        f"bunların {rows} tanesinde ifade hesaplanamıyor", f"on {rows} of them the expression cannot be evaluated"
    )


def _finding(demand: Demand, *, reason: Message | None = None, **found: Any) -> Finding:  # noqa: ANN401 - the report's fields
    locks = LOCKS[demand.kind]
    values: dict[str, Any] = {
        "name": demand.name,
        "kind": demand.kind,
        "fields": demand.fields,
        "severity": demand.severity,
        "message": Told(tr=demand.message.tr, en=demand.message.en),
        "samples": (),
        "labels": (),
        "adding_lock": locks.adding,
        "proving_lock": locks.proving,
        "reason": None if reason is None else Told(tr=reason.tr, en=reason.en),
    }
    return Finding(**(values | found))
