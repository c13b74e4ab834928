import threading
import time
from collections.abc import Iterator

import pytest
from origin.browsing import Browser

from pytest_hlsload.origin import Channel, Origin
from truth.viewer import truth


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


def follow(channel: Channel, seen: list[tuple[float, str]], stop: threading.Event) -> None:
    """Read a channel as a player does, and note when each segment was there."""
    names: set[str] = set()
    with Browser(channel, "viewer") as browser:
        while not stop.is_set():
            for name in browser.playlist().segments:
                if name not in names:
                    browser.get(name)
                    names.add(name)
                    seen.append((time.monotonic(), name))
            time.sleep(0.02)


def test_the_stall_of_a_hang_is_the_hang_less_the_buffer(origin: Origin) -> None:
    channel = origin.channel(audio=False, segment_seconds=0.4, window=4)
    seen: list[tuple[float, str]] = []
    stop = threading.Event()
    viewer = threading.Thread(target=follow, args=(channel, seen, stop))
    start = time.monotonic()
    viewer.start()
    time.sleep(1)
    hang = channel.hang(3)
    time.sleep(4)
    end = time.monotonic()
    stop.set()
    viewer.join()
    assert hang.start is not None
    viewing = truth(channel, "viewer", start, end, resume_buffer=1.0)
    # by the viewer's own account: it plays from the third segment on, and then what it had before the hang
    playing_from = seen[2][0]
    had = 0.4 * sum(at < hang.start for at, _ in seen)
    (stall,) = viewing.stalls
    assert viewing.startup == pytest.approx(playing_from - start, abs=0.05)
    assert stall.start == pytest.approx(playing_from + had, abs=0.05)
    assert stall.start + stall.duration == pytest.approx(hang.start + 3, abs=0.1)
    assert viewing.startup is not None
    assert viewing.startup + viewing.played + viewing.stalled == pytest.approx(end - start)


def test_nothing_is_seen_by_a_client_that_was_not_there(origin: Origin) -> None:
    channel = origin.channel(audio=False, segment_seconds=0.4)
    now = time.monotonic()
    assert truth(channel, "nobody", now, now + 5).startup is None
