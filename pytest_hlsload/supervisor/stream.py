"""What the supervisor knows of the stream that its clients read"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pytest_hlsload.model.client_options import NOTHING, ClientOptions
from pytest_hlsload.model.media import Stream
from pytest_hlsload.model.records import PlaylistRecord
from pytest_hlsload.model.redaction import redact_url

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
        options: by client, what its next reader is given that others' are not.
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
    options: Mapping[int, ClientOptions] = field(default_factory=dict)

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

    def options_of(self, client: int) -> ClientOptions:
        """What its next reader is given that others' are not."""
        return self.options.get(client, NOTHING)

    def url_of(self, client: int) -> str:
        """What its next reader reads."""
        return self.options_of(client).url or self.url

    def url_to_watch(self, clients: int) -> str | None:
        """Where the playlist is not read by any client as it was asked for: the URL at which client 1 reads it."""
        everyone = all(self.options_of(client).url for client in range(1, clients + 1))
        return self.options_of(1).url if everyone else None

    def shown_url_of(self, client: int) -> str:
        """The same without secrets."""
        own = self.options_of(client).url
        return redact_url(own) if own else self.shown_url
