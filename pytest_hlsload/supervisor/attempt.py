"""What is known of a reader while it runs"""

from dataclasses import dataclass

from pytest_hlsload.model.media import Stream
from pytest_hlsload.reader.log_lines import LOSSES, LogLine


@dataclass(slots=True)
class Attempt:
    """
    One reader of a client. Times are on the loop's clock.

    Attributes:
        why: as in `ReaderRecord`.
        last_sign: when it was started, or last delivered media.
        origin: the stream's own time at the reader's zero, in seconds; None where it is not known.
        vod: whether its input has a known end.
        container: "mpegts", or "" for any other.
        opened: whether it has opened its input.
        delivers: whether it has delivered media.
        missing: whether it was asked for a stream that its input does not have.
        streams_seen: those that its input has.
        asked: why the supervisor has told it to end, "" if it has not.
        loss_at: when its log last told of lost segments.
    """

    why: str
    last_sign: float
    origin: float | None = None
    vod: bool = False
    container: str = ""
    opened: bool = False
    delivers: bool = False
    missing: bool = False
    streams_seen: frozenset[Stream] = frozenset()
    asked: str = ""
    loss_at: float = float("-inf")
    _told_input: bool = False

    def learn(self, at: float, line: LogLine) -> None:
        """Take what a line of the reader's log tells."""
        if line.kind in LOSSES:
            self.loss_at = at
        elif line.kind == "opened":
            self.opened = True
            self.vod = line.found["duration"].strip() != "N/A"
            self.origin = float(line.found["start"]) if "start" in line.found else None
        elif line.kind == "output":
            self._told_input = True  # from here on ffmpeg lists the streams that it writes
        elif line.kind == "stream" and not self._told_input:
            self.streams_seen |= {Stream.VIDEO if line.found["stream"] == "Video" else Stream.AUDIO}
            if "mpegts" in line.found:
                self.container = "mpegts"
        elif line.kind == "no_stream":
            self.missing = True
