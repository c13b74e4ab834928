"""What was read: the stream, as the probe saw it"""

from dataclasses import dataclass

from .durations import format_duration
from .facts import LoadFacts
from .one_line import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFinding:
    """
    Something wrong with the stream itself.

    Attributes:
        start: when it began, in seconds since the load's start.
        duration: in seconds; None while it lasts, 0.0 for a moment.
        check: the rule, for example "stale_manifest".
        level: "warning", or "error" for what viewers notice.
        text: a sentence.
    """

    start: float
    duration: float | None
    check: str
    level: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StreamInfo:
    """
    The stream that a load read. Received from a report, not made.

    Attributes:
        url: what was asked for, without secrets.
        media_url: the media playlist that the readers were given, without secrets; "" where it is not known.
        live: whether the playlist had no EXT-X-ENDLIST; None where that is not known.
        target_duration: in seconds; None where it is not known.
        segment_duration: mean EXTINF, in seconds; None where it is not known.
        segments: how many the playlist held.
        hold_back: how far from its end a player starts, in seconds; None where it is not known.
        container: "mpegts", "fmp4" or "" where it is not known.
        error: why the playlist could not be had or read; "" where it could.
        findings: what the sentinel found wrong, in the order in which it began.
    """

    url: str
    media_url: str = ""
    live: bool | None = None
    target_duration: float | None = None
    segment_duration: float | None = None
    segments: int = 0
    hold_back: float | None = None
    container: str = ""
    error: str = ""
    findings: tuple[StreamFinding, ...] = ()

    @property
    def errors(self) -> int:
        """How many of the findings are errors."""
        return sum(finding.level == "error" for finding in self.findings)

    @property
    def told(self) -> str:
        """In a few words; "" where nothing is known."""
        words = [] if self.live is None else ["live" if self.live else "VOD"]
        if self.target_duration is not None:
            words.append(f"target duration {format_duration(self.target_duration)}")
        if self.container:
            words.append(self.container)
        return ", ".join(words)

    def __repr__(self) -> str:
        told = one_line(self.error, 80) or self.told or "nothing known"
        return f"<stream {one_line(self.url, 120)}: {told}>"


def stream_of(facts: LoadFacts) -> StreamInfo:
    """The stream of a load."""
    seen = facts.playlist
    if seen is None:
        url = next((client.url for client in facts.clients if client.url), facts.settings.get("url") or "")
        return StreamInfo(url=str(url))
    return StreamInfo(
        url=seen.url,
        media_url=seen.media_url,
        live=seen.live,
        target_duration=seen.target_duration,
        segment_duration=seen.segment_duration,
        segments=seen.segments,
        hold_back=seen.hold_back,
        container=seen.container,
        error=seen.error,
        findings=tuple(
            StreamFinding(start=it.since, duration=it.lasted, check=it.check, level=it.level, text=it.text)
            for it in sorted(facts.findings, key=lambda finding: finding.since)
        ),
    )
