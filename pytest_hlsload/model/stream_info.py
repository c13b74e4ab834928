"""What was read: the stream, as the probe and the sentinel saw it"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .durations import format_clock, format_duration
from .facts import LoadFacts
from .figures import NO_FIGURES, Figures
from .metrics import Unit, show_amount
from .one_line import one_line
from .records import LookRecord
from .window import Window


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

    @property
    def line(self) -> str:
        """When, and what."""
        return f"{format_clock(self.start)}: {one_line(self.text)}"


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
        watched: whether the sentinel watched it; where it did not, nothing is known but what the probe saw.
        playlist: its number among those that clients read, from 1.
        variants: how many a multivariant playlist listed; 0 where it was none.
        bandwidth: of the variant that was read, in bits a second; None where there was none.
        resolution: of that variant, for example "1280x720"; "" where it is not known.
        audio_url: the media playlist that holds the variant's sound, without secrets; "" where that is inside it.
        note: what is not as it was asked for, as a sentence; "" where all is.
        findings: what the sentinel found wrong, in the order in which it began.
        stale: for how long the playlist stood unchanged, in seconds: one figure a change, and one for the time since.
        retrieval: how long the playlist took to come, in seconds, where it came.
        latency: how old its live edge was when it came, by its program dates (EXT-X-PROGRAM-DATE-TIME) and the load
            generator's clock, in seconds.
        latency_growth: by how much more the edge lagged when it went on than it had at first, at worst, in seconds;
            None without program dates.
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
    watched: bool = False
    playlist: int = 1
    variants: int = 0
    bandwidth: int | None = None
    resolution: str = ""
    audio_url: str = ""
    note: str = ""
    findings: tuple[StreamFinding, ...] = ()
    stale: Figures = NO_FIGURES
    retrieval: Figures = NO_FIGURES
    latency: Figures = NO_FIGURES
    latency_growth: float | None = None

    @property
    def errors(self) -> int:
        """How many of the findings are errors."""
        return sum(finding.level == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many of the findings are warnings."""
        return sum(finding.level == "warning" for finding in self.findings)

    def figure(self, name: str, stat: str = "") -> float:
        """
        A figure as a threshold names it, for example "stream.stale" and "max"; NaN where there is none, and where
        nobody watched: what was not looked for has not been found.
        """
        value = getattr(self, name.removeprefix("stream.")) if self.watched else None
        value = getattr(value, stat) if stat and value is not None else value
        return float("nan") if value is None else float(value)

    def telling(self, name: str) -> StreamFinding | None:
        """What tells most of a figure: the first finding of its level; of a playlist that stood still, the longest."""
        if name == "stream.stale":
            stale = [it for it in self.findings if it.check == "stale_manifest"]
            return max(stale, key=lambda it: float("inf") if it.duration is None else it.duration, default=None)
        return next((it for it in self.findings if name == f"stream.{it.level}s"), None)

    @property
    def told(self) -> str:
        """In a few words; "" where nothing is known."""
        words = [] if self.live is None else ["live" if self.live else "VOD"]
        if self.target_duration is not None:
            words.append(f"target duration {format_duration(self.target_duration)}")
        if self.container:
            words.append(self.container)
        if self.resolution:
            words.append(self.resolution)
        if self.bandwidth is not None:
            words.append(show_amount(self.bandwidth, Unit.BITRATE))
        return ", ".join(words)

    def __repr__(self) -> str:
        told = one_line(self.error, 80) or self.told or "nothing known"
        return f"<stream {one_line(self.url, 120)}: {told}>"


def stream_of(facts: LoadFacts, window: Window) -> StreamInfo:
    """
    The stream of a load, with what the sentinel saw in a window; a finding belongs to that in which it began. Every
    host has a sentinel, and its own clocks: what they saw is told of each by itself.
    """
    hosts = [host.name for host in facts.hosts if host.clients]
    if len(hosts) > 1:
        return together([(f"host {name}", stream_of(facts.of_host(name), window)) for name in hosts])
    seen = facts.playlist
    if seen is None:
        given = facts.settings.get("url") or ""
        url = next((client.url for client in facts.clients if client.url), given)
        return StreamInfo(url=url if isinstance(url, str) else str(next(iter(url))))
    looks = [look for look in facts.looks if window.holds(look.asked)]
    fresh = [look.latency for look in looks if look.changed and look.latency is not None]
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
        watched=any(playlist.watched for playlist in facts.playlists),
        playlist=seen.playlist,
        variants=seen.variants,
        bandwidth=seen.bandwidth,
        resolution=seen.resolution,
        audio_url=seen.audio_url,
        note=seen.note,
        findings=tuple(
            StreamFinding(start=it.since, duration=it.lasted, check=it.check, level=it.level, text=it.text)
            for it in sorted(facts.findings, key=lambda finding: finding.since)
            if window.holds(it.since)
        ),
        stale=Figures(tuple(_stood_unchanged(looks))),
        retrieval=Figures(tuple(look.took for look in looks if look.had)),
        latency=Figures(tuple(look.latency for look in looks if look.latency is not None)),
        latency_growth=max(fresh) - fresh[0] if fresh else None,
    )


def _stood_unchanged(looks: Sequence[LookRecord]) -> Iterator[float]:
    for look in looks:
        if look.changed and look.unchanged is not None:
            yield look.unchanged
    if looks and not looks[-1].changed and looks[-1].unchanged is not None:
        yield looks[-1].unchanged


def together(named: Sequence[tuple[str, StreamInfo]]) -> StreamInfo:
    """The first of several, with what the sentinels saw of all: each finding says of which, by its name."""
    streams = [stream for _, stream in named]
    findings = [
        replace(finding, text=f"{name}: {finding.text}") for name, stream in named for finding in stream.findings
    ]
    grown = [stream.latency_growth for stream in streams if stream.latency_growth is not None]
    return replace(
        streams[0],
        watched=all(stream.watched for stream in streams),
        findings=tuple(sorted(findings, key=lambda finding: finding.start)),
        stale=Figures(tuple(value for stream in streams for value in stream.stale.values)),
        retrieval=Figures(tuple(value for stream in streams for value in stream.retrieval.values)),
        latency=Figures(tuple(value for stream in streams for value in stream.latency.values)),
        latency_growth=max(grown, default=None),
    )
