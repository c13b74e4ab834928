"""How long a reader's segments take to come, by its log and its media: ffmpeg itself says nothing of it"""

from collections import deque
from collections.abc import Sequence

from pytest_hlsload.model.media import Run
from pytest_hlsload.reader.log_lines import LOSSES, LogLine

# Of a segment's own length: one that takes so long leaves no room for the next to be late.
NEAR = 0.8

# Fewer seconds of media than this share of a segment are not a whole one.
_WHOLE = 0.5

_AT_ITS_END = frozenset({"playlist_request", "end_of_input"})


class SegmentFetch:
    """
    The segments that a reader is fetching. Times are on the loop's clock; where the reader is read in rounds, each is
    late by a round at most.

    ffmpeg reads one after another, and may ask for the next while it reads one; it asks for the playlist between two.
    So a segment is on its way from when it was asked for or, if that is later, from when the one before had come, to
    the last media before ffmpeg goes on to another.
    """

    __slots__ = ("_asked", "_came", "_free", "_media", "_playlist", "_without_media")

    def __init__(self) -> None:
        self._asked: deque[float] = deque()
        self._free = float("-inf")
        self._came: float | None = None
        self._media = 0.0
        self._playlist = ""
        self._without_media: tuple[float, float] | None = None
        """When a segment was over of which no media had been read yet, and how long it had taken by then."""

    def media(self, at: float, runs: Sequence[Run], length: float) -> LogLine | None:
        """Media has come; see `log`."""
        self._came = at
        self._media += sum(run.end - run.start for run in runs if run.stream is runs[0].stream)
        over, self._without_media = self._without_media, None
        # What was read together came together, and the log is read first.
        return _evidence(over[1], length) if over is not None and over[0] == at else None

    def log(self, at: float, line: LogLine, length: float) -> LogLine | None:
        """
        Evidence of a segment that took as long to come as it plays, or nearly, if a line of the reader's log tells that
        it has come; None where it did not, or nothing tells.

        Args:
            at: when the line came.
            line: of the reader's log.
            length: of a segment, in seconds.
        """
        took = None
        if line.kind in LOSSES:
            self._asked.clear()
        elif line.kind in _AT_ITS_END and self._asked:
            took = self._next(at, length)
        elif line.kind == "segment_request":
            if len(self._asked) > 1 or (self._asked and self._media >= _WHOLE * length):
                took = self._next(at, length)
            if not self._asked:
                self._came, self._media = None, 0.0
            self._asked.append(at)
            self._playlist = self._playlist or line.found["playlist"]
            # Where ffmpeg reads several playlists at once, nobody knows whose media it is that comes.
            if self._playlist != line.found["playlist"]:
                return None
        return None if took is None else _evidence(took, length)

    def _next(self, at: float, length: float) -> float | None:
        asked, free, came, media = self._asked.popleft(), self._free, self._came, self._media
        since = max(asked, free)
        self._came, self._media, self._free = None, 0.0, at
        if came is None or not media:
            if free <= asked:  # else its media may have come with that of the one before
                self._without_media = at, at - since
            return None
        # ffmpeg hands over a segment's last block when it is about to ask for the next, so its end is worked out.
        return min(at - since, (came - since) * max(1.0, length / media))


def _evidence(took: float, length: float) -> LogLine | None:
    if took < NEAR * length:
        return None
    return LogLine("warning", f"a segment of {length:.1f} s took {took:.1f} s to come", "slow_segment", {})
