"""What the supervisor knows of the stream that its clients read"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_hlsload.model.media import Stream
from pytest_hlsload.model.records import PlaylistRecord

_WINDOW_UNKNOWN = 60.0
_SEGMENT_UNKNOWN = 6.0  # what Apple's authoring specification recommends


@dataclass(slots=True)
class StreamKnowledge:
    """
    From the probe, and from what the readers find; shared by all clients of a load.

    Attributes:
        url: what readers are given.
        shown_url: the same without secrets.
        vod: whether it has a known end; None until the probe or a reader tells.
        join: how many segments from the end a reader starts.
        hold_back: in seconds, where known.
        segment_duration: in seconds.
        target_duration: in seconds, where known.
        window: how far back the playlist reaches, in seconds.
        streams: which elementary streams there are to ask for.
        streams_known: whether a reader has found them.
    """

    url: str
    shown_url: str
    vod: bool | None = None
    join: int = 3
    hold_back: float | None = None
    segment_duration: float = _SEGMENT_UNKNOWN
    target_duration: float | None = None
    window: float = _WINDOW_UNKNOWN
    streams: Sequence[Stream] = field(default=(Stream.VIDEO, Stream.AUDIO))
    streams_known: bool = False

    def learn(self, playlist: PlaylistRecord, media_url: str) -> None:
        """Take over what the probe saw."""
        if playlist.error:
            return
        self.url = media_url or self.url
        self.shown_url = playlist.media_url or self.shown_url
        self.vod = None if playlist.live is None else not playlist.live
        self.join = playlist.join
        self.hold_back = playlist.hold_back
        self.target_duration = playlist.target_duration
        if playlist.segment_duration:
            self.segment_duration = playlist.segment_duration
            self.window = max(playlist.segments, 3) * playlist.segment_duration
