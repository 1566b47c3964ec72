"""A browser, where this machine has one; otherwise its tests are skipped, visibly."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.chromium import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, laying out as on paper."""
    from tests.browser import chromium

    programs = chromium.driver_and_browser()
    if programs is None:
        pytest.skip("no chromedriver and chromium on PATH (Debian: apt install chromium chromium-driver)")
    opened = chromium.opened(*programs, tmp_path_factory.mktemp("profile"))
    chromium.as_on_paper(opened)
    yield opened
    opened.quit()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where the pages' pictures go: the folder of SCREENSHOTS, to be looked at, or one that is thrown away."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
