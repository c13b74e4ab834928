"""How one client reads a VOD: lap after lap, at its viewer's pace, and on from where a reader failed"""

from pytest_hlsload.reader.log_lines import LogLine

from .stream import Place, StreamKnowledge
from .viewer import Viewer

# A paused reader is read on a little after it is due, so that it is not paused again at once.
PAUSE_AT_LEAST = 1.0

# A reader goes on from a little before what the viewer has, so that it is seen how the two are related.
_SEGMENTS_BEFORE = 2

# A viewer whose buffer will have run dry this soon has somebody try again before that.
_BEFORE_DRY = 3.0

# ffmpeg goes on with the next segment; of a VOD all further ones are there, and it would come to the end in no time.
_SKIPPING = frozenset({"segment_failed", "segment_lost", "truncated"})


class VodCourse:
    """
    Args:
        stream: what is known of the playlist; it need not be a VOD.
        forward_buffer: how far ahead of its viewer it is fetched, in seconds.
    """

    def __init__(self, stream: StreamKnowledge, forward_buffer: float) -> None:
        self._stream = stream
        self._forward_buffer = forward_buffer
        self._between_laps = False

    def ahead(self, viewer: Viewer) -> float:
        """By how much more than asked for the viewer has in hand, in seconds."""
        return viewer.level - self._forward_buffer

    def finish_lap(self) -> None:
        """A reader has come to the end."""
        self._between_laps = True

    def begin_lap(self) -> bool:
        """A reader delivers: whether that is the beginning of another lap."""
        began, self._between_laps = self._between_laps, False
        return began

    def skips(self, line: LogLine) -> bool:
        """Whether a line tells that a reader goes on without a segment, which the viewer would miss."""
        return bool(self._stream.vod) and line.kind in _SKIPPING

    def place(self, viewer: Viewer) -> Place:
        """Where the next reader starts, if one has failed in mid-lap."""
        position = viewer.position
        if self._between_laps or position is None or not self._stream.seeks:
            return Place()
        before = _SEGMENTS_BEFORE * max(self._stream.target_duration or 0.0, self._stream.segment_duration)
        return Place(skip=max(0.0, position - before))

    def patience(self, viewer: Viewer, backoff: float, shortest: float) -> float:
        """How long to wait before the next attempt, so that an outage shorter than the buffer is no stall."""
        if not self._stream.vod:
            return backoff
        return min(backoff, max(shortest, viewer.level - _BEFORE_DRY))

    def seek_no_more(self) -> None:
        """A reader found nothing where it had sought; no other is told to."""
        self._stream.seeks = False
