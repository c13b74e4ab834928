"""
Why a client stalled, a reader ended, a viewer saw nothing: one cause from a closed list, and the evidence for it

Decided from what the journal holds. A reader's silence is no evidence: a hung segment, a slow one and a stale playlist
all print nothing. There the sentinel tells, which watches the playlist itself; what cannot be told apart is
``unknown``, and says what is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .cause import Cause, Finding
from .client_history import ClientHistory, LogSpan
from .client_records import FAILURES, ExitRecord
from .durations import format_clock, format_duration
from .facts import LoadFacts
from .generator_causes import kept_from_starting, killed_for_memory, of_generator
from .one_line import one_line
from .playback import Span, seconds_without_reader
from .states import Playhead
from .stream_causes import of_error, of_stream, was_in_order


@dataclass(frozen=True, slots=True)
class _Row:
    """
    A kind of log line, as evidence.

    Attributes:
        logs: the kinds that must all be there; the first gives the evidence.
        opening: the cause that it tells of while the reader has not opened the stream.
        reading: the cause that it tells of later.
    """

    logs: tuple[str, ...]
    opening: Cause
    reading: Cause


# The first row for which there is a line names the cause. What lies deeper comes first: a refused connection also makes
# a playlist fail. An HTTP status means that name, connection and TLS were good, and whether it was the playlist's or a
# segment's shows by what failed with it. A playlist that fails keeps segments from coming, not the other way round.
_ROWS = (
    _Row(("memory",), Cause.GENERATOR, Cause.GENERATOR),
    _Row(("dns",), Cause.DNS, Cause.DNS),
    _Row(("refused",), Cause.REFUSED, Cause.REFUSED),
    _Row(("http_error", "playlist_failed"), Cause.PLAYLIST_ERROR, Cause.PLAYLIST_ERROR),
    _Row(("http_error", "segment_failed"), Cause.SEGMENT_ERROR, Cause.SEGMENT_ERROR),
    _Row(("http_error",), Cause.PLAYLIST_ERROR, Cause.PLAYLIST_ERROR),
    _Row(("tls",), Cause.TLS, Cause.TLS),
    _Row(("timeout",), Cause.TIMEOUT, Cause.TIMEOUT),
    _Row(("protocol",), Cause.PLAYLIST_ERROR, Cause.PLAYLIST_ERROR),
    _Row(("playlist_failed",), Cause.PLAYLIST_ERROR, Cause.PLAYLIST_ERROR),
    _Row(("sequence_reset",), Cause.PLAYLIST_ERROR, Cause.PLAYLIST_ERROR),
    _Row(("segment_failed",), Cause.SEGMENT_ERROR, Cause.SEGMENT_ERROR),
    _Row(("truncated",), Cause.SEGMENT_ERROR, Cause.SEGMENT_ERROR),
    _Row(("not_a_playlist",), Cause.PLAYLIST_ERROR, Cause.SEGMENT_ERROR),
    _Row(("reset",), Cause.PLAYLIST_ERROR, Cause.SEGMENT_ERROR),
    _Row(("demux_error",), Cause.PLAYLIST_ERROR, Cause.PLAYLIST_ERROR),
    _Row(("no_media",), Cause.SEGMENT_ERROR, Cause.SEGMENT_ERROR),
)

# Not in the table: "segment_lost" (a reader that was kept waiting finds its segments expired), "corrupt" (follows any
# lost segment, and some packagers cause it at every boundary) and "decode_error" (media that came, if spoilt).

# Playback may go on with the first segments after a trouble, or the last before one that has shown already.
_STILL_ON = 1.0

# A stall of so many target durations is one that a buffer that is nearly empty explains.
_AFTERWARDS = 1.5
_TARGET_UNKNOWN = 2.0
_NEVER_FILLED = "; the buffer had not filled again since"

# The supervisor records evidence of one kind at most every five seconds; this is that and some delay.
_RECORDED_WITHIN = 10.0

_FAULTS = frozenset({4, 5, 6, 7, 8, 11, 31})  # ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS: raised by what a program does
_STOPPED_BY_SIGNAL = frozenset({123, 255})


def why_stalled(
    facts: LoadFacts, client: ClientHistory, stall: Span, *, since: float, before: Finding | None = None
) -> Finding:
    """
    Args:
        facts: the load's.
        client: who stalled.
        stall: its span.
        since: when playback last went on before it; what was long before that is over.
        before: why the client had stalled shortly before.
    """
    first = max(since - _STILL_ON, stall.start - facts.reach, client.came or 0.0)
    if stall.then is Playhead.ENDED:
        return Finding(Cause.STREAM_ENDED, "the playlist ended")
    if found := of_generator(facts, stall):
        return found
    without = seconds_without_reader(client, stall.start, stall.end)
    # A reader that ran all the time waited for what the stream did not give, whatever ended the one before it.
    found = of_stream(facts, stall.start, stall.end) if not without else None
    found = found or _why(facts, client, first, stall.end)
    if found is None and before is not None and not _slow_segments(client, first, stall.end):
        # A live stream does not let a buffer fill again: the next segment may come a little late for ever.
        target = facts.playlist.target_duration if facts.playlist else None
        short = _AFTERWARDS * (target or _TARGET_UNKNOWN)
        if stall.duration <= short:
            return Finding(before.cause, f"{before.evidence.removesuffix(_NEVER_FILLED)}{_NEVER_FILLED}")
    return found or _why_waited(facts, client, first, stall.end, without)


def _why_waited(facts: LoadFacts, client: ClientHistory, first: float, last: float, without: float) -> Finding:
    """Where nothing tells of an error: a reader waited for media, or there was none."""
    if without > 0:
        return Finding(Cause.UNKNOWN, f"no reader ran for {format_duration(without)} of it")
    in_order = was_in_order(facts, first, last)
    if slow := _slow_segments(client, first, last):
        return Finding(Cause.SEGMENT_SLOW, f"{_told(slow, [])}{', while the playlist went on' * in_order}")
    aside = _aside(client, first, last)
    if in_order:
        return Finding(Cause.SEGMENT_SLOW, f"the playlist went on, and a reader waited for its segments{aside}")
    return Finding(Cause.UNKNOWN, f"a reader ran and waited for media{aside}")


def _slow_segments(client: ClientHistory, first: float, last: float) -> LogSpan | None:
    return next((span for span in _spans(client, first, last) if span.log == "slow_segment"), None)


def why_exited(facts: LoadFacts, client: ClientHistory, record: ExitRecord) -> Finding:
    """Why a reader ended that was not asked to, or was asked to because it was mute."""
    of_itself = _of_exit(facts, record)
    if of_itself is not None:
        return of_itself
    started = max((run.start for run in client.readers if run.attempt == record.attempt), default=record.at)
    first = max(min(started, record.at), record.at - _RECORDED_WITHIN)
    return _of_logs(client, first, record.at, counted=False) or _unexplained(record)


def why_not_started(facts: LoadFacts, client: ClientHistory, until: float) -> Finding:
    """Why a client had seen nothing by a moment."""
    came = client.came if client.came is not None else until
    found = kept_from_starting(facts, came, until) or _why(facts, client, came, until)
    if found is not None:
        return found
    playlist = facts.playlist
    if playlist is not None and playlist.error:
        return Finding(of_error(playlist.error), one_line(playlist.error))
    if was_in_order(facts, came, until):
        return Finding(Cause.SEGMENT_SLOW, "the playlist went on, and a reader waited for its segments")
    if any(run.opened is not None for run in client.readers):
        return Finding(Cause.UNKNOWN, f"a reader opened the stream and waited for media{_aside(client, came, until)}")
    return Finding(Cause.UNKNOWN, f"a reader ran and did not open the stream{_aside(client, came, until)}")


def _why(facts: LoadFacts, client: ClientHistory, first: float, last: float) -> Finding | None:
    exits = [e for e in client.exits if first <= e.at <= last and e.asked in FAILURES]
    troubles = [p for p in client.problems if first <= p.at <= last]
    if troubles:
        return Finding(Cause.GENERATOR, one_line(troubles[0].text))
    of_exits = [found for e in exits if (found := _of_exit(facts, e)) is not None]
    signalled = next((found for found in of_exits if found.cause is not Cause.READER_MUTE), None)
    return (
        signalled
        or _of_logs(client, first, last)
        or of_stream(facts, first, last)
        or next(iter(of_exits), None)
        or next((_unexplained(e) for e in exits), None)
    )


def _of_exit(facts: LoadFacts, record: ExitRecord) -> Finding | None:
    """What a reader's end tells by itself."""
    told = one_line(record.explanation)
    if record.asked == "mute":
        return Finding(Cause.READER_MUTE, told)
    if record.asked in {"half", "skipped"}:
        return None  # the log tells of what failed
    if found := killed_for_memory(facts, record):
        return found
    if record.code < 0:
        return Finding(Cause.READER_CRASHED if -record.code in _FAULTS else Cause.READER_KILLED, told)
    if record.code in _STOPPED_BY_SIGNAL:
        return Finding(Cause.READER_KILLED, told)
    return None


