"""The origin as its owner sees it: a process that lives as long as a `with` block."""

import os
from collections.abc import Mapping
from typing import Literal, Self

from pytest_hlsload.origin.channel import Channel
from pytest_hlsload.origin.control import Control, OriginError
from pytest_hlsload.origin.media import Container, MediaSpec
from pytest_hlsload.origin.renditions import specs_of

# the first channel of a kind waits for ffmpeg, which has 30 s
_CHANNEL_TIMEOUT = 40


class Origin:
    """
    A live HLS origin on 127.0.0.1, in its own process, with any number of channels.

    It ends with its `with` block, with `stop`, or with the process that made it, however that dies.

    Args:
        ffmpeg: path of the ffmpeg that encodes the test media; without it, as the reader finds its own.
    """

    def __init__(self, ffmpeg: str | os.PathLike[str] | None = None) -> None:
        self._ffmpeg = ffmpeg
        self._control: Control | None = None

    def start(self) -> Self:
        """
        Start the process and wait until it serves; a running origin stays as it is.

        Raises:
            FfmpegNotFound: there is no ffmpeg; the message names the ways to get one.
            OriginError: the process could not be started.
        """
        if self._control is None:
            control = Control(_find_ffmpeg(self._ffmpeg))
            try:
                control.ask({"do": "ping"})
            except OriginError:
                control.stop()
                raise
            self._control = control
        return self

    def stop(self) -> None:
        """End the process and with it all channels; within a second, and at once if it has ended."""
        control, self._control = self._control, None
        if control is not None:
            control.stop()

    def channel(
        self,
        *,
        container: Container = "ts",
        fps: int = 25,
        audio: bool = True,
        video: bool = True,
        segment_seconds: float = 1.92,
        bitrate: int = 300_000,
        variants: Mapping[int, int] | None = None,
        separate_audio: bool = False,
        window: int = 6,
        kind: Literal["live", "vod"] = "live",
        vod_seconds: float = 24,
        first_number: int = 100,
        first_timestamp: float = 0,
        port: int = 0,
    ) -> Channel:
        """
        Open a channel; when this returns, its playlist can be read and its window is full.

        Args:
            container: `ts` (MPEG-TS) or `fmp4`.
            fps: video frames a second.
            audio: whether there is audio (AAC, 48 kHz).
            video: whether there is video (H.264).
            segment_seconds: wanted duration of the segments (s); taken is the nearest in which video and audio frames
                are whole (see `Channel.segment_seconds`).
            bitrate: video bits a second.
            variants: video bits a second by height of the picture, in place of `bitrate`: a channel whose multivariant
                playlist (`Channel.master_url`) has so many variants; `Channel.url` is the first of them.
            separate_audio: the sound is a rendition of its own beside the variants.
            window: segments in the playlist.
            kind: `live`, or `vod`: all segments and EXT-X-ENDLIST.
            vod_seconds: length of a VOD (s), rounded up to whole segments.
            first_number: media sequence number, and number in the name, of the channel's first segment.
            first_timestamp: where the timestamps begin (s), for example shortly before the 33-bit clock wraps.
            port: port on 127.0.0.1; 0 for any free one.

        Raises:
            OriginError: the origin does not run, ffmpeg cannot encode the media, or the port is taken.
            ValueError: a parameter makes no sense.
        """
        if window < 1 or first_number < 0 or vod_seconds <= 0 or kind not in {"live", "vod"}:
            raise ValueError("window is 1 or more, first_number 0 or more, vod_seconds above 0, kind 'live' or 'vod'")
        if separate_audio and not (variants and audio and video):
            raise ValueError("separate_audio takes variants, with audio and video")
        media = {
            "container": container,
            "fps": fps if video else 0,
            "audio": audio,
            "wanted_seconds": segment_seconds,
            "bitrate": bitrate,
            "first_timestamp": first_timestamp,
        }
        # what makes no sense is said here, before the process is asked
        spec = MediaSpec(**media)  # type: ignore[arg-type] # the values' types are those of the parameters
        specs_of(spec, variants or {}, separate_audio=separate_audio)
        options = {
            "media": media,
            "variants": dict(variants or {}),
            "separate_audio": separate_audio,
            "kind": kind,
            "window": window,
            "first_number": first_number,
            "vod_seconds": vod_seconds,
            "port": port,
        }
        made = self._running().ask({"do": "channel", "options": options}, timeout=_CHANNEL_TIMEOUT)
        return Channel(
            port=made["port"],
            segment_seconds=made["segment_seconds"],
            published_from=made["published_from"],
            lap_segments=made["lap_segments"],
            _number=made["channel"],
            _control=self._running(),
        )

    @property
    def pid(self) -> int:
        """Process id of the origin process."""
        return self._running().pid

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _running(self) -> Control:
        if self._control is None:
            raise OriginError("the origin does not run; start it with `with Origin() as origin:` or start()")
        return self._control


def _find_ffmpeg(setting: str | os.PathLike[str] | None) -> str:
    # only here: whoever imports the records needs no reader
    from pytest_hlsload.reader.binary import find_ffmpeg

    return find_ffmpeg(None if setting is None else os.fspath(setting)).path
