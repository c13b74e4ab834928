"""What a playlist says: from its text to what the readers and the virtual players need. No network."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import m3u8

from .variants import Variant

DEFAULT_JOIN = 3
"""Segments from the end at which a reader starts where the playlist gives no durations (ffmpeg's own default)."""

# Every other tag is passed over unread: an odd date or key in a playlist that readers can play must not fail the probe.
_TAGS = (
    "#EXTINF",
    "#EXT-X-ENDLIST",
    "#EXT-X-MAP",
    "#EXT-X-MEDIA:",
    "#EXT-X-SERVER-CONTROL",
    "#EXT-X-STREAM-INF",
)
_TARGET_DURATION = "#EXT-X-TARGETDURATION:"

# EXTINF is rounded, and segments end at whole frames: three of 3.98 s are three target durations of 4 s.
_SHORT_BY = 0.01


class NotAPlaylistError(ValueError):
    """The text is no HLS playlist; the message is a sentence without a full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlaylist:
    """
    The facts of one media playlist.

    Attributes:
        live: whether it has no EXT-X-ENDLIST.
        target_duration: in seconds; None where it does not say.
        segment_duration: mean EXTINF, in seconds; None where it holds no segment.
        segments: how many it holds.
        hold_back: how far from the end a viewer plays, in seconds; None where it gives no target duration either.
        join: how many segments from the end a reader starts.
        container: "mpegts", "fmp4" or "" where it is not known.
    """

    live: bool
    target_duration: float | None
    segment_duration: float | None
    segments: int
    hold_back: float | None
    join: int
    container: str


def parse(text: str) -> tuple[Variant, ...] | MediaPlaylist:
    """
    The facts of a media playlist, or the variants of a multivariant one.

    Raises:
        NotAPlaylistError: where the text is none.
    """
    text = text.removeprefix("\ufeff").lstrip()
    if not text:
        raise NotAPlaylistError("not a playlist: it is empty")
    if not text.startswith("#EXTM3U"):
        raise NotAPlaylistError(f"not a playlist: it begins with {_beginning(text)!r}")
    try:
        playlist = m3u8.parse(text, custom_tags_parser=_read_tag)
    except Exception as error:  # noqa: BLE001 - the parser has no error of its own for what it cannot read
        raise NotAPlaylistError(f"not a playlist that can be read: {error}") from None
    if playlist["playlists"]:
        return tuple(_variant(variant, playlist["media"]) for variant in playlist["playlists"])
    if not playlist["segments"] and "targetduration" not in playlist:
        raise NotAPlaylistError("the playlist is empty: it lists neither segments nor variants")
    return _media_playlist(playlist)


def _beginning(text: str) -> str:
    line = text.splitlines()[0].strip()
    return "".join(c if c.isprintable() else "?" for c in line[:40])


def _read_tag(line: str, _lineno: int, data: dict[str, Any], _state: dict[str, Any]) -> bool:
    """Returns whether m3u8 is to pass over the line."""
    if line.startswith(_TARGET_DURATION):
        # m3u8 takes whole seconds only, as the RFC does; readers take what they get
        data["targetduration"] = float(line.removeprefix(_TARGET_DURATION))
        return True
    return not line.startswith(_TAGS)


def _variant(variant: dict[str, Any], renditions: Sequence[dict[str, Any]]) -> Variant:
    info = variant["stream_info"]
    group = info.get("audio")
    audio = [r for r in renditions if r.get("type") == "AUDIO" and r.get("group_id") == group] if group else []
    # The viewer hears the default; one without a URI is inside the variant.
    heard = next((r for r in audio if r.get("default") == "YES"), audio[0] if audio else {})
    width, _, height = str(info.get("resolution", "")).partition("x")
    known = width.isdecimal() and height.isdecimal()
    return Variant(
        uri=variant["uri"],
        bandwidth=int(info.get("bandwidth", 0)),
        width=int(width) if known else None,
        height=int(height) if known else None,
        audio=heard.get("uri"),
    )


def _media_playlist(playlist: dict[str, Any]) -> MediaPlaylist:
    segments = [segment for segment in playlist["segments"] if "uri" in segment]
    durations = [segment["duration"] for segment in segments]
    mean = math.fsum(durations) / len(durations) if durations else None
    target = playlist.get("targetduration")
    hold_back = playlist.get("server_control", {}).get("hold_back")
    if hold_back is None and target:
        hold_back = 3 * target
    if playlist["segment_map"]:
        container = "fmp4"
    elif any(urlsplit(segment["uri"]).path.lower().endswith(".ts") for segment in segments):
        container = "mpegts"
    else:
        container = ""
    return MediaPlaylist(
        live=not playlist["is_endlist"],
        target_duration=target,
        segment_duration=mean,
        segments=len(segments),
        hold_back=hold_back,
        join=_join(durations, hold_back, mean or target),
        container=container,
    )


def _join(durations: Sequence[float], hold_back: float | None, each: float | None) -> int:
    """
    How many segments from the end reach the hold-back.

    Args:
        durations: of the playlist's segments, in seconds.
        hold_back: in seconds.
        each: how long one more segment would be, in seconds, for a playlist that has only just begun to grow.
    """
    if not hold_back or not each:
        return DEFAULT_JOIN
    missing = hold_back * (1 - _SHORT_BY)
    for count, duration in enumerate(reversed(durations), 1):
        missing -= duration
        if missing <= 0:
            return count
    return len(durations) + math.ceil(missing / each)
