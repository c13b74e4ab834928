"""What a journal says of one client"""

from dataclasses import dataclass

from .client_records import ExitRecord, HoleRecord
from .records import ProblemRecord
from .states import Playhead, State, Transition


@dataclass(frozen=True, slots=True)
class Turn:
    """
    A change of a viewer's playhead.

    Attributes:
        at: seconds since the load's start.
        playhead: what it does from then on.
    """

    at: float
    playhead: Playhead


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRun:
    """
    The life of one reader. Times are seconds since the load's start.

    Attributes:
        attempt: which of the client's readers.
        pid: its process.
        why: as in `ReaderRecord`.
        start: when it was started.
        opened: when it had opened its input; None where it never did.
        vod: whether its input had a known end; None where it never opened it.
        end: when it ended; None where it runs still.
    """

    attempt: int
    pid: int
    why: str
    start: float
    opened: float | None = None
    vod: bool | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSpan:
    """
    Lines of one kind that a client's readers logged one after another.

    Attributes:
        log: the kind, as in `LogRecord`.
        status: the HTTP status where the lines have one.
        start: when the first came, in seconds since the load's start.
        end: when the last was recorded.
        count: how many.
        text: the first.
    """

    log: str
    status: int | None
    start: float
    end: float
    count: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHistory:
    """
    All that is known of one client. Times are seconds since the load's start.

    Attributes:
        client: its number.
        url: what it reads, without secrets.
        playlist: the number of that playlist.
        stays: for how long its viewer means to watch, in seconds; None for to the end.
        came: when its viewer asked for playback; None where it has not yet.
        left: when its viewer stopped watching; None where it has not.
        states: its changes of state; the first is ``idle`` at 0.
        turns: its playhead's changes; the first is ``waiting`` when it came.
        holes: places where its media did not go on where it ended.
        readers: those that served it, one after another.
        exits: the ends of those.
        logs: evidence from their logs, in the order of their first lines.
        problems: what the load generator could not do for it.
        lost: whether its host was lost, at ``left`` if not after; nothing is known of it from then on.
    """

    client: int
    url: str = ""
    playlist: int = 1
    stays: float | None = None
    came: float | None = None
    left: float | None = None
    states: tuple[Transition, ...] = (Transition(0.0, State.IDLE),)
    turns: tuple[Turn, ...] = ()
    holes: tuple[HoleRecord, ...] = ()
    readers: tuple[ReaderRun, ...] = ()
    exits: tuple[ExitRecord, ...] = ()
    logs: tuple[LogSpan, ...] = ()
    problems: tuple[ProblemRecord, ...] = ()
    lost: bool = False
