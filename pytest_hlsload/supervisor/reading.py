"""A reader at work: its process on the loop, its output parsed, its end noticed"""

from collections import deque
from collections.abc import Callable, Sequence
from signal import SIGKILL, SIGTERM, Signals
from typing import Protocol

from pytest_hlsload.model.media import Run, Stream
from pytest_hlsload.reader.log_lines import REQUESTS, LogLine, LogParser
from pytest_hlsload.reader.packets import PacketParser

from .loop import LAST, OUTPUT, Loop
from .spawn import ReaderProcess, read_piece, read_rest

# A reader blocked in a network read obeys only the second signal.
_SECOND_SIGNAL = 0.3
_KILL = 1.0

# Where the system has no descriptor for the end of a process.
_POLL = 0.1

_TAIL = 20

_UNTELLING = REQUESTS | {"noise"}


class Listener(Protocol):
    """Whom a reading tells what it sees."""

    def on_log(self, at: float, line: LogLine) -> None:
        """The reader has printed a line."""

    def on_media(self, at: float, runs: Sequence[Run]) -> None:
        """Media has come."""

    def on_end(self, at: float, code: int) -> None:
        """The reader has ended; nothing more will come."""


class Reading:
    """
    One reader from its start to its end.

    Args:
        loop: on which its descriptors are watched.
        process: just started.
        streams: what its media descriptors carry, in order.
        listener: whom to tell.
    """

    def __init__(self, loop: Loop, process: ReaderProcess, streams: Sequence[Stream], listener: Listener) -> None:
        self.streams = tuple(streams)
        self.recent: deque[tuple[float, LogLine]] = deque(maxlen=_TAIL)
        """The last log lines that tell something, with their times."""
        self.paused = False
        self.patient = False
        """Whether its output may wait for the loop's next round."""
        self._loop = loop
        self._process = process
        self._listener = listener
        self._log = LogParser()
        self._parsers = {
            descriptor: PacketParser(stream) for descriptor, stream in zip(process.media, streams, strict=True)
        }
        self._watched: set[int] = set()
        self._over = False
        self._ending = False
        self._watch(process.log, self.read_now, OUTPUT)
        self._watch_media()
        if process.exited is not None:
            self._watch(process.exited, self._see_end, LAST)
        else:
            loop.call_at(loop.now + _POLL, self._see_end)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def narrow(self) -> None:
        """See `ReaderProcess.narrow`."""
        self._process.narrow()

    def pause(self) -> None:
        """Leave the media unread, which stops the reader's downloading once its pipes are full."""
        if not self.paused and not self._over:
            self.paused = True
            for descriptor in self._process.media:
                self._unwatch(descriptor)

    def resume(self) -> None:
        """Read on."""
        if self.paused and not self._over:
            self.paused = False
            self._watch_media()

    def relax(self) -> None:
        """Let its output wait for the loop's rounds."""
        self._set_patience(True)

    def attend(self) -> None:
        """Have its output read as it comes again."""
        self._set_patience(False)

    def end(self, at: float) -> None:
        """Ask the reader to end, then make it."""
        if self._over or self._ending:
            return
        self._ending = True
        self._process.signal(SIGTERM)
        self._loop.call_at(at + _SECOND_SIGNAL, lambda _: self._signal(SIGTERM))
        self._loop.call_at(at + _KILL, lambda _: self._signal(SIGKILL))

    def kill(self) -> None:
        """End the reader at once."""
        self._signal(SIGKILL)

    def _signal(self, number: Signals) -> None:
        if not self._over:
            self._process.signal(number)

    def _set_patience(self, patient: bool) -> None:
        self.patient = patient
        for descriptor in self._watched & {self._process.log, *self._process.media}:
            self._unwatch(descriptor)
            self._watch(descriptor, self.read_now, OUTPUT)

    def _watch_media(self) -> None:
        for descriptor in self._parsers:
            self._watch(descriptor, self.read_now, OUTPUT)

    def _watch(self, descriptor: int, ready: Callable[[float], None], order: int) -> None:
        self._loop.watch(descriptor, ready, order, patient=self.patient and order == OUTPUT)
        self._watched.add(descriptor)

    def _unwatch(self, descriptor: int) -> None:
        if descriptor in self._watched:
            self._watched.remove(descriptor)
            self._loop.forget(descriptor)

    def read_now(self, at: float) -> None:
        """Read what is in the pipes, whichever has something: what it says of its packets before the packets."""
        if self._over:
            return
        if piece := self._read(self._process.log):
            self._take_log(at, piece)
        if self.paused:
            return
        runs: list[Run] = []
        for descriptor, parser in self._parsers.items():
            if piece := self._read(descriptor):
                runs += parser.feed(piece)
        if runs:
            self._listener.on_media(at, runs)

    def _read(self, descriptor: int) -> bytes | None:
        piece = read_piece(descriptor)
        if piece == b"":
            self._unwatch(descriptor)
        return piece

    def _take_log(self, at: float, piece: bytes) -> None:
        for line in self._log.feed(piece):
            if line.kind not in _UNTELLING:  # statistics of every connection, which would push out what was said before
                self.recent.append((at, line))
            self._listener.on_log(at, line)

    def _see_end(self, at: float) -> None:
        if self._over:
            return
        code = self._process.poll()
        if code is None:
            if self._process.exited is None:
                self._loop.call_at(at + _POLL, self._see_end)
            return
        for piece in read_rest(self._process.log):
            self._take_log(at, piece)
        for descriptor, parser in self._parsers.items():
            for piece in read_rest(descriptor):
                if runs := parser.feed(piece):
                    self._listener.on_media(at, runs)
        self._over = True
        for descriptor in tuple(self._watched):
            self._unwatch(descriptor)
        self._process.close()
        self._listener.on_end(at, code)
