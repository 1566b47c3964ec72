"""Chromium without a screen, driven by the system's own driver; nothing is downloaded."""

from __future__ import annotations

import base64
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]
import zxingcpp
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from PIL.Image import Image

__all__ = ["QR_CODE", "Browser", "Page", "as_on_paper", "driver_and_browser", "opened", "overflowing", "printed"]

QR_CODE: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_PAPER: Final = (711, 1000)
"""What the margins leave of A4, in pixels of 96 to the inch."""

_OVERFLOWING: Final = """
const wide = [];
for (const element of document.querySelectorAll('body, body *:not(svg *)')) {
    const box = element.getBoundingClientRect();
    if (box.right > document.documentElement.clientWidth + 0.5 || element.scrollWidth > element.clientWidth + 1
        && getComputedStyle(element).display !== 'inline') {
        wide.push(`${element.tagName}.${element.className}: ${element.textContent.slice(0, 40)}`);
    }
}
return wide;
"""


class Browser(Protocol):
    """What the tests ask of selenium's driver, whose own annotations are partial."""

    @property
    def title(self) -> str: ...
    def get(self, url: str) -> None: ...
    def get_log(self, log_type: str) -> list[dict[str, object]]: ...
    def execute_script(self, script: str) -> Any: ...  # noqa: ANN401 - what the script returns
    def execute_cdp_cmd(self, cmd: str, cmd_args: dict[str, Any]) -> dict[str, Any]: ...
    def quit(self) -> None: ...


class _Rendered(Protocol):
    def to_pil(self) -> Image: ...


class _Text(Protocol):
    def get_text_bounded(self) -> str: ...


class _PdfPage(Protocol):
    def get_size(self) -> tuple[float, float]: ...
    def get_textpage(self) -> _Text: ...
    def render(self, *, scale: float) -> _Rendered: ...


def driver_and_browser() -> tuple[str, str] | None:
    """The system's chromedriver and browser, where there are both."""
    driver = shutil.which("chromedriver")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    return None if driver is None or browser is None else (driver, browser)


def opened(driver: str, browser: str, profile: Path) -> Browser:
    """A browser that reaches no network and keeps what it writes in ``profile``."""
    options = ChromeOptions()
    options.binary_location = browser
    # A container's root may not make the sandbox's namespaces; the pages are the tests' own.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    for argument in (
        "--headless=new",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--proxy-server=127.0.0.1:9",
        f"--user-data-dir={profile}",
        *sandbox,
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return cast("Browser", Chrome(options=options, service=ChromeService(executable_path=driver)))


def as_on_paper(browser: Browser) -> None:
    """Lay documents out as for printing, in the width between the margins."""
    width, height = _PAPER
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})


@dataclass(frozen=True, slots=True)
class Page:
    """One printed page: its text, its picture, and the QR codes that a reader finds on it."""

    text: str
    image: Image
    width: float
    height: float

    @property
    def codes(self) -> list[str]:
        """What the QR codes say."""
        return [found.text for found in zxingcpp.read_barcodes(self.image, formats=QR_CODE)]


def printed(browser: Browser, scale: float = 2.5) -> list[Page]:
    """The open document on paper, as its own style sheet wants it."""
    answer: dict[str, Any] = browser.execute_cdp_cmd(
        "Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True}
    )
    return list(_pages(base64.b64decode(answer["data"]), scale))


def _pages(pdf: bytes, scale: float) -> Iterator[Page]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in cast("Iterable[_PdfPage]", document):
            text, image = page.get_textpage().get_text_bounded(), page.render(scale=scale).to_pil()
            yield Page(text, image, *page.get_size())
    finally:
        document.close()


def overflowing(browser: Browser) -> list[str]:
    """The elements that are wider than their room."""
    return browser.execute_script(_OVERFLOWING)
