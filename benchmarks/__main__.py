"""``python -m benchmarks [part …] [--quick] [--json] [--disk]``; figures are for people, so it exits with 0."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from benchmarks.measure import Effort
from benchmarks.parts.audit import audit
from benchmarks.parts.bulk import bulk
from benchmarks.parts.calculate import calculate
from benchmarks.parts.claim import claim
from benchmarks.parts.columns import columns
from benchmarks.parts.get import get
from benchmarks.parts.imports import imports
from benchmarks.parts.insert import insert
from benchmarks.parts.issue import issue
from benchmarks.parts.migrate import migrate
from benchmarks.parts.order import order
from benchmarks.parts.page import page
from benchmarks.parts.preflight import preflight
from benchmarks.report import Section, as_json, as_text
from benchmarks.scene import filled, prepared
from benchmarks.server import settings_in_force, started
from benchmarks.wakefulness import awake

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Sequence

    from platform_db.operations.server import EmbeddedServer

_ALONE: Final = {"calculate": calculate, "columns": columns, "imports": imports}
_AMONG_PEERS: Final = {"get": get, "page": page, "insert": insert}
_ON_A_COPY: Final = {
    "issue": issue,
    "order": order,
    "claim": claim,
    "bulk": bulk,
    "audit": audit,
    "migrate": migrate,
    "preflight": preflight,
}
PARTS: Final = (*_AMONG_PEERS, *_ON_A_COPY, *_ALONE)
_LIBRARIES: Final = ("asyncpg", "SQLAlchemy", "advanced-alchemy", "sqlmodel", "pydantic")


@dataclass(slots=True)
class _Report:
    """Sections as they come; tables are printed at once, JSON at the end."""

    is_json: bool
    circumstances: dict[str, str]
    sections: list[Section] = field(default_factory=list[Section])

    def tell(self, facts: dict[str, str]) -> None:
        self.circumstances |= facts
        if not self.is_json:
            print(", ".join(f"{name} {value}" for name, value in facts.items()), flush=True)

    def take(self, sections: Iterable[Section]) -> None:
        for section in sections:
            self.sections.append(section)
            if not self.is_json:
                print(f"\n{as_text(section)}", end="", flush=True)

    def close(self, seconds: float) -> None:
        if self.is_json:
            print(as_json(self.circumstances, self.sections))
            return
        musts = [it for section in self.sections for it in section.verdicts if it.kind == "must"]
        print(f"\n{sum(it.is_met for it in musts)} of {len(musts)} targets met; {seconds:.0f} s")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the parts named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Figures beside the project's targets.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="few short rounds: shows that it runs, not how fast it is")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    parser.add_argument("--disk", action="store_true", help="the server's data on disk instead of in memory")
    given = parser.parse_args(arguments)
    chosen: list[str] = given.parts or list(PARTS)
    if unknown := [part for part in chosen if part not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")

    begin = time.perf_counter()
    effort = Effort.quick() if given.quick else Effort.full()
    report = _Report(given.json, {})
    report.tell(_machine())
    with awake() as kept:
        report.tell({"processors kept awake": "yes" if kept else "no"})
        if any(part in _AMONG_PEERS or part in _ON_A_COPY for part in chosen):
            with started(on_disk=given.disk) as (server, place):
                report.tell({"data": f"in {place}"})
                _on_a_loop(_served(server, chosen, effort, report))
        for part in chosen:
            if part in _ALONE:
                report.take(_ALONE[part](effort))
    report.close(time.perf_counter() - begin)


def _machine() -> dict[str, str]:
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    loop = "uvloop" if find_spec("uvloop") else "asyncio"
    return {
        "Python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
        "loop": loop,
        "processors": str(processors),
    }


async def _served(server: EmbeddedServer, chosen: Sequence[str], effort: Effort, report: _Report) -> None:
    report.tell(await settings_in_force(server.url()))
    await filled(server, effort.rows)
    if any(part in _AMONG_PEERS for part in chosen):
        async with prepared(server) as scene:
            for part in chosen:
                if part in _AMONG_PEERS:
                    report.take(await _AMONG_PEERS[part](scene, effort))
    for part in chosen:
        if part in _ON_A_COPY:
            report.take(await _ON_A_COPY[part](server, effort))


def _on_a_loop(work: Coroutine[object, object, None]) -> None:
    if find_spec("uvloop") is None:
        asyncio.run(work)
        return
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


if __name__ == "__main__":
    main()
