"""The same function in two Celery worker processes gives the same invoices."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from pyarrow import parquet

from platform_db.columnar import read_invoices

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.engines.conftest import Month

pytestmark = pytest.mark.engines

ROOT: Final = Path(__file__).parents[2]
START_SECONDS: Final = 60.0
BROKERS: Final = {
    "files": {},
    "redis": {
        "CELERY_BROKER_URL": os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0"),
        "CELERY_RESULT_BACKEND": os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0"),
    },
    "rabbitmq": {"CELERY_BROKER_URL": os.environ.get("TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")},
}
PRODUCER: Final = """
import sys
from pathlib import Path
import pyarrow as pa
from pyarrow import parquet

from platform_db.columnar import read_invoices
from examples.month_end.celery_app import month_end
given, output, *queues = sys.argv[1:]
parquet.write_table(pa.Table.from_batches(list(month_end(Path(given), queues))), output)
"""


def answers(address: str) -> bool:
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=2).close()
    except OSError:
        return False
    return True


@pytest.fixture(params=BROKERS)
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of the example for a broker; skipped visibly where that broker does not run."""
    settings = BROKERS[request.param]
    if "CELERY_BROKER_URL" in settings and not answers(settings["CELERY_BROKER_URL"]):
        pytest.skip(f"no {request.param} at {settings['CELERY_BROKER_URL']}")
    return {
        **os.environ,
        "MONTH_END_FOLDER": str(tmp_path / "spool"),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        **settings,
    }


@contextmanager
def worker(queue: str, environment: dict[str, str], log: Path) -> Generator[None]:
    """A worker process that takes the tasks of one queue, and is ready."""
    command = [sys.executable, "-m", "celery", "-A", "examples.month_end.celery_app", "worker", "--pool", "solo"]
    options = ["--loglevel", "INFO", "--hostname", f"{queue}@%h", "--queues", queue]
    with log.open("wb") as target:
        running = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdout=target, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while b" ready." not in log.read_bytes():
                assert running.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            yield
        finally:
            running.kill()
            running.wait()


def test_two_workers_calculate_what_one_process_does(month: Month, environment: dict[str, str], tmp_path: Path) -> None:
    queues = [f"month-end-{uuid4().hex}" for _ in range(2)]
    logs, output = [tmp_path / f"{queue}.log" for queue in queues], tmp_path / "out.parquet"
    with ExitStack() as workers:
        for queue, log in zip(queues, logs, strict=True):
            workers.enter_context(worker(queue, environment, log))
        produce = [sys.executable, "-c", PRODUCER, str(month.path), str(output), *queues]
        subprocess.run(produce, cwd=ROOT, env=environment, check=True, timeout=120)

    with month.path.open("rb") as lines:
        batches = len(list(read_invoices(lines)))
    done = [log.read_bytes().count(b" succeeded in ") for log in logs]
    assert done == [batches - batches // 2, batches // 2]
    assert min(done) > 1
    assert parquet.read_table(output).combine_chunks().equals(month.expected.combine_chunks())
