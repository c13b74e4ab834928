"""The page of real loads: what the browser shows of faults is what the report says of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from page.browser import Browser
from page.read_back import hold_against
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.origin import Channel, Origin

Faults = Sequence[tuple[str, Callable[[Channel], object], float]]
"""Of each its phase's name, the fault, and how long the phase lasts in seconds."""


def loaded(faults: Faults, *, clients: int, ramp: float, ffmpeg: str, folder: Path, segment: float) -> LoadReport:
    """The report of a load through faults, with its page written by the load itself."""
    with Origin() as origin:
        channel = origin.channel(segment_seconds=segment)
        load = HlsLoad(
            channel.url,
            clients=clients,
            ramp=ramp,
            ffmpeg=ffmpeg,
            report_dir=str(folder / "reports"),
            html=str(folder / "page.html"),
            thresholds=["buffering_ratio.max <= 1%"],
        )
        with load:
            load.wait_until_streaming(60)
            load.mark("all stream")
            for name, fault, seconds in faults:
                with load.phase(name):
                    fault(channel)
                    load.soak(seconds)
        return load.stop()


def opened_and_held(browser: Browser, report: LoadReport, path: Path, phases: Sequence[str]) -> None:
    browser.open(path)
    browser.draw_all()
    hold_against(browser, report)
    names = browser.run("return document.querySelector('#load-1-events .plot').data[0].text")
    assert names[: len(phases)] == list(phases)
    assert browser.complaints() == []
    assert browser.requests() == []


def test_three_faults_in_a_quarter_of_a_minute(browser: Browser, ffmpeg: str, tmp_path: Path) -> None:
    faults: Faults = [
        ("hang", lambda channel: channel.hang(4), 5.5),
        ("refuse", lambda channel: channel.refuse(3), 5),
        ("404", lambda channel: channel.segment_status(404, seconds=3), 4.5),
    ]
    report = loaded(faults, clients=4, ramp=0.5, ffmpeg=ffmpeg, folder=tmp_path, segment=0.96)

    assert report.stall_count
    assert report.restarts
    opened_and_held(browser, report, tmp_path / "page.html", ["hang", "refuse", "404"])


@pytest.mark.long
def test_a_minute_of_fifty_clients_through_three_faults(browser: Browser, ffmpeg: str, tmp_path: Path) -> None:
    faults: Faults = [
        ("stale", lambda channel: channel.stale(14), 19),
        ("refuse", lambda channel: channel.refuse(9), 17),
        ("404", lambda channel: channel.segment_status(404, seconds=9), 20),
    ]
    report = loaded(faults, clients=50, ramp=4, ffmpeg=ffmpeg, folder=tmp_path, segment=1.92)

    assert report.duration > 58
    assert report.stall_count >= 100
    opened_and_held(browser, report, tmp_path / "page.html", ["stale", "refuse", "404"])
