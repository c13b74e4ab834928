"""How a running load is told of"""

import logging
from collections.abc import Sequence

import pytest
from live.screens import Recorded
from model.histories import HEALTHY, STALLS_ONCE, client_records, report

from pytest_hlsload.live.board import Board
from pytest_hlsload.live.picture import Picture
from pytest_hlsload.live.screen import Size
from pytest_hlsload.live.ticker import Ticker
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.setting_table import Given
from pytest_hlsload.model.settings import LoadSettings, resolve


class Watch:
    """As much of a journal's watch as is asked."""

    now = 25.0
    over = False
    until: float | None = None

    def __init__(self) -> None:
        self.snapshots = 0

    def snapshot(self, at: float) -> LoadReport:
        self.snapshots += 1
        return report((*STALLS_ONCE[:3], (20.0, "stall"), (at, "log", "refused")), running=True, ends="")


def settings(**given: object) -> LoadSettings:
    return resolve({name: Given(value, "a test") for name, value in {"url": "http://a/", **given}.items()})


class Drawn(Recorded):
    """Keeps the pictures, too."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[Picture] = []

    def draw(self, pictures: Sequence[Picture], size: Size) -> Sequence[str]:
        self.pictures += pictures
        return ["x"]


def stalled(ticker: Ticker, watch: Watch, seconds: float) -> None:
    records = client_records(1, (*HEALTHY[:-1], (20.0, "stall")))
    for n in range(int(seconds * 10)):
        watch.now = 25.0 + n / 10
        ticker.look(records if n == 0 else [], watch)  # type: ignore[arg-type]


def clocked(screen: Drawn, watch: Watch) -> Board:
    return Board(screen, screen.draw, lambda: watch.now)


def test_reasons_are_looked_for_once_a_second() -> None:
    screen, watch = Drawn(), Watch()
    stalled(Ticker(settings(), "name", clocked(screen, watch), lambda: None), watch, 4.0)

    assert watch.snapshots == 4
    assert screen.shows > 8
    [waiting] = screen.pictures[-1].stalled
    assert waiting.seconds == pytest.approx(watch.now - 20.0, abs=0.4)
    assert waiting.why.startswith("refused: ")


def test_a_view_that_breaks_does_not_break_the_load(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Drawn):
        def draw(self, pictures: Sequence[Picture], size: Size) -> Sequence[str]:
            raise RuntimeError("no pencil")

    watch = Watch()
    ticker = Ticker(settings(summary_interval="1s"), "name", clocked(Broken(), watch), lambda: None)
    with caplog.at_level(logging.INFO, "pytest_hlsload"):
        stalled(ticker, watch, 3.0)
        ticker.end()

    assert [r.message for r in caplog.records if r.levelno == logging.WARNING] == [
        "the live view has ended: RuntimeError('no pencil')"
    ]
    assert sum(r.message.startswith("Streaming:0 | Buffering:1") for r in caplog.records) >= 2


def test_off_is_nothing_at_all(caplog: pytest.LogCaptureFixture) -> None:
    screen, watch = Drawn(), Watch()
    with caplog.at_level(logging.INFO, "pytest_hlsload"):
        stalled(
            Ticker(settings(live="off", summary_interval="1s"), "", clocked(screen, watch), lambda: None), watch, 3.0
        )

    assert (screen.shows, caplog.records) == (0, [])


def test_without_a_name_it_is_the_url_without_secrets() -> None:
    screen, watch = Drawn(), Watch()
    url = "http://user:s3cret@a/live.m3u8?token=1"
    stalled(Ticker(settings(url=url), "", clocked(screen, watch), lambda: None), watch, 0.5)

    assert "a/live.m3u8" in screen.pictures[0].name
    assert "s3cret" not in screen.pictures[0].name
    assert "token=1" not in screen.pictures[0].name
