"""The page in a browser: made-up loads, and all that a reader may do with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from page.browser import Browser
from page.made_up import EVIL, eventful, long_load
from page.read_back import hold_against
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import State
from pytest_hlsload.render.page.page import Load, page

_RANGES_NOW = """[...document.querySelectorAll("#load-1 .plot")]
  .filter((plot) => plot.layout.xaxis.tickmode === "array").map((plot) => plot.layout.xaxis.range)"""

_RANGES = f"return {_RANGES_NOW}"


@pytest.fixture(scope="module")
def minute() -> LoadReport:
    return eventful()


@pytest.fixture(scope="module")
def drawn(minute: LoadReport, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A page opened once, on a screen, in the light."""
    browser.open(written(tmp_path_factory.mktemp("page"), Load(name="test_soak", report=minute)))
    browser.draw_all()
    yield browser
    assert browser.complaints() == []
    assert browser.requests() == []


@pytest.fixture
def opened(drawn: Browser) -> Browser:
    """The same, with nothing zoomed."""
    drawn.run("document.querySelector('#load-1 button[data-do=all]').click()")
    return drawn


def written(folder: Path, *loads: Load) -> Path:
    path = folder / "page.html"
    path.write_text(page(loads, version="1.2.3"), encoding="utf-8")
    return path


def ranges(browser: Browser) -> list[list[float]]:
    found: list[list[float]] = browser.run(_RANGES)
    return found


def point(browser: Browser, share: float) -> str:
    """What is told where a pointer stands over the figure of states, at a share of the time axis."""
    told: str = browser.run(
        """
        const plot = document.querySelector("#load-1-states .plot"), box = plot.getBoundingClientRect();
        const area = plot.querySelector(".nsewdrag").getBoundingClientRect();
        const clientX = area.left + arguments[0] * area.width;
        plot.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY: box.top + 9, bubbles: true }));
        return document.querySelector("#load-1 .readout").innerText;
        """,
        share,
    )
    return told


def test_it_shows_what_the_report_says(opened: Browser, minute: LoadReport) -> None:
    hold_against(opened, minute)


def test_pointing_tells_what_all_figures_show_at_that_moment(opened: Browser, minute: LoadReport) -> None:
    told = point(opened, 16.0 / minute.duration)

    assert told.startswith("00:16.")
    assert "phase 'a phase '" in told
    assert "playlist unchanged" in told
    states = [[it.state for it in client.history if it.at <= 16.0][-1] for client in minute.clients]
    for state in State:
        if number := states.count(state):
            assert f"{state} {number}" in told
    assert "client 2" in told
    assert "client 1" in told
    assert "median 4 s" in told
    assert "lag" in told
    cursors = opened.run(
        "return [...document.querySelectorAll('.cursor')].map((it) => it.getBoundingClientRect().left)"
    )
    assert len(cursors) == 8
    assert len(set(cursors)) == 1


def test_the_keyboard_zooms_all_figures_at_once_and_moves_the_cursor(opened: Browser) -> None:
    whole = ranges(opened)[0]
    tools = opened.driver.find_element(By.CSS_SELECTOR, "#load-1 .tools")

    tools.send_keys(Keys.HOME, Keys.ARROW_RIGHT * 40)
    assert opened.run("return document.querySelector('.readout').innerText").startswith("00:12.")
    tools.send_keys("++")
    zoomed = ranges(opened)
    assert all(it == zoomed[0] for it in zoomed)
    assert zoomed[0][1] - zoomed[0][0] == pytest.approx((whole[1] - whole[0]) / 4)
    assert zoomed[0][0] < 12.0 < zoomed[0][1]
    tools.send_keys(Keys.SHIFT, Keys.ARROW_RIGHT)
    assert ranges(opened)[0][0] == pytest.approx(zoomed[0][0] + (zoomed[0][1] - zoomed[0][0]) / 4)
    tools.send_keys(Keys.NULL, "0")
    assert ranges(opened) == [whole] * 8

    for button in opened.driver.find_elements(By.CSS_SELECTOR, "#load-1 .tools button"):
        assert button.is_enabled()
        assert button.accessible_name
    opened.driver.find_element(By.CSS_SELECTOR, "button[data-do=range]").send_keys(Keys.ENTER)
    assert ranges(opened) == [[8, 25]] * 8


