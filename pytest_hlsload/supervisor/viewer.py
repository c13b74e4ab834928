"""The viewer of one client: what has come for it, what it sees, and the records of both"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from pytest_hlsload.model.client_records import HoleRecord, PlayheadRecord, StateRecord
from pytest_hlsload.model.media import Run, Stream
from pytest_hlsload.model.player import Player
from pytest_hlsload.model.records import Record
from pytest_hlsload.model.states import Playhead, State, state_of
from pytest_hlsload.model.timeline import Timeline

# When exactly media came decides of stalls, and only where the buffer is about to be empty. With so many seconds in it,
# what comes may wait to be looked at.
_AT_EASE = 1.5

# Until there are so few; by then a late round and a slow turn are still no stall.
_ON_EDGE = 0.5


class Viewer:
    """
    Times are seconds since the load's start.

    Args:
        client: its number.
        at: when it asks for playback.
        write: to the journal.
        startup_buffer: media with which playback begins, in seconds.
        resume_buffer: media with which it goes on after a stall, in seconds.
        window: how far back the playlist reaches, in seconds.
    """

    def __init__(
        self,
        client: int,
        at: float,
        write: Callable[[Record], None],
        *,
        startup_buffer: float,
        resume_buffer: float,
        window: float,
    ) -> None:
        self._client = client
        self._write = write
        self._player = Player(at, startup_buffer=startup_buffer, resume_buffer=resume_buffer)
        self._timeline = Timeline(window=window)
        self._served = False
        self._gone = False
        self.state = State.IDLE
        self.bytes = 0
        """Elementary-stream bytes as readers delivered them, media fetched again included."""
        self.last_media = at
        """When new media last came."""

    @property
    def received(self) -> float:
        """New media so far, in seconds."""
        return self._player.received

    @property
    def level(self) -> float:
        """The buffer, in seconds."""
        return self._player.level

    @property
    def position(self) -> float | None:
        """See `Timeline.position`."""
        return self._timeline.position

    @property
    def dry_at(self) -> float | None:
        """When the buffer will have run dry if nothing comes; None where the playhead does not move."""
        return None if self._gone else self._player.dry_at

    def at_ease(self, at: float) -> bool:
        """Whether it plays, and has so much in the buffer that what comes next need not be looked at at once."""
        return self.dry_at is not None and self.dry_at - at >= _AT_EASE

    @property
    def on_edge(self) -> bool:
        """Whether, as of the last `advance`, what comes next must be looked at at once."""
        return self.level <= _ON_EDGE

    @property
    def on_edge_at(self) -> float | None:
        """When what comes next must be, if nothing comes before; None where the playhead does not move."""
        return None if self.dry_at is None else self.dry_at - _ON_EDGE

    def lowest(self) -> float | None:
        """The lowest buffer since the last call, in seconds; None where the playhead did not move."""
        return self._player.reset_lowest()

    def advance(self, at: float) -> None:
        """Let the clock come to ``at``; must precede any record of that time."""
        if not self._gone:
            self._tell(self._player.advance(at))

    def open(
        self,
        at: float,
        origin: float | None,
        streams: Iterable[Stream],
        held: Mapping[Stream, int],
        *,
        lap: bool,
        skipped: float | None,
    ) -> None:
        """A new reader is about to hand over its first media; see `Timeline.open`."""
        self._timeline.open(origin, streams, held=held, idle=at - self.last_media, lap=lap, skipped=skipped)

    def drain(self) -> None:
        """The reader is handing over what it held back."""
        self._timeline.drain()

    def take(self, at: float, runs: Sequence[Run], *, loss_confirmed: bool) -> None:
        """Media has come."""
        if self._gone:
            return
        before = self._timeline.received
        for run in runs:
            self.bytes += run.size
            if hole := self._timeline.media(run, loss_confirmed=loss_confirmed):
                self.advance(at)
                self._write(HoleRecord(at=at, client=self._client, lost=hole.lost, reset=hole.reset))
        received = self._timeline.received
        if received > before:
            self.last_media = at
            self._tell(self._player.receive(at, received))

    def complete(self, at: float) -> None:
        """The playlist has ended; the viewer plays what it has."""
        if not self._gone:
            self._tell(self._player.complete(at))

    def serve(self, at: float, served: bool) -> None:
        """Whether a reader runs for it, or none is needed just now."""
        self.advance(at)
        self._served = served
        self._set_state(at, self._player.playhead)

    def leave(self, at: float) -> None:
        """The viewer stops watching."""
        self.advance(at)
        self._gone = True
        self._set_state(at, self._player.playhead)

    def _tell(self, changes: list[tuple[float, Playhead]]) -> None:
        for at, playhead in changes:
            self._write(PlayheadRecord(at=at, client=self._client, playhead=playhead))
            self._set_state(at, playhead)

    def _set_state(self, at: float, playhead: Playhead) -> None:
        state = State.IDLE if self._gone else state_of(playhead, served=self._served)
        if state is not self.state:
            self.state = state
            self._write(StateRecord(at=at, client=self._client, state=state))
