"""A load as its supervisor runs it, from the order to the end"""

import time
from random import Random

from pytest_hlsload.journal.writing import JournalWriter
from pytest_hlsload.model.client_options import in_words
from pytest_hlsload.model.records import (
    VERSION,
    CommandRecord,
    EndRecord,
    LoadRecord,
    ProblemRecord,
    Record,
)

from .audience import Audience
from .commands import Commands
from .health import HealthMeter
from .lease import Lease
from .loop import Loop
from .order import Command, Order
from .owners import watch_owners
from .playlists import Playlists
from .readers import Readers
from .surroundings import Surroundings

_LOOK_EVERY = 5.0

# For its first two hours a load is sampled at every look; from then on in steps that grow with its length, or a day of
# two hundred clients would fill a journal with figures that no report keeps.
_STEPS = 1440

# A deadline is due so often that a machine without time to spare shows by how late it is.
_HEARTBEAT = 0.25

# Readers that outlive this have been told to end in every way; waiting longer would not help.
_LONGEST_STOP = 3.0


class Supervisor:
    """
    Args:
        order: the owner's.
        lifeline: descriptor with the owner's commands; when it ends, the owner is gone.
        signals: descriptor on which asked-for ends arrive (see `guard.wake_on_signals`).
        heard: commands that came together with the order.
        loop: injected for tests.
        readers: likewise.
    """

    def __init__(
        self,
        order: Order,
        *,
        lifeline: int,
        signals: int,
        heard: bytes = b"",
        loop: Loop | None = None,
        readers: Readers | None = None,
    ) -> None:
        self._order = order
        self._loop = loop or Loop()
        self._lifeline = lifeline
        self._commands = Commands(lifeline, heard)
        self._stopping = False
        self._reason = ""
        self._journal = JournalWriter(order.journal)
        self._told_lost = 0
        self._next_sample = float("-inf")
        self._health = HealthMeter(self._loop.time)
        self._zero = self._loop.time()
        settings = order.settings
        self._readers = readers or Readers(order, self._loop)
        self._playlists = Playlists(order, self._loop, self._write, zero=self._zero, ready=self._begin)
        around = Surroundings(
            loop=self._loop,
            write=self._write,
            start=self._readers.start,
            settings=settings,
            # Not the same on every host, or all would restart their readers at the same moments.
            random=Random(f"{order.id} {order.first}"),
            zero=self._zero,
        )
        self._audience = Audience(order, around, self._playlists.of)
        self._loop.watch(lifeline, self._read_commands)
        self._loop.watch(signals, lambda at: self._end(at, "signal"))
        watch_owners(self._loop, order.owners, lambda at: self._end(at, "lifeline"), portable=order.portable)
        self._lease = Lease(self._loop, order.lease, lambda at: self._end(at, "lease"))

    def run(self) -> None:
        """The whole load."""
        order = self._order
        self._write(
            LoadRecord(
                at=0.0,
                version=VERSION,
                id=order.id,
                wall=time.time() - self._since_start(),
                monotonic=self._zero,
                machine=order.machine,
                settings=order.shown_settings,
            )
        )
        if self._journal.lost:
            return  # nobody could follow it
        self._journal.sync()
        self._loop.call_at(self._zero + _LOOK_EVERY, self._look_again)
        self._loop.call_at(self._zero + _HEARTBEAT, self._beat)
        self._loop.call_at(self._zero, self._read_commands)
        self._playlists.look(self._readers.spare)
        try:
            self._loop.run()
        except Exception as error:
            self._write(ProblemRecord(at=self._since_start(), text=f"the supervisor crashed: {error!r}"))
            raise
        finally:
            self._leave()

    def _begin(self, at: float) -> None:
        """The probes have looked; the clients come."""
        if not self._stopping:
            self._audience.begin(at)

    # Commands

    def _read_commands(self, at: float) -> None:
        commands = self._commands.read()
        if commands is None:
            self._loop.forget(self._lifeline)
            self._end(at, "lifeline")
        if commands:
            self._lease.renew(at)
        for command in commands or []:
            self._obey(at, command)

    def _obey(self, at: float, command: Command) -> None:
        if self._stopping or command.command == "renew":
            return
        if command.command == "stop":
            self._end(at, "stop", command.id)
            return
        text = command.text
        if command.command == "options":
            text = in_words(command.options)
            self._playlists.renew(command.options)
        else:
            self._sample(at)
        self._write(CommandRecord(at=at - self._zero, id=command.id, command=command.command, text=text))

    def _end(self, at: float, reason: str, command: int = 0) -> None:
        """End the viewing now, and the readers as soon as they obey."""
        if self._stopping:
            return
        self._stopping = True
        self._reason = reason
        self._loop.clear_starts()
        self._sample(at)
        self._measure(at)
        self._audience.stop(at)
        self._write(CommandRecord(at=at - self._zero, id=command, command="stop", text=reason))
        self._journal.sync()
        self._ended_at = at
        self._wait_for_readers(at)

    def _wait_for_readers(self, at: float) -> None:
        if not self._audience.served or at - self._ended_at > _LONGEST_STOP:
            self._loop.stop()
            return
        self._loop.call_at(at + 0.01, self._wait_for_readers)

    def _leave(self) -> None:
        """Whatever happened: nothing runs on, and the journal is closed."""
        self._playlists.close()
        for client in self._audience.served:
            assert client.reading is not None
            client.reading.kill()
            if self._stopping:
                text = f"reader process {client.reading.pid} did not end within {_LONGEST_STOP:g} s"
                self._write(ProblemRecord(at=self._since_start(), client=client.index, text=text))
        self._readers.close()
        self._write(EndRecord(at=self._since_start(), reason=self._reason or "crash"))
        self._journal.sync()
        self._journal.close()

    def _since_start(self) -> float:
        return self._loop.time() - self._zero

    # Figures

    def _look_again(self, at: float) -> None:
        if self._stopping:
            return
        if at >= self._next_sample:
            self._sample(at)
            step = max(_LOOK_EVERY, (at - self._zero) / _STEPS)
            self._next_sample = at + step - _LOOK_EVERY / 2  # looks are late by what they took
        else:
            self._audience.advance(at)
        self._measure(at)
        self._loop.call_at(at + _LOOK_EVERY, self._look_again)

    def _measure(self, at: float) -> None:
        behind, lag = self._audience.behind(at), self._loop.reset_lag()
        readers = [client.reading.pid for client in self._audience.served if client.reading is not None]
        self._write(self._health.measure(at - self._zero, lag=lag, behind=behind, readers=readers))

    def _sample(self, at: float) -> None:
        self._write(self._audience.sample(at))

    def _beat(self, at: float) -> None:
        self._loop.call_at(at + _HEARTBEAT, self._beat)

    def _write(self, record: Record) -> None:
        lost = self._journal.lost
        # There is room again: the report must not look as if nothing had been.
        again = self._journal.write(record) and bool(self.loss)
        if again and self._journal.write(ProblemRecord(at=record.at, text=self.loss)):
            self._told_lost = lost

    @property
    def loss(self) -> str:
        """What could not be put on record and is not told there, as a sentence; "" for nothing."""
        lost = self._journal.lost - self._told_lost
        if not lost:
            return ""
        return f"{lost} record{'s' * (lost != 1)} of the journal could not be written: {self._journal.trouble}"
