"""A media playlist at one moment, as far as the sentinel's rules need it. No network."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import m3u8

from .probe import NotAPlaylistError

_TAGS = (
    "#EXTINF",
    "#EXT-X-DISCONTINUITY",
    "#EXT-X-ENDLIST",
    "#EXT-X-GAP",
    "#EXT-X-MEDIA-SEQUENCE",
    "#EXT-X-STREAM-INF",
)
_TARGET_DURATION = "#EXT-X-TARGETDURATION:"
_DATE = "#EXT-X-PROGRAM-DATE-TIME:"


@dataclass(frozen=True, slots=True)
class Segment:
    """
    Attributes:
        uri: as written.
        duration: EXTINF, in seconds.
        discontinuity: whether an EXT-X-DISCONTINUITY stands before it.
        date: EXT-X-PROGRAM-DATE-TIME, in seconds since the epoch; None where it has none.
        gap: whether it is marked as missing (EXT-X-GAP).
    """

    uri: str
    duration: float
    discontinuity: bool = False
    date: float | None = None
    gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """
    Attributes:
        target_duration: in seconds.
        sequence: EXT-X-MEDIA-SEQUENCE, the number of the first segment.
        discontinuity_sequence: EXT-X-DISCONTINUITY-SEQUENCE.
        segments: in order.
        ended: whether it has EXT-X-ENDLIST.
    """

    target_duration: float
    sequence: int = 0
    discontinuity_sequence: int = 0
    segments: tuple[Segment, ...] = ()
    ended: bool = False

    @property
    def last(self) -> int:
        """The number of the newest segment."""
        return self.sequence + len(self.segments) - 1

    @property
    def edge_date(self) -> float | None:
        """When the newest segment ends by the program dates, in seconds since the epoch; None where nothing says."""
        after = 0.0
        for segment in reversed(self.segments):
            after += segment.duration
            if segment.date is not None:
                return segment.date + after
            if segment.discontinuity:
                return None
        return None


def read(text: str) -> Snapshot:
    """
    The snapshot of a playlist's text.

    Raises:
        NotAPlaylistError: where it is no media playlist.
    """
    dates: list[float | None] = []
    pending: list[float | None] = [None]

    def read_tag(line: str, _number: int, data: dict[str, Any], _state: dict[str, Any]) -> bool:
        if line.startswith(_TARGET_DURATION):
            data["targetduration"] = float(line.removeprefix(_TARGET_DURATION))
            return True
        if line.startswith(_DATE):
            # Read here, because a date that m3u8 cannot read would cost the whole playlist.
            with contextlib.suppress(ValueError):
                pending[0] = datetime.fromisoformat(line.removeprefix(_DATE).strip()).timestamp()
            return True
        if line.startswith("#EXTINF"):
            dates.append(pending[0])
            pending[0] = None
        return not line.startswith(_TAGS)

    if not text.lstrip("\ufeff \r\n\t").startswith("#EXTM3U"):
        raise NotAPlaylistError("not a playlist")
    try:
        playlist = m3u8.parse(text, custom_tags_parser=read_tag)
    except Exception as error:  # noqa: BLE001 - the parser has no error of its own for what it cannot read
        raise NotAPlaylistError(f"not a playlist that can be read: {error}") from None
    segments = [segment for segment in playlist["segments"] if "uri" in segment]
    if "targetduration" not in playlist:
        raise NotAPlaylistError("not a media playlist: it has no target duration")
    if len(dates) != len(segments):
        dates = [None] * len(segments)
    return Snapshot(
        target_duration=playlist["targetduration"],
        sequence=int(playlist.get("media_sequence") or 0),
        discontinuity_sequence=int(playlist.get("discontinuity_sequence") or 0),
        segments=tuple(
            Segment(s["uri"], s["duration"], bool(s.get("discontinuity")), date, bool(s.get("gap_tag")))
            for s, date in zip(segments, dates, strict=True)
        ),
        ended=bool(playlist["is_endlist"]),
    )
