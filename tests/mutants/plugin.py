"""What runs inside pytest: a recording of what each test comes across, or the trial of mutants in one process.

A trial is one session with one server. For each mutant the guard is taken away, the tests that depend on it run until
one fails, and that one is run again with the guard in its place: a test that fails then too has noticed nothing.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

from tests.mutants.files import RAN, TRIALS, VERDICT, Ran, Trial, Verdict
from tests.mutants.library import switched
from tests.mutants.switch import switch, watch_the_driver

if TYPE_CHECKING:
    from collections.abc import Generator

    from platform_db.operations.server import EmbeddedServer

HANGS_AFTER: Final = 30.0
"""Seconds after which a test that took a tenth of it is ended, and its whole process with it."""

_SLOWER: Final = 10

_PRISTINE: Final = "pristine"
"""The migrated database with every guard, from which the others are made anew."""


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before a conftest imports the library."""
    switched()
    watch_the_driver()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mutants")
    group.addoption("--record-to", type=Path, help="folder for what each test came across")
    group.addoption("--try", type=Path, dest="trials", help="file with the mutants to try")


def pytest_configure(config: pytest.Config) -> None:
    # A falsified property has noticed; the smallest example of it interests nobody here.
    settings.register_profile("mutants", database=None, deadline=None, phases=(Phase.explicit, Phase.generate))
    settings.load_profile("mutants")
    if config.getoption("--record-to"):
        config.pluginmanager.register(_Recording(config), "recording of mutants")
    if config.getoption("trials"):
        config.pluginmanager.register(_Trials(config), "trials of mutants")


class _Recording:
    """What the tests of this process came across, one file a process."""

    def __init__(self, config: pytest.Config) -> None:
        name = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self._file = Path(cast("Path", config.getoption("--record-to"))) / f"{name}.json"
        self._tests: dict[str, Ran] = {}
        self._good = True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        switch.seen, self._good, begin = set(), True, time.monotonic()
        result = yield
        self._tests[item.nodeid] = Ran(round(time.monotonic() - begin, 3), self._good, frozenset(switch.seen))
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._good = self._good and not report.failed and not report.skipped

    def pytest_sessionfinish(self) -> None:
        if self._tests:
            self._file.write_bytes(RAN.dump_json(self._tests))


class _Trials:
    """Mutants tried one after the other; each verdict is written before the next begins."""

    def __init__(self, config: pytest.Config) -> None:
        asked = Path(cast("Path", config.getoption("trials")))
        self._trials = TRIALS.validate_json(asked.read_bytes())
        self._verdicts = asked.with_suffix(".verdicts")
        self._server: EmbeddedServer | None = None
        self._template = ""
        self._databases: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        value = yield
        if fixturedef.argname == "server":
            self._server = cast("EmbeddedServer", value)
        elif fixturedef.argname == "template":
            self._template = str(value)
            self._databases.add(self._template)
        elif fixturedef.argname == "shared_database_url":
            self._databases.add(_name_in(str(value)))
        return value

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        # Whatever the tests share is there before the first mutant.
        for fixture in ("shared_database_url", "database_url"):
            first = next((item for item in session.items if fixture in getattr(item, "fixturenames", ())), None)
            assert first is None or self._passes(first, HANGS_AFTER)
        if self._template:
            asyncio.run(self._administer(f"CREATE DATABASE {_PRISTINE} TEMPLATE {self._template} STRATEGY file_copy"))
        for trial in self._trials:
            self._write(Verdict(trial.name, None, ""))
            killer = self._killer(trial, items)
            self._write(Verdict(trial.name, killer is not None, killer or "every test passed"))
        return True

    def _killer(self, trial: Trial, items: dict[str, pytest.Item]) -> str | None:
        self._take_away(trial)
        for nodeid, seconds in trial.tests:
            limit = max(HANGS_AFTER, _SLOWER * seconds)
            if not self._passes(items[nodeid], limit):
                self._put_back(trial)
                if self._passes(items[nodeid], limit):
                    return nodeid
                self._take_away(trial)
        self._put_back(trial)
        return None

    def _passes(self, item: pytest.Item, limit: float) -> bool:
        faulthandler.dump_traceback_later(limit, exit=True)
        # The session as the next item: what is wider than this test, but narrower than the session, ends with it.
        reports = runtestprotocol(item, log=False, nextitem=cast("pytest.Item", item.session))
        faulthandler.cancel_dump_traceback_later()
        return not any(report.failed for report in reports)

    def _take_away(self, trial: Trial) -> None:
        if trial.without is None:
            switch.away = trial.name
        else:
            asyncio.run(self._execute_in_each(trial.without))

    def _put_back(self, trial: Trial) -> None:
        if trial.without is None:
            switch.away = None
        else:
            asyncio.run(self._restore())

    def _write(self, verdict: Verdict) -> None:
        with self._verdicts.open("ab") as file:
            file.write(VERDICT.dump_json(verdict) + b"\n")

    # -- the databases that the tests clone, or share ------------------------------------

    async def _restore(self) -> None:
        for name in self._databases:
            await self._administer(f"DROP DATABASE {name} WITH (FORCE)")
            await self._administer(f"CREATE DATABASE {name} TEMPLATE {_PRISTINE} STRATEGY file_copy")

    async def _execute_in_each(self, sql: str) -> None:
        for name in self._databases:
            await self._execute(sql, self._running.url(name, user=_superuser()))

    async def _administer(self, sql: str) -> None:
        await self._execute(sql, self._running.url())

    async def _execute(self, sql: str, url: str) -> None:
        from tests.raw import connect

        connection = await connect(url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    @property
    def _running(self) -> EmbeddedServer:
        assert self._server is not None
        return self._server


def _superuser() -> str:
    from platform_db.operations.server import BOOTSTRAP_ROLE

    return BOOTSTRAP_ROLE


def _name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
