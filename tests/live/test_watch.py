"""Following a journal from the owner's side."""

import threading
import time
from collections.abc import Iterable
from pathlib import Path

from model.histories import HEALTHY, journal

from pytest_hlsload.journal.following import Follower
from pytest_hlsload.journal.writing import JournalWriter
from pytest_hlsload.live.watch import JournalWatch
from pytest_hlsload.model.records import Record


def test_a_watch_may_be_closed_in_its_own_thread(tmp_path: Path) -> None:
    # As by a finalizer that stops a load, when the collector is woken there.
    path = tmp_path / "journal.jsonl"
    writer = JournalWriter(path)
    for record in journal(HEALTHY)[:5]:
        writer.write(record)
    closed: list[str] = []

    def look(_: Iterable[Record], __: JournalWatch) -> None:
        if not closed:
            watch.close()
            closed.append(threading.current_thread().name)

    watch = JournalWatch(Follower(path), 1, supervisor_lives=lambda: True, look=look)
    watch.start()
    until = time.monotonic() + 10
    while watch._thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)

    assert closed == ["hls-load journal"]
    assert not watch._thread.is_alive()
    assert watch.error is None
    assert watch.started
