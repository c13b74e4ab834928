"""The journal's records of single clients"""

from dataclasses import dataclass
from typing import ClassVar

from .records import Record
from .states import Playhead, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRecord(Record):
    """
    A client comes: its viewer asks for playback at ``at``.

    Attributes:
        client: its number.
        url: what it reads, without secrets.
        playlist: the number of that playlist, see `PlaylistRecord`.
        stays: for how long its viewer means to watch, in seconds; None for to the end.
    """

    kind: ClassVar[str] = "client"
    client: int
    url: str
    playlist: int = 1
    stays: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRecord(Record):
    """
    A reader has been started.

    Attributes:
        client: whom it serves.
        attempt: 1 for the client's first reader.
        pid: its process.
        why: "start", "restart" (the one before ended), "lap" (a VOD begins anew), "streams" (the one before was asked
            for a stream that is not there).
    """

    kind: ClassVar[str] = "reader"
    client: int
    attempt: int
    pid: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRecord(Record):
    """
    A reader has opened its input.

    Attributes:
        client: whom it serves.
        start: the stream's own time at the reader's zero, in seconds; None where ffmpeg does not say.
        vod: whether the input has a known end.
    """

    kind: ClassVar[str] = "opened"
    client: int
    start: float | None
    vod: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRecord(Record):
    """A client's state changes. Every client is ``idle`` at 0."""

    kind: ClassVar[str] = "state"
    client: int
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayheadRecord(Record):
    """A viewer's playhead begins to move, stops for lack of media, or has come to the end. Exact, not sampled."""

    kind: ClassVar[str] = "playhead"
    client: int
    playhead: Playhead


@dataclass(frozen=True, slots=True, kw_only=True)
class HoleRecord(Record):
    """
    The media of a client does not go on where it ended.

    Attributes:
        lost: seconds of media lost; 0.0 where a new timeline begins.
        reset: whether a new timeline begins.
    """

    kind: ClassVar[str] = "hole"
    client: int
    lost: float
    reset: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord(Record):
    """
    Something in a reader's log that is evidence; at most one a kind, client and five seconds.

    Attributes:
        log: what kind of line (see ``reader.log_lines``), for example "playlist_failed", "http_error", "refused".
        status: the HTTP status where the line has one.
        count: how many such lines since the last record of the kind.
        text: the newest of the worst of them, without secrets.
        level: ffmpeg's for that line.
    """

    kind: ClassVar[str] = "log"
    client: int
    log: str
    count: int
    text: str
    status: int | None = None
    level: str = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitRecord(Record):
    """
    A reader has ended.

    Attributes:
        client: whom it served.
        attempt: which of the client's readers.
        code: exit status; negative for a signal.
        explanation: what that means, for people.
        asked: "" where nobody asked for it; else why the supervisor ended it ("stop"; "mute"; "half": one of its two
            playlists had failed; "skipped": it went on without a segment of a VOD) or why its end is no failure
            ("lap", "ended", "streams").
        tail: the last lines of its log, without secrets.
        retry_in: seconds until the next reader starts; None where none will.
    """

    kind: ClassVar[str] = "exit"
    client: int
    attempt: int
    code: int
    explanation: str
    asked: str
    tail: tuple[str, ...]
    retry_in: float | None


FAILURES = frozenset({"", "mute", "half", "skipped"})
"""What `ExitRecord.asked` is where a reader has failed its client."""
