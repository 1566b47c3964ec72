"""Trying a unit of work again when that can help."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, TypeVar

from platform_db.errors import PlatformError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

__all__ = ["retried"]

T = TypeVar("T")

_log = logging.getLogger("platform_db.database")

FIRST_PAUSE: Final = 0.02
LONGEST_PAUSE: Final = 1.0


def _is_retryable(error: BaseException) -> bool:
    return isinstance(error, PlatformError) and error.retryable


def _announce(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    _log.info("unit of work tried again (attempt %d): %s", state.attempt_number + 1, type(error).__name__)


async def retried(attempt: Callable[[], Awaitable[T]], attempts: int) -> T:
    """Await ``attempt()``, up to ``attempts`` times while its error is retryable.

    Between two, a pause drawn evenly from zero to a bound that doubles from 20 ms up to
    one second (full jitter), so that those who collided do not meet again. The last
    error is raised as it is.
    """
    from tenacity import (  # loaded when a caller wants retries
        AsyncRetrying,
        retry_if_exception,
        stop_after_attempt,
        wait_random_exponential,
    )

    retrying = AsyncRetrying(
        stop=stop_after_attempt(attempts),
        wait=wait_random_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE),
        retry=retry_if_exception(_is_retryable),
        before_sleep=_announce,
        reraise=True,
    )
    return await retrying(attempt)
