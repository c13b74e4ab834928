"""One client's records, folded into its history as they come"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .client_history import ClientHistory, LogSpan, ReaderRun, Turn
from .client_records import (
    ClientRecord,
    ExitRecord,
    HoleRecord,
    LogRecord,
    OpenedRecord,
    PlayheadRecord,
    ReaderRecord,
    StateRecord,
)
from .records import ProblemRecord, Record
from .states import Playhead, State, Transition

# Lines of one kind are recorded at most every five seconds; what comes within this is one trouble that goes on.
_GOES_ON = 12.0


class ClientFold:
    """
    Takes one client's records. Hands out the same history until another record comes, so that a report on a thousand
    quiet clients costs next to nothing.

    Args:
        client: its number.
    """

    __slots__ = (
        "_came",
        "_client",
        "_exits",
        "_history",
        "_holes",
        "_left",
        "_logs",
        "_lost",
        "_newest_logs",
        "_playlist",
        "_problems",
        "_readers",
        "_states",
        "_stays",
        "_turns",
        "_url",
        "restarts",
        "state",
    )

    def __init__(self, client: int) -> None:
        self._client = client
        self._url = ""
        self._playlist = 1
        self._stays: float | None = None
        self._came: float | None = None
        self._left: float | None = None
        self._states = [Transition(0.0, State.IDLE)]
        self._turns: list[Turn] = []
        self._holes: list[HoleRecord] = []
        self._readers: list[ReaderRun] = []
        self._exits: list[ExitRecord] = []
        self._logs: list[LogSpan] = []
        self._newest_logs: dict[tuple[str, int | None], int] = {}
        self._problems: list[ProblemRecord] = []
        self._lost = False
        self._history: ClientHistory | None = None
        self.state = State.IDLE
        """What it is doing."""
        self.restarts = 0
        """How many readers were started because the one before had failed."""

    def add(self, record: Record) -> None:
        """Take a record that is about this client."""
        self._history = None
        take = _TAKE.get(type(record))
        if take is not None:
            take(self, record)

    @property
    def history(self) -> ClientHistory:
        """All that is known so far."""
        if self._history is None:
            self._history = ClientHistory(
                client=self._client,
                url=self._url,
                playlist=self._playlist,
                stays=self._stays,
                came=self._came,
                left=self._left,
                states=tuple(self._states),
                turns=tuple(self._turns),
                holes=tuple(self._holes),
                readers=tuple(self._readers),
                exits=tuple(self._exits),
                logs=tuple(self._logs),
                problems=tuple(self._problems),
                lost=self._lost,
            )
        return self._history

    def _add_client(self, record: ClientRecord) -> None:
        self._url = record.url
        self._playlist = record.playlist
        self._stays = record.stays
        if self._came is None:
            self._came = record.at
            self._turns.append(Turn(record.at, Playhead.WAITING))

    def _add_state(self, record: StateRecord) -> None:
        # A client's records are in order; should one not be, spans must meet all the same.
        at = max(record.at, self._states[-1].at)
        self._states.append(Transition(at, record.state))
        self.state = record.state
        self._lost = self._lost or record.state is State.LOST
        if record.state in {State.IDLE, State.LOST} and self._came is not None and self._left is None:
            self._left = at

    def _add_turn(self, record: PlayheadRecord) -> None:
        if self._turns and self._left is None:
            self._turns.append(Turn(max(record.at, self._turns[-1].at), record.playhead))

    def _add_reader(self, record: ReaderRecord) -> None:
        if self._readers and self._readers[-1].end is None:
            # Its end is not on record, but a client has one reader at a time.
            self._readers[-1] = replace(self._readers[-1], end=max(record.at, self._readers[-1].start))
        self._readers.append(ReaderRun(attempt=record.attempt, pid=record.pid, why=record.why, start=record.at))
        self.restarts += record.why == "restart"

    def _add_opened(self, record: OpenedRecord) -> None:
        if self._readers:
            run = self._readers[-1]
            self._readers[-1] = replace(run, opened=max(record.at, run.start), vod=record.vod)

    def _add_exit(self, record: ExitRecord) -> None:
        self._exits.append(record)
        run = self._readers[-1] if self._readers else None
        if run is not None and run.attempt == record.attempt and run.end is None:
            self._readers[-1] = replace(run, end=max(record.at, run.start))

    def _add_hole(self, record: HoleRecord) -> None:
        self._holes.append(record)

    def _add_problem(self, record: ProblemRecord) -> None:
        self._problems.append(record)

    def _add_log(self, record: LogRecord) -> None:
        kind = (record.log, record.status)
        place = self._newest_logs.get(kind)
        if place is None or record.at - self._logs[place].end > _GOES_ON:
            self._newest_logs[kind] = len(self._logs)
            self._logs.append(
                LogSpan(
                    log=record.log,
                    status=record.status,
                    start=record.at,
                    end=record.at,
                    count=record.count,
                    text=record.text,
                )
            )
        else:
            span = self._logs[place]
            self._logs[place] = replace(span, end=max(span.end, record.at), count=span.count + record.count)


_TAKE: Mapping[type[Record], Callable[[ClientFold, Any], None]] = {
    ClientRecord: ClientFold._add_client,  # noqa: SLF001  this class's own
    StateRecord: ClientFold._add_state,  # noqa: SLF001
    PlayheadRecord: ClientFold._add_turn,  # noqa: SLF001
    ReaderRecord: ClientFold._add_reader,  # noqa: SLF001
    OpenedRecord: ClientFold._add_opened,  # noqa: SLF001
    ExitRecord: ClientFold._add_exit,  # noqa: SLF001
    HoleRecord: ClientFold._add_hole,  # noqa: SLF001
    LogRecord: ClientFold._add_log,  # noqa: SLF001
    ProblemRecord: ClientFold._add_problem,  # noqa: SLF001
}
