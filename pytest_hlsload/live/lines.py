"""What is said while a load runs: the status line, who is buffering, and what went wrong last"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from pytest_hlsload.model.client_records import (
    FAILURES,
    ExitRecord,
    LogRecord,
    PlayheadRecord,
    ReaderRecord,
    StateRecord,
)
from pytest_hlsload.model.durations import format_clock, format_duration
from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.records import CommandRecord, FindingRecord, LostRecord, ProblemRecord, Record
from pytest_hlsload.model.setting_table import LOG_LEVELS
from pytest_hlsload.model.states import Playhead, State
from pytest_hlsload.render.status_line import status_line

_ERRORS = 5
_BUFFERING = 10


@dataclass(slots=True)
class _Error:
    at: float
    text: str
    clients: set[int]
    times: int


class SummaryLines:
    """
    Takes a load's records as they come, and puts into words how it is doing. No clock of its own.

    Args:
        clients: how many the load has.
        loglevel: the readers' log lines of this level and worse are told; exits and problems always are.
    """

    def __init__(self, clients: int, *, loglevel: str = "warning") -> None:
        self._states = dict.fromkeys(range(1, clients + 1), State.IDLE)
        self._counts = dict.fromkeys(State, 0) | {State.IDLE: clients}
        self._buffering_since: dict[int, float] = {}
        self._stalled_since: dict[int, float] = {}
        self._restarts = 0
        self._shown = frozenset(LOG_LEVELS[: LOG_LEVELS.index(loglevel) + 1])
        # By what is said, so that one failure that all clients meet is one line; the newest last.
        self._errors: OrderedDict[str, _Error] = OrderedDict()
        self._phases: list[str] = []

    def see(self, record: Record) -> None:  # noqa: PLR0912  a branch a kind of record
        """Take the next record of the journal; those that change nothing here are passed over."""
        if isinstance(record, StateRecord):
            self._see_state(record)
        elif isinstance(record, PlayheadRecord):
            if record.playhead is Playhead.STALLED:
                self._stalled_since[record.client] = record.at
            else:
                self._stalled_since.pop(record.client, None)
        elif isinstance(record, ReaderRecord):
            self._restarts += record.why == "restart"
        elif isinstance(record, LogRecord):
            if record.level in self._shown:
                self._note(record.at, record.text, record.client, record.count)
        elif isinstance(record, ExitRecord):
            if record.asked in FAILURES:
                self._note(record.at, f"the reader ended: {record.explanation}", record.client)
        elif isinstance(record, ProblemRecord):
            self._note(record.at, record.text, record.client)
        elif isinstance(record, LostRecord):
            self._note(record.at, f"host {record.host} was lost: {record.why}", None)
        elif isinstance(record, FindingRecord):
            # Told again as it lasts, with other figures.
            self._note(record.at, f"stream: {record.text}", None, about=f"{record.check} {record.since}")
        elif isinstance(record, CommandRecord):
            self._see_command(record)

    @property
    def counts(self) -> Mapping[State, int]:
        """How many clients are in each state."""
        return dict(self._counts)

    @property
    def restarts(self) -> int:
        """How many readers were restarted so far."""
        return self._restarts

    @property
    def stalled(self) -> list[tuple[int, float]]:
        """The clients whose viewers stand still, with a reader or without; the longest first, each with since when."""
        return _longest_first(self._stalled_since)

    @property
    def events(self) -> list[str]:
        """The most recent errors, the newest first."""
        return [f"{format_clock(error.at)} {_who(error)}{error.text}" for error in reversed(self._errors.values())]

    @property
    def phases(self) -> tuple[str, ...]:
        """Those that are open."""
        return tuple(self._phases)

    def lines(self, at: float) -> list[str]:
        """
        The status line; under it the clients that are buffering, and the most recent errors.

        Args:
            at: now, in seconds since the load's start.
        """
        lines = [status_line(self._counts, self._restarts)]
        if self._buffering_since:
            lines.append(f"  buffering: {self._buffering(at)}")
        return lines + [f"  {event}" for event in self.events]

    def _see_command(self, record: CommandRecord) -> None:
        if record.command == "phase":
            self._phases.append(one_line(record.text))
        elif record.command == "end_phase" and one_line(record.text) in self._phases:
            self._phases.remove(one_line(record.text))

    def _see_state(self, record: StateRecord) -> None:
        self._counts[self._states.get(record.client, State.IDLE)] -= 1
        self._counts[record.state] += 1
        self._states[record.client] = record.state
        if record.state in {State.IDLE, State.LOST}:
            self._stalled_since.pop(record.client, None)
        if record.state is State.BUFFERING:
            self._buffering_since[record.client] = record.at
        else:
            self._buffering_since.pop(record.client, None)

    def _buffering(self, at: float) -> str:
        shown = [
            f"client {client} for {format_duration(max(0.0, at - since))}"
            for client, since in _longest_first(self._buffering_since)
        ]
        more = len(shown) - _BUFFERING
        return ", ".join(shown[:_BUFFERING]) + (f" and {more} more" if more > 0 else "")

    def _note(self, at: float, text: str, client: int | None, times: int = 1, about: str = "") -> None:
        text = one_line(text)
        error = self._errors.pop(about or text, None) or _Error(at, text, set(), 0)
        error.at, error.text = at, text
        error.times = 1 if about else error.times + times
        if client is not None:
            error.clients.add(client)
        self._errors[about or text] = error
        if len(self._errors) > _ERRORS:
            self._errors.popitem(last=False)


def _longest_first(since: Mapping[int, float]) -> list[tuple[int, float]]:
    return sorted(since.items(), key=lambda item: (item[1], item[0]))


def _who(error: _Error) -> str:
    times = f" ({error.times} times)" if error.times > 1 else ""
    if not error.clients:
        return f"{times.strip()} " if times else ""
    if len(error.clients) > 1:
        return f"{len(error.clients)} clients{times}: "
    return f"client {min(error.clients)}{times}: "
