"""A migration as a person reads it: what is planned, what was tried, how far it is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from platform_db.migration import BASE
from platform_db.migration.run import Moment

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from platform_db.migration import Outcome
    from platform_db.migration.plan import Plan, PlannedStep
    from platform_db.migration.rehearsal import RehearsedStep
    from platform_db.migration.run import Event, Observer

__all__ = ["tell_outcome", "tell_plan", "tell_rehearsal", "watched"]

_LONGEST: Final = 2000
"""Of the statements that a rehearsal shows, these many characters."""


def tell_outcome(outcome: Outcome) -> None:
    """What was done, a line a revision, and where the database is now."""
    for step in outcome.applied:
        typer.echo(f"{step.revision}  {step.seconds:.2f} s")
    where = outcome.status.current or BASE
    typer.echo(f"at {where}" if outcome.applied else f"at {where}, nothing to do")


def tell_plan(planned: Plan) -> None:
    """Each revision to come, and of each step what it locks, what it stops, what is in its way and how it goes back."""
    where = planned.current or BASE
    if not planned.revisions:
        typer.echo(f"at {where}, nothing to do")
        return
    asked = "" if planned.reachable else " (no server was asked)"
    typer.echo(f"from {where} to {planned.target}{asked}: {len(planned.revisions)} revision(s)")
    for revision in planned.revisions:
        typer.echo(f"\n{revision.name}: {revision.summary}")
        for objection in revision.objections:
            typer.echo(f"  refused: {objection}")
        for step in revision.steps:
            for line in _lines(step):
                typer.echo(f"  {line}")
    if planned.blocked:
        typer.echo("\nsomething is in the way: mend it first")
    elif planned.current is not None:
        typer.echo("\nbefore that: `platform-db migrate up --backup FILE` backs the database up")


def _lines(step: PlannedStep) -> Sequence[str]:
    kind = "in the transaction" if step.transactional else "alone"
    marked = ", unsafe" if step.unsafe else ""
    sizes = [f"{size.table}: {_rows(size.rows)}, {size.bytes / 2**20:.1f} MB" for size in step.sizes]
    parts = [f"- {step.title} ({kind}{marked}; {step.state})", *(f"    lock: {lock}" for lock in step.locks)]
    parts += [f"    size: {size}" for size in sizes]
    parts.append(f"    back: {step.undo}")
    if step.obstacle is not None:
        parts.append(f"    in the way: {step.obstacle}")
    return parts


def _rows(rows: int | None) -> str:
    return "never analysed" if rows is None else f"about {rows} rows"


def tell_rehearsal(steps: Sequence[RehearsedStep]) -> None:
    """What ran and was taken back, and the statements of the rest."""
    if not steps:
        typer.echo("nothing to do")
        return
    for step in steps:
        typer.echo(f"{'ran, rolled back' if step.tried else 'not run'}  {step.revision}: {step.title}")
        for text in step.sql:
            shown = text.strip() if len(text) <= _LONGEST else f"{text.strip()[:_LONGEST]} …"
            typer.echo(f"{shown};")
    typer.echo("nothing was changed")


@contextmanager
def watched() -> Generator[Observer]:
    """A line for each revision that begins and a bar for each backfill, on standard error, where it is a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as display:
        task = display.add_task("", visible=False)

        def observe(event: Event) -> None:
            if event.moment is Moment.BEFORE_STEP:
                display.update(
                    task, description=f"{event.revision}: {event.step}", total=None, completed=0, visible=True
                )
            elif event.moment is Moment.PROGRESS:
                display.update(task, completed=event.done, total=event.total)

        yield observe
