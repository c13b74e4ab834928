"""What a report says of a single stall, and of a reader's end"""

from dataclasses import dataclass
from datetime import UTC, datetime

from .cause import Cause, Finding
from .causes import why_exited, why_stalled
from .client_history import ClientHistory
from .client_records import ExitRecord
from .durations import format_clock, format_duration
from .facts import LoadFacts
from .one_line import one_line
from .playback import Span, seconds_without_reader


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Stall:
    """
    A span in which a viewer's playhead stood still for lack of media. Received from a report, not made.

    Attributes:
        start: seconds since the load's start.
        duration: in seconds.
        at_utc: when it started, by the load generator's wall clock.
        cause: from the closed list.
        evidence: what tells of the cause, in one line.
        open: whether it lasted until the viewer left or the report ends.
        without_reader: the seconds of it in which no reader ran.
    """

    start: float
    duration: float
    at_utc: datetime
    cause: Cause
    evidence: str
    open: bool
    without_reader: float

    @property
    def end(self) -> float:
        """Seconds since the load's start."""
        return self.start + self.duration

    def __repr__(self) -> str:
        still = ", open" if self.open else ""
        return (
            f"<Stall {format_duration(self.duration)} at {format_clock(self.start)}{still},"
            f" {self.cause}: {one_line(self.evidence, 120)}>"
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReaderExit:
    """
    The end of a reader that nobody had asked to stop. Received from a report, not made.

    Attributes:
        at: seconds since the load's start.
        code: exit status; negative for a signal.
        explanation: what that means, for people.
        cause: from the closed list.
        evidence: what tells of the cause, in one line.
        log_tail: the last lines of its log, without secrets.
    """

    at: float
    code: int
    explanation: str
    cause: Cause
    evidence: str
    log_tail: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"<ReaderExit at {format_clock(self.at)}, status {self.code}, {self.cause}: {one_line(self.evidence, 120)}>"
        )


def make_stall(facts: LoadFacts, client: ClientHistory, span: Span, *, since: float, before: Stall | None) -> Stall:
    """
    A stall and why it came about.

    Args:
        facts: the load's.
        client: who stalled.
        span: the stall's.
        since: when playback last went on before it.
        before: the client's stall before it.
    """
    lately = before is not None and span.start - before.end <= facts.reach
    why_before = Finding(before.cause, before.evidence) if before is not None and lately else None
    why = why_stalled(facts, client, span, since=since, before=why_before)
    return Stall(
        start=span.start,
        duration=span.duration,
        at_utc=datetime.fromtimestamp(facts.wall + span.start, UTC),
        cause=why.cause,
        evidence=why.evidence,
        open=span.open,
        without_reader=seconds_without_reader(client, span.start, span.end),
    )


def make_exit(facts: LoadFacts, client: ClientHistory, record: ExitRecord) -> ReaderExit:
    """A reader's end and why it came about."""
    why = why_exited(facts, client, record)
    return ReaderExit(
        at=record.at,
        code=record.code,
        explanation=record.explanation,
        cause=why.cause,
        evidence=why.evidence,
        log_tail=record.tail,
    )
