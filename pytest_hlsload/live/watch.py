"""Following a running load's journal from the owner's side"""

import threading
import time
from collections.abc import Callable, Iterable

from pytest_hlsload.journal.following import Follower
from pytest_hlsload.model.client_records import ClientRecord, StateRecord
from pytest_hlsload.model.fold import Fold
from pytest_hlsload.model.records import CommandRecord, EndRecord, LoadRecord, Record
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import State

# How often the journal is looked at; a blocking call is late by no more than this.
_EVERY = 0.1

# Until it begins, a test waits for nothing else.
_EVERY_AT_FIRST = 0.01

# What an end record's reason means to whoever waits.
_WHY = {
    "stop": "",
    "signal": "the supervisor was told to end by a signal",
    "lifeline": "a process for which it ran is gone",
    "crash": "the supervisor crashed",
    "lost": "all of its hosts were lost",
}


class JournalWatch:
    """
    Reads a journal in a thread of its own, and knows what it says so far.

    Args:
        follower: of the journal.
        clients: how many the load has.
        supervisor_lives: whether the process that writes the journal still runs.
        look: called in the thread with every batch of new records, and with this watch.
    """

    def __init__(
        self,
        follower: Follower,
        clients: int,
        *,
        supervisor_lives: Callable[[], bool],
        look: Callable[[Iterable[Record], "JournalWatch"], None],
    ) -> None:
        self._follower = follower
        self._supervisor_lives = supervisor_lives
        self._look = look
        self._fold = Fold()
        self._news = threading.Condition()
        self._states = [State.IDLE] * clients
        self._newest = list(range(1, clients + 1))
        self._streamed: set[int] = set()
        self._comes_and_goes = False
        self._commands: dict[int, float] = {}
        self._came = 0
        self._zero: float | None = None
        self._closing = False
        self.error: BaseException | None = None
        """What ended the thread, if anything did; to be raised in the main thread."""
        self.dead = False
        """Whether the supervisor is gone without having ended the journal."""
        self.ended = False
        """Whether the journal is at its end."""
        self.why_ended = ""
        """In words, where it has ended by itself; else ""."""
        self.last_came: float | None = None
        """When the last of all clients came, in seconds since the load's start; None until then."""
        self.until: float | None = None
        """Until when somebody waits, on the monotonic clock; None while nobody does."""
        self._thread = threading.Thread(target=self._run, name="hls-load journal", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def close(self) -> None:
        """Stop following, after one last look."""
        self._closing = True
        # A finalizer that stops a load is run in whatever thread the collector was woken in.
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    @property
    def fold(self) -> Fold:
        """Of all records so far; use it under `lock`."""
        return self._fold

    @property
    def lock(self) -> threading.Condition:
        """Guards what is folded."""
        return self._news

    def snapshot(self, at: float | None = None) -> LoadReport:
        """What is on record by now, or by a moment in seconds since the load's start. May be called in any thread."""
        with self._news:
            return self._fold.report(at=self.now if at is None else at, running=True)

    @property
    def states(self) -> tuple[State, ...]:
        """Of the clients, client 1 first; where viewers come and go, of the one that has each one's place now."""
        return tuple(self._states)

    @property
    def all_stream(self) -> bool:
        """Whether all clients do; where viewers come and go, whether at every place one has."""
        if self._comes_and_goes:
            return len(self._streamed) == len(self._states)
        return all(state is State.STREAMING for state in self._states)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of the clients that are there, or have not come yet."""
        return tuple(self._newest)

    @property
    def started(self) -> bool:
        """Whether the journal has its first record."""
        return self._zero is not None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.dead or self.ended or self.error is not None

    @property
    def now(self) -> float:
        """The load's time, in seconds since its start."""
        return time.monotonic() - self._zero if self._zero is not None else 0.0

    def monotonic(self, at: float) -> float:
        """A moment of the load on this machine's monotonic clock."""
        return at + (self._zero or 0.0)

    def command_at(self, number: int) -> float | None:
        """When a command was carried out, in seconds since the load's start; None if it was not yet."""
        return self._commands.get(number)

    def wait(self, done: Callable[[], bool], until: float) -> bool:
        """
        Wait until ``done``, the monotonic time ``until``, or the load's end, whichever comes first.

        Returns:
            Whether ``done``.
        """
        with self._news:
            while not done():
                left = until - time.monotonic()
                if left <= 0 or self.over:
                    return done()
                self._news.wait(min(left, 1.0))
            return True

    def _run(self) -> None:
        try:
            while not self._closing:
                alive = self._supervisor_lives()
                self._take(alive)
                if self.dead or self.ended:
                    break
                time.sleep(_EVERY if self.started else _EVERY_AT_FIRST)
            self._take(self._supervisor_lives())
        except BaseException as error:  # noqa: BLE001  raised in the main thread, where it can be seen
            self.error = error
            with self._news:
                self._news.notify_all()
        finally:
            self._follower.close()

    def _take(self, supervisor_lived: bool) -> None:
        records = self._follower.read()
        with self._news:
            for record in records:
                self._fold.add(record)
                self._note(record)
            # Asked before the journal was read: a supervisor that ended meanwhile has written all it will write.
            if not supervisor_lived and not self.ended:
                self.dead = True
            if records or self.over:
                self._news.notify_all()
        self._look(records, self)

    def _note(self, record: Record) -> None:
        if isinstance(record, StateRecord):
            # Who follows a viewer that has left takes its place.
            place = (record.client - 1) % len(self._states)
            self._states[place] = record.state
            if record.state is State.STREAMING:
                self._streamed.add(place)
        elif isinstance(record, CommandRecord):
            self._commands[record.id] = record.at
        elif isinstance(record, ClientRecord):
            self._newest[(record.client - 1) % len(self._states)] = record.client
            self._comes_and_goes |= record.stays is not None
            if record.client <= len(self._states):
                self._came += 1
                if self._came == len(self._states):
                    self.last_came = record.at
        elif isinstance(record, LoadRecord):
            self._zero = record.monotonic
        elif isinstance(record, EndRecord):
            self.why_ended = _WHY.get(record.reason, record.reason)
            self.ended = True
