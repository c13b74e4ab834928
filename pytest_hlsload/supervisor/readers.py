"""The reader processes of a load: how they start, and that nothing of them is left"""

import contextlib
from dataclasses import replace

from pytest_hlsload.model.client_options import with_own
from pytest_hlsload.reader.binary import environment
from pytest_hlsload.reader.command import ReaderOptions, reader_command

from .adopted import sweep, sweep_all
from .guard import adopt_orphans, tie_to_parent
from .loop import Loop
from .order import Order
from .reading import Listener, Reading
from .spawn import ReaderProcess
from .stream import Place, StreamKnowledge
from .twin import Twin

# A crowd of readers that end together is swept up after once.
_SWEEP_AFTER = 0.2

# Whatever has not died of SIGKILL by then waits for hardware.
_LONGEST_SWEEP = 0.5


class Readers:
    """
    Args:
        order: the owner's.
        loop: on which readers are watched.
    """

    def __init__(self, order: Order, loop: Loop) -> None:
        self._loop = loop
        self._portable = order.portable
        self._agent = order.agent
        self._options = ReaderOptions(
            ffmpeg=order.ffmpeg,
            hls_options=frozenset(order.hls_options),
            decode=order.settings.mode == "decode",
            headers=order.settings.headers,
            mute_after=order.settings.mute_after,
        )
        self._environment = environment(order.settings.proxy)
        self._running: set[int] = set()
        self._spared: set[int] = set()
        self._sweeping = False
        self._adopts = not order.portable and adopt_orphans()
        self._twin: Twin | None = None
        # Where there is no shell, or no room for one, Linux has the tie between parent and child.
        with contextlib.suppress(OSError):
            self._twin = Twin()
        self._tie = tie_to_parent(self._twin, portable=order.portable)

    def start(self, client: int, listener: Listener, *, stream: StreamKnowledge, place: Place) -> Reading:
        """See `surroundings.Start`."""
        streams = tuple(stream.streams)
        inputs = stream.inputs(client, place)
        headers = with_own(self._options.headers, stream.options_of(client).headers)
        options = replace(self._options, headers=headers)
        try:
            process = ReaderProcess(
                lambda outputs: reader_command(
                    options,
                    inputs,
                    user_agent=f"{self._agent}/client-{client}",
                    streams=streams,
                    outputs=outputs,
                ),
                outputs=len(streams),
                environment=self._environment,
                before_exec=self._tie,
                gone=self._forget,
                portable=self._portable,
            )
        except OSError as error:
            # Named is what could not be executed: a child was there, which may have told the twin of itself.
            if self._twin is not None and error.filename is not None:
                self._twin.renew()
            raise
        self._running.add(process.pid)
        if self._twin is not None:
            self._twin.add(process.pid)
        return Reading(self._loop, process, streams, listener)

    def spare(self, pid: int) -> None:
        """Leave this child alone: it is nothing that a reader left behind."""
        self._spared.add(pid)

    def close(self) -> None:
        """Nothing runs on. Readers must have been ended, as far as they could be."""
        if self._adopts:
            sweep_all(self._known, patience=_LONGEST_SWEEP)
        if self._twin is not None:
            self._twin.end()

    def _forget(self, pid: int) -> None:
        """A reader has died, and its number is not yet free for another."""
        self._running.discard(pid)
        if self._twin is not None:
            self._twin.remove(pid)
        if self._adopts and not self._sweeping:
            self._sweeping = True
            self._loop.call_at(self._loop.now + _SWEEP_AFTER, self._sweep)

    def _sweep(self, _: float) -> None:
        self._sweeping = False
        sweep(self._known)

    @property
    def _known(self) -> set[int]:
        """The children that are not adopted."""
        return self._running | self._spared | ({self._twin.pid} if self._twin is not None else set())
