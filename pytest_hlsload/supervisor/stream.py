"""What the supervisor knows of the stream that its clients read"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pytest_hlsload.model.client_options import NOTHING, ClientOptions
from pytest_hlsload.model.media import Stream
from pytest_hlsload.model.redaction import redact_url
from pytest_hlsload.reader.command import Input

from .sentinel_process import Look

_WINDOW_UNKNOWN = 60.0
_SEGMENT_UNKNOWN = 6.0  # what Apple's authoring specification recommends


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a reader starts.

    Attributes:
        back: of a live stream, by how many segments further from the end than a newcomer.
        skip: of a VOD, what to leave out of its beginning, in seconds.
    """

    back: int = 0
    skip: float = 0.0


@dataclass(slots=True, kw_only=True)
class StreamKnowledge:
    """
    From the probe, and from what the readers find; shared by all clients that read it.

    Attributes:
        number: of the playlist, from 1.
        url: what readers are given.
        shown_url: the same without secrets.
        vod: whether it has a known end; None until the probe or a reader tells.
        seeks: whether a reader of a VOD can leave out its beginning.
        join: how many segments from the end a reader starts.
        audio_url: the playlist that holds the sound; "" where that is in the same segments.
        audio_join: the same for that.
        hold_back: in seconds, where known.
        segment_duration: in seconds.
        target_duration: in seconds, where known.
        window: how far back the playlist reaches, in seconds.
        streams: which elementary streams there are to ask for.
        streams_known: whether a reader has found them.
        options: by client, what its next reader is given that others' are not.
    """

    number: int = 1
    url: str
    shown_url: str
    vod: bool | None = None
    seeks: bool = True
    join: int = 3
    audio_url: str = ""
    audio_join: int = 3
    hold_back: float | None = None
    segment_duration: float = _SEGMENT_UNKNOWN
    target_duration: float | None = None
    window: float = _WINDOW_UNKNOWN
    streams: Sequence[Stream] = field(default=(Stream.VIDEO, Stream.AUDIO))
    streams_known: bool = False
    options: Mapping[int, ClientOptions] = field(default_factory=dict)

    def inputs(self, client: int, place: Place) -> list[Input]:
        """
        What a client's next reader is given.

        Args:
            client: its number.
            place: where it starts.
        """
        own = self.options_of(client).url
        inputs = [Input(url=own or self.url, join=self.join + place.back, skip=place.skip)]
        if self.audio_url and not own:
            # Both joins reach the hold-back, so they tell how many of the one's segments are how many of the other's.
            back = math.ceil(place.back * self.audio_join / self.join)
            inputs.append(Input(url=self.audio_url, join=self.audio_join + back, skip=place.skip))
        return inputs

    def learn(self, look: Look) -> None:
        """Take over what the probe saw."""
        playlist = look.playlist
        self.url = look.url or self.url
        self.audio_url, self.audio_join = look.audio_url, look.audio_join
        self.shown_url = playlist.media_url or self.shown_url
        if playlist.error:
            return
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

    def shown_url_of(self, client: int) -> str:
        """The same without secrets."""
        own = self.options_of(client).url
        return redact_url(own) if own else self.shown_url
