"""What a reader prints, as it is read from real pipes."""

import os
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_hlsload.model.media import Run, Stream
from pytest_hlsload.reader.log_lines import LogLine
from pytest_hlsload.supervisor.loop import REST, ROUND, Loop
from pytest_hlsload.supervisor.reading import Reading
from pytest_hlsload.supervisor.spawn import ReaderProcess

HEADER = b"#tb 0: 1/90000\n"
LOG = b"[hls @ 0x1] [warning] Failed to reload playlist 0\n"


def packets(first: int, count: int) -> bytes:
    return b"".join(
        b"0, %10d, %10d,     3600,     5000, 0x59c24f75\n" % (n * 3600, n * 3600) for n in range(first, first + count)
    )


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.media: list[tuple[float, float]] = []

    def on_log(self, _: float, line: LogLine) -> None:
        self.heard.append(line.kind)

    def on_media(self, at: float, runs: Sequence[Run]) -> None:
        self.heard.append("media")
        self.media.append((at, sum(run.end - run.start for run in runs)))

    def on_end(self, at: float, code: int) -> None:
        self.heard.append("end")


class World:
    """A loop on a clock of its own, and a process that is played by two pipes."""

    def __init__(self) -> None:
        self.now = 100.0
        self.loop = Loop(clock=lambda: self.now, sleep=self._sleep)
        pipes = [os.pipe2(os.O_NONBLOCK) for _ in range(2)]
        (log, self._log), (media, self._media) = pipes
        self._open = [descriptor for pipe in pipes for descriptor in pipe]
        self.code: int | None = None
        process = SimpleNamespace(
            log=log, media=(media,), exited=None, pid=1, poll=lambda: self.code, close=lambda: None
        )
        self.listener = Listener()
        self.reading = Reading(self.loop, cast("ReaderProcess", process), [Stream.VIDEO], cast("Any", self.listener))

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def prints(self, media: bytes = b"", log: bytes = b"") -> None:
        os.write(self._media, media)
        os.write(self._log, log)

    def turn_at(self, at: float) -> None:
        self.now = at
        self.loop.call_at(at, lambda _: None)  # so that it waits for nothing
        self.loop.turn()

    def close(self) -> None:
        for descriptor in self._open:
            os.close(descriptor)


@pytest.fixture
def world() -> Iterator[World]:
    it = World()
    it.prints(HEADER)
    it.turn_at(100.0)
    yield it
    it.close()


def test_a_reader_is_read_as_it_prints_and_its_log_before_its_media(world: World) -> None:
    world.prints(packets(0, 25), LOG)
    world.turn_at(100.03)

    assert world.listener.heard == ["playlist_failed", "media"]
    ((at, seconds),) = world.listener.media
    assert at == pytest.approx(100.03, abs=REST + 0.001)
    assert seconds == pytest.approx(1.0)


def test_a_relaxed_reader_is_read_in_rounds_log_and_media(world: World) -> None:
    world.reading.relax()
    world.turn_at(100.03)
    world.prints(packets(0, 25), LOG)
    world.turn_at(100.1)
    assert world.listener.heard == []

    world.prints(packets(25, 25))
    world.turn_at(100.0 + ROUND)
    assert world.listener.heard == ["playlist_failed", "media"]
    ((at, seconds),) = world.listener.media
    assert (at, round(seconds, 6)) == (100.0 + ROUND, 2.0)


def test_a_reader_that_is_attended_again_is_read_as_it_prints(world: World) -> None:
    world.reading.relax()
    world.turn_at(100.03)
    world.reading.attend()
    world.prints(packets(0, 25))
    world.turn_at(100.06)

    assert world.listener.heard == ["media"]


def test_what_waits_can_be_read_at_once(world: World) -> None:
    world.reading.relax()
    world.prints(packets(0, 25))
    world.turn_at(100.005)
    assert world.listener.media == []
    world.reading.read_now(100.01)

    ((at, seconds),) = world.listener.media
    assert (at, round(seconds, 6)) == (100.01, 1.0)


def test_a_pipe_that_has_ended_is_watched_no_more_in_either_way(world: World) -> None:
    os.close(world._media)
    world._open.remove(world._media)
    world.turn_at(100.05)
    assert len(world.loop._watched) == 1

    world.reading.relax()
    assert len(world.loop._watched) == 1
    world.reading.attend()
    assert len(world.loop._watched) == 1
    os.write(world._log, LOG)
    world.turn_at(100.1)
    assert world.listener.heard == ["playlist_failed"]


@pytest.mark.parametrize("patient", [False, True])
def test_the_last_that_a_reader_printed_is_read_when_it_has_ended_and_nothing_is_watched_any_more(
    world: World, patient: bool
) -> None:
    if patient:
        world.reading.relax()
    world.prints(packets(0, 25), LOG)
    world.code = 0
    while "end" not in world.listener.heard:
        world.turn_at(world.now + 0.05)

    assert world.listener.heard == ["playlist_failed", "media", "end"]
    assert not world.loop._watched
    assert not world.loop._patient.get_map()
    world.reading.relax()
    world.reading.attend()
    world.reading.read_now(world.now)
    assert not world.loop._watched