def _unexplained(record: ExitRecord) -> Finding:
    """Where the log does not tell: an ffmpeg that fails shows it by its status, one that gives up on a stream not."""
    return Finding(Cause.UNKNOWN if record.code == 0 else Cause.READER_CRASHED, one_line(record.explanation))


def _of_logs(client: ClientHistory, first: float, last: float, *, counted: bool = True) -> Finding | None:
    spans = _spans(client, first, last)
    if not spans:
        return None
    kinds = {span.log for span in spans}
    for row in _ROWS:
        if kinds.issuperset(row.logs):
            telling = next(span for span in spans if span.log == row.logs[0])
            cause = row.reading if _was_open(client, telling.start) else row.opening
            return Finding(cause, _told(telling, spans) if counted else one_line(telling.text))
    return None


def _spans(client: ClientHistory, first: float, last: float) -> list[LogSpan]:
    return [span for span in client.logs if span.start <= last and span.end >= first]


def _was_open(client: ClientHistory, at: float) -> bool:
    """Whether the reader that ran at a moment had opened the stream by then."""
    run = next((run for run in reversed(client.readers) if run.start <= at), None)
    return run is not None and run.opened is not None and run.opened <= at


def _told(span: LogSpan, spans: Sequence[LogSpan]) -> str:
    times = f"{span.count} times from" if span.count > 1 else "at"
    others = sorted({f"HTTP {s.status}" for s in spans if s.status is not None and s.status != span.status})
    also = f"; also {', '.join(others)}" if others else ""
    return f"{one_line(span.text, 100)} ({times} {format_clock(span.start)}{also})"


def _aside(client: ClientHistory, first: float, last: float) -> str:
    """What the log has that names no cause."""
    span = next(iter(_spans(client, first, last)), None)
    return f"; in its log: {_told(span, [])}" if span else "; no trouble in its log"