def test_dragging_across_one_figure_zooms_all_and_a_double_click_shows_all_again(opened: Browser) -> None:
    area = opened.run(
        "const area = document.querySelector('#load-1-buffer .nsewdrag');"
        "area.scrollIntoView({ behavior: 'instant', block: 'center' }); return area.getBoundingClientRect().toJSON()"
    )

    def mouse(kind: str, share: float, clicks: int = 1) -> None:
        x, y = area["x"] + share * area["width"], area["y"] + area["height"] / 2
        event = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": clicks}
        opened.driver.execute_cdp_cmd("Input.dispatchMouseEvent", event)

    mouse("mousePressed", 0.25)
    mouse("mouseMoved", 0.4)
    mouse("mouseMoved", 0.5)
    mouse("mouseReleased", 0.5)
    zoomed = ranges(opened)
    assert all(it == zoomed[0] for it in zoomed)
    assert zoomed[0] == pytest.approx([15.0, 30.0], abs=0.5)

    for clicks in (1, 2):
        mouse("mousePressed", 0.4, clicks)
        mouse("mouseReleased", 0.4, clicks)
    opened.wait_for(f"({_RANGES_NOW}).every((range) => range[1] > 60)")


def test_dark_light_paper_and_a_phone(opened: Browser, tmp_path: Path) -> None:
    fill = "getComputedStyle(document.querySelector('#load-1-states .js-fill')).fill"
    light = opened.run(f"return {fill}")

    opened.light(dark=True)
    opened.wait_for(f"{fill} !== {light!r}")
    dark = opened.run(f"return {fill}")
    opened.run("dispatchEvent(new Event('beforeprint'))")
    assert opened.run(f"return {fill}") == light
    opened.run("dispatchEvent(new Event('afterprint'))")
    assert opened.run(f"return {fill}") == dark
    opened.pdf(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")

    opened.window(360, 740, mobile=True)
    opened.wait_for("document.querySelector('#load-1-states .main-svg').clientWidth < 360")
    assert opened.run("return document.documentElement.scrollWidth") == 360
    opened.window(1280, 900)
    opened.light(dark=False)


def test_planted_text_stays_text(browser: Browser, tmp_path: Path) -> None:
    it = eventful(evil=EVIL)
    browser.open(written(tmp_path, Load(name=EVIL, report=it, problems=[EVIL], beside=[EVIL])))
    browser.draw_all()

    assert browser.driver.title.endswith("hls load")
    assert browser.run("return document.querySelectorAll('script').length") == 4
    assert browser.run("return document.querySelectorAll('img, a[href^=http]').length") == 0
    assert "onerror=alert(1)" in point(browser, 16.0 / it.duration)
    assert browser.complaints() == []
    assert browser.requests() == []


def test_several_loads_have_an_index_and_each_its_own_axis(browser: Browser, tmp_path: Path) -> None:
    loads = [Load(name=f"test_{n}", report=it) for n, it in enumerate((eventful(), long_load(60, 300), eventful()))]
    browser.open(written(tmp_path, *loads))
    browser.draw_all()

    rows: list[Any] = browser.run("return [...document.querySelectorAll('.index tbody tr')].map((tr) => tr.innerText)")
    assert [row.split()[0] for row in rows[:3]] == ["test_0", "test_1", "test_2"]
    browser.driver.find_element(By.CSS_SELECTOR, "#load-2 .tools").send_keys("+")
    assert browser.run(_RANGES.replace("load-1", "load-2"))[0] == pytest.approx([75, 225], abs=1)
    assert ranges(browser)[0] == pytest.approx([0, 60.1], abs=0.1)
    cells = browser.run("return document.querySelectorAll('#load-2-density .heatmaplayer image').length")
    assert cells == 1
    drawn = browser.run(
        "return JSON.stringify([...document.querySelectorAll('.plot')].map((it) => [it.data, it.layout]))"
    )
    assert '"--' not in drawn
    assert browser.complaints() == []


def test_a_browser_that_cannot_draw_says_so_where_the_figures_would_be(browser: Browser, tmp_path: Path) -> None:
    script = {"source": "delete globalThis.DecompressionStream"}
    added = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)
    try:
        browser.open(written(tmp_path, Load(name="test_soak", report=eventful())))
        browser.wait_for("document.querySelector('.plot p') !== null")
    finally:
        browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

    said = browser.run("return [...document.querySelectorAll('.plot')].map((plot) => plot.innerText)")
    assert len(said) == 9
    assert all("the tables say the same" in words for words in said)
    assert browser.complaints() == []
