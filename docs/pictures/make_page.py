"""
The pictures of the page: a real load through faults, as Chromium shows it

    PYTHONPATH=tests python docs/pictures/make_page.py
"""

import tempfile
import time
from pathlib import Path

from page.browser import Browser, browsing

from pytest_hlsload import HlsLoad
from pytest_hlsload.origin import Origin
from pytest_hlsload.page_file import save_page
from pytest_hlsload.render.page.page import Load

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1180, 1390


def load(page: Path) -> None:
    """The page of a minute and a half of 24 clients, and three faults."""
    with Origin() as origin:
        channel = origin.channel()
        with HlsLoad(
            channel.url,
            clients=24,
            ramp=6,
            report_dir=str(page.parent / "reports"),
            thresholds=["buffering_ratio.max <= 10%", "startup_time.p95 < 3s", "failover: recovery_time < 20s"],
        ) as running:
            running.wait_until_streaming(60)
            running.mark("all stream")
            running.soak(6)
            with running.phase("stale playlist"):
                channel.stale(14)
                running.soak(22)
            with running.phase("failover"):
                channel.refuse(10)
                running.soak(22)
            running.mark("new origin")
            channel.segment_status(404, seconds=9)
            running.soak(20)
        shown = Load(name="tests/test_origin.py::test_failover", report=running.stop())
        assert not save_page([shown], page)


def point(browser: Browser, seconds: float) -> None:
    """The cursor, where a reader would look."""
    browser.run(
        """
        const plot = document.querySelector(".plot[data-figure=states]"), [from, to] = plot.layout.xaxis.range;
        const area = plot.querySelector(".nsewdrag").getBoundingClientRect();
        const clientX = area.left + (arguments[0] - from) / (to - from) * area.width;
        plot.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY: area.top + 5, bubbles: true }));
        """,
        seconds,
    )


def main() -> None:
    """Make the pictures beside this file."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        load(page)
        with browsing(Path(folder) / "profile") as browser:
            for name, dark in (("page", False), ("page-dark", True)):
                browser.open(page, width=WIDTH, height=HEIGHT, dark=dark)
                browser.draw_all()
                point(browser, 47.0)
                time.sleep(0.5)
                browser.picture(HERE / f"{name}.png", height=HEIGHT)


if __name__ == "__main__":
    main()
