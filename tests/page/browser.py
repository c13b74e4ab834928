"""Chromium, and what a page does in it"""

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)

# What a page of one file asks for: itself, and what it carries.
_OF_ITSELF = ("file://", "data:", "blob:", "about:")


def needs_chromium() -> tuple[str, str]:
    """The browser and its driver; where they are missing, the test is skipped, and fails in CI."""
    found = shutil.which("chromium"), shutil.which("chromedriver")
    if found[0] and found[1]:
        return found[0], found[1]
    say = pytest.fail if os.environ.get("CI") else pytest.skip
    say("Chromium and its driver are not installed (Debian's packages chromium and chromium-driver)")
    raise AssertionError


class Browser:
    """One Chromium, with what pages do in it on record."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(
        self, page: Path, *, width: int = 1280, height: int = 900, dark: bool = False, mobile: bool = False
    ) -> None:
        """Open a file as a user would, in a window of that size."""
        self.complaints()
        self.requests()
        self.window(width, height, mobile=mobile)
        self.light(dark=dark)
        self.driver.get(page.as_uri())

    def window(self, width: int, height: int, *, mobile: bool = False) -> None:
        """Change the window's size, in pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def light(self, *, dark: bool) -> None:
        """What the user's system prefers."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *arguments)

    def draw_all(self) -> None:
        """Scroll through the page until every figure is drawn."""
        self.driver.set_script_timeout(120)
        self.driver.execute_async_script(
            """
            const done = arguments[arguments.length - 1];
            const plots = [...document.querySelectorAll(".plot")];
            const look = () => {
              const next = plots.find((plot) => !plot.querySelector(".main-svg"));
              if (!next) { window.scrollTo({ top: 0, behavior: "instant" }); return done(); }
              next.scrollIntoView({ behavior: "instant", block: "center" });
              setTimeout(look, 50);
            };
            look();
            """
        )

    def wait_for(self, condition: str, *, seconds: float = 60.0) -> None:
        """Wait until an expression of the page's is true."""
        WebDriverWait(self.driver, seconds).until(lambda _: self.run(f"return {condition}"))

    def complaints(self) -> list[str]:
        """What the console had to say since the last call."""
        return [entry["message"] for entry in self._log("browser")]

    def requests(self) -> list[str]:
        """The addresses outside the page that were asked for since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith(_OF_ITSELF)]

    def _log(self, name: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.get_log(name)  # type: ignore[no-untyped-call]
        return entries

    def picture(self, path: Path, *, height: int | None = None) -> None:
        """A PNG of the whole page, or of its upper part."""
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height or size["height"], "scale": 1}
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self, path: Path) -> None:
        """The page as it is printed."""
        printed = self.driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})
        path.write_bytes(base64.b64decode(printed["data"]))


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser with a fresh profile in that folder."""
    chromium, driver_path = needs_chromium()
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(driver_path))
    try:
        # The page that it opens by itself asks for much.
        driver.get("about:blank")
        yield Browser(driver)
    finally:
        driver.quit()
