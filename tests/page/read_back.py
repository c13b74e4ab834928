"""The figures of a page, read back out of what the browser has drawn, held against the report"""

import pytest

from page.browser import Browser
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import State
from pytest_hlsload.render.page.series.lanes import SHOWN, worst_first

# What was drawn is known to a pixel and its edges' smoothing.
_PIXELS = 2.0

# The horizontal bars of a figure as they stand on the screen: for each trace its name and every bar's edges in pixels,
# from the left and from the top of the plotting area, whose width and height come first.
_BARS = """
const plot = document.querySelector(`#load-1-${arguments[0]} .plot`);
const area = plot.querySelector(".nsewdrag").getBoundingClientRect();
const traces = [...plot.querySelectorAll(".barlayer .trace.bars")].map((trace) => [
  trace.__data__[0].trace.name,
  [...trace.querySelectorAll(".point path")].map((path) => {
    const box = path.getBoundingClientRect();
    return [box.left - area.left, box.right - area.left, (box.top + box.bottom) / 2 - area.top];
  }),
]);
return [area.width, area.height, traces];
"""

_TRACES = "return document.querySelector(`#load-1-${arguments[0]} .plot`).data"


def hold_against(browser: Browser, report: LoadReport) -> None:
    """Everything that the opened page says of its one load is what the report says."""
    _hold_words(browser, report)
    _hold_states(browser, report)
    _hold_lanes(browser, report)
    _hold_troubles(browser, report)
    _hold_samples(browser, report)


def _hold_words(browser: Browser, report: LoadReport) -> None:
    assert browser.run("return document.querySelector('#load-1').dataset.verdict") == report.verdict
    problems = browser.run("return [...document.querySelectorAll('#load-1 .problems li')].map((li) => li.innerText)")
    assert problems == list(report.problems)
    cards = dict(
        browser.run(
            "return [...document.querySelectorAll('#load-1 .cards dd[data-figure]')]"
            ".map((dd) => [dd.dataset.figure, dd.dataset.value])"
        )
    )
    assert len(cards) == 6
    for figure, value in cards.items():
        name, _, stat = figure.partition(".")
        told = getattr(report, name)
        expected = getattr(told, stat) if stat else told
        if name == "media_lost":
            expected = sum(client.media_lost for client in report.clients)
        assert float(value) == pytest.approx(expected, nan_ok=True), figure
    rows = browser.run(
        "return [...document.querySelectorAll('#load-1 tr[data-client]')].map((tr) => tr.dataset.client)"
    )
    assert [int(row) for row in rows] == [client.index for client in worst_first(report)[:SHOWN]]


def _hold_states(browser: Browser, report: LoadReport) -> None:
    traces = browser.run(_TRACES, "states")
    seconds = {
        trace["name"].partition(" ")[0]: sum(
            y * (after - before) for y, before, after in zip(trace["y"], trace["x"], trace["x"][1:], strict=False)
        )
        for trace in traces
    }
    for state in State:
        if state is not State.IDLE:
            tolerance = 0.001 * len(traces[0]["x"]) * len(report.clients) / 10 + 0.01
            assert seconds.get(str(state), 0.0) == pytest.approx(report.time_in(state), abs=tolerance), state


def _hold_lanes(browser: Browser, report: LoadReport) -> None:
    width, height, traces = browser.run(_BARS, "lanes")
    ranked = worst_first(report)[:SHOWN]
    lane = height / len(ranked)
    within = _PIXELS * report.duration / width
    drawn: dict[int, list[tuple[float, float, str]]] = {client.index: [] for client in ranked}
    states = {"streaming", "starting", "ended", "backoff (no reader)"}
    for name, bars in traces:
        for left, right, middle in bars if name not in states else ():
            client = ranked[int(middle // lane)]
            scale = report.duration / width
            drawn[client.index].append((report.window.start + left * scale, report.window.start + right * scale, name))
    for client in ranked:
        told = [(stall.start, stall.end, str(stall.cause)) for stall in client.stalls]
        seen = drawn[client.index]
        for it in seen:
            assert any(_alike(it, other, within) for other in told), (client, it)
        for it in told:
            # What is narrower than a pixel may not show.
            assert it[1] - it[0] < within or any(_alike(it, other, within) for other in seen), (client, it)
    exits = browser.run("return document.querySelectorAll('#load-1-lanes .scatterlayer .point').length")
    assert exits == sum(len(client.exits) for client in ranked)


def _alike(one: tuple[float, float, str], other: tuple[float, float, str], within: float) -> bool:
    return one[2] == other[2] and abs(one[0] - other[0]) < within and abs(one[1] - other[1]) < within


def _hold_troubles(browser: Browser, report: LoadReport) -> None:
    traces = browser.run(_TRACES, "restarts")
    failed = {trace["name"]: sum(trace["y"]) for trace in traces if trace["type"] == "bar"}
    causes = [end.cause for client in report.clients for end in client.exits]
    assert failed == {str(cause): causes.count(cause) for cause in set(causes)}
    assert traces[-1]["y"][-1] == report.restarts
    [lines] = browser.run(_TRACES, "lines")
    assert sum(lines["y"]) == sum(span.count for client in report.clients for span in client.facts.logs)
    [startup] = browser.run(_TRACES, "startup")
    assert sum(startup["y"]) == sum(client.startup_time is not None for client in report.clients)


def _hold_samples(browser: Browser, report: LoadReport) -> None:
    moments = [trace["x"] for trace in browser.run(_TRACES, "buffer")]
    taken = [round(sample.at, 3) for sample in report.facts.samples if report.window.holds(sample.at)]
    assert moments[0]
    assert set(moments[0]) <= set(taken)
    [lag] = browser.run(_TRACES, "lag")
    assert lag["y"] == [round(1000 * it.lag, 1) for it in report.facts.health if report.window.holds(it.at)]
