"""What is known of a reader while it runs"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pytest_hlsload.model.media import Run, Stream
from pytest_hlsload.model.timeline import WRAP
from pytest_hlsload.reader.log_lines import FAILED_AT_THE_END, LOSSES, LogLine

from .segment_fetch import SegmentFetch

# Where a reader has two inputs, picture and sound are taken from one each.
_INPUT_OF_TWO = {Stream.VIDEO: 0, Stream.AUDIO: 1}


@dataclass(slots=True)
class Attempt:
    """
    One reader of a client. Times are on the loop's clock.

    Attributes:
        why: as in `ReaderRecord`.
        last_sign: when it was started, or last delivered media.
        inputs: how many playlists it reads: two where the sound has one of its own.
        skip: how much of a VOD's beginning it was told to leave out, in seconds.
        origin: the stream's own time at the reader's zero, in seconds; None where it is not known.
        sound_shift: from the sound's clock to the picture's, in seconds; 0.0 where both are in one playlist.
        vod: whether its input has a known end.
        container: "mpegts", or "" for any other.
        opened: whether it has opened all its inputs.
        delivers: whether it has delivered media.
        missing: whether it was asked for a stream that its input does not have.
        streams_seen: those that its input has.
        asked: why the supervisor has told it to end, "" if it has not.
        loss_at: when its log last told of lost segments.
        ended: whether it has come to the end of all its inputs.
        failure: what its log last told of a playlist that failed for good; "" for nothing.
        in_vain: how many segments of the first playlist it has asked for, and got, without having opened its input; the
            last is under way.
        fetch: the segments that it is fetching.
    """

    why: str
    last_sign: float
    inputs: int = 1
    skip: float = 0.0
    origin: float | None = None
    sound_shift: float = 0.0
    vod: bool = False
    container: str = ""
    opened: bool = False
    delivers: bool = False
    missing: bool = False
    streams_seen: frozenset[Stream] = frozenset()
    asked: str = ""
    loss_at: float = float("-inf")
    ended: bool = False
    failure: str = ""
    in_vain: int = 0
    fetch: SegmentFetch = field(default_factory=SegmentFetch)
    _told_input: bool = False
    _opened: int = 0
    _ended: int = 0

    def learn(self, at: float, line: LogLine) -> None:
        """Take what a line of the reader's log tells."""
        if line.kind in FAILED_AT_THE_END:
            self.failure = line.text
        if line.kind in LOSSES:
            self.loss_at = at
            self.in_vain = 0  # it asks for the next one because it did not get this one
        elif line.kind == "opened":
            self._learn_input(line)
            self.in_vain = 0
        elif line.kind == "end_of_input":
            self._ended += 1
            self.ended = self._ended >= self.inputs
        elif line.kind == "segment_request":
            self.in_vain += not self.opened and line.found.get("playlist") == "0"
        elif line.kind == "output":
            self._told_input = True  # from here on ffmpeg lists the streams that it writes
        elif line.kind == "stream" and not self._told_input:
            stream = Stream.VIDEO if line.found["stream"] == "Video" else Stream.AUDIO
            if self.inputs == 1 or int(line.found["of"]) == _INPUT_OF_TWO[stream]:
                self.streams_seen |= {stream}
            if "mpegts" in line.found:
                self.container = "mpegts"
        elif line.kind == "no_stream":
            self.missing = True

    def on_one_clock(self, runs: Sequence[Run]) -> Sequence[Run]:
        """The runs on the picture's clock: of two inputs, each counts from where its own playlist was joined."""
        if not self.sound_shift:
            return runs
        return [_shifted(run, self.sound_shift) if run.stream is Stream.AUDIO else run for run in runs]

    def _learn_input(self, line: LogLine) -> None:
        self._opened += 1
        self.opened = self._opened >= self.inputs
        start = float(line.found["start"]) if "start" in line.found else None
        if self._opened == 1:
            self.vod = line.found["duration"].strip() != "N/A"
            self.origin = start
        elif start is not None and self.origin is not None:
            apart = start - self.origin
            self.sound_shift = apart - WRAP * round(apart / WRAP)


def _shifted(run: Run, by: float) -> Run:
    return replace(run, start=run.start + by, end=run.end + by)
