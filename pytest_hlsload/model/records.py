"""
The journal's records: the one source of every report. Here are those of the load as a whole

A closed list. One JSON object a line: ``at`` (seconds since the load's start, monotonic), ``kind``, then the fields
below. Clients are numbered from 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

VERSION = 1
"""Of the journal's format. A reader takes any journal of this number, and passes over fields it does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    What every record has.

    Attributes:
        at: seconds since the load's start.
    """

    kind: ClassVar[str]
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRecord(Record):
    """
    The first record.

    Attributes:
        version: of the journal's format.
        id: of the load.
        wall: the load's start, in seconds since the epoch.
        monotonic: the load's start on this machine's monotonic clock, in seconds.
        machine: what explains a difference between two machines (host, cores, Python, ffmpeg's path and version, ...).
        settings: all of them by name, without secrets.
    """

    kind: ClassVar[str] = "load"
    version: int
    id: str
    wall: float
    monotonic: float
    machine: Mapping[str, Any]
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistRecord(Record):
    """
    What the probe saw of a playlist.

    Attributes:
        url: what was asked for, without secrets.
        media_url: the media playlist that the readers are given, without secrets.
        live: whether it has no EXT-X-ENDLIST; None where that is not known.
        target_duration: in seconds.
        segment_duration: mean EXTINF, in seconds.
        segments: how many the playlist holds.
        hold_back: in seconds; three target durations where the playlist does not say (RFC 8216bis 4.4.3.8).
        join: how many segments from the end a reader starts: the fewest whose EXTINF reach the hold-back.
        container: "mpegts", "fmp4" or "" where it is not known.
        error: why the playlist could not be had or read; "" where it could.
        watched: whether the sentinel goes on looking at it.
        playlist: its number, from 1: clients may be given several URLs, and several variants of one.
        variants: how many a multivariant playlist lists; 0 for a media playlist.
        bandwidth: of the variant, in bits a second; None where there is none.
        resolution: of the variant, for example "1280x720"; "" where there is none.
        audio_url: the media playlist that holds the variant's sound, without secrets; "" where that is inside it.
        note: what is not as it was asked for, as a sentence; "" where all is.
        host: whose probe it was; "" where the load has no hosts.
    """

    kind: ClassVar[str] = "playlist"
    url: str
    media_url: str = ""
    live: bool | None = None
    target_duration: float | None = None
    segment_duration: float | None = None
    segments: int = 0
    hold_back: float | None = None
    join: int = 3
    container: str = ""
    error: str = ""
    watched: bool = False
    playlist: int = 1
    variants: int = 0
    bandwidth: int | None = None
    resolution: str = ""
    audio_url: str = ""
    note: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRecord(Record):
    """
    One of the sentinel's looks at the playlist, as figures.

    Attributes:
        asked: when it was asked for, in seconds since the load's start.
        took: how long the answer took, in seconds.
        had: whether it was a playlist.
        changed: whether it showed something new.
        unchanged: for how long it had stood unchanged, in seconds; where it has changed, until it did; None where that
            is not known.
        latency: how old its live edge was when it came, by its program dates (EXT-X-PROGRAM-DATE-TIME) and this
            machine's clock, in seconds; None where it has none.
        playlist: the number of the playlist that was looked at.
        host: whose sentinel's; "" where the load has no hosts.
    """

    kind: ClassVar[str] = "look"
    asked: float
    took: float
    had: bool
    changed: bool = False
    unchanged: float | None = None
    latency: float | None = None
    playlist: int = 1
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord(Record):
    """
    What the sentinel found wrong with the stream itself.

    Attributes:
        check: which rule, by the names of ``sentinel.checks``, for example "stale_manifest".
        level: "warning", or "error" for what viewers notice.
        text: a sentence with the figures.
        since: when it began, in seconds since the load's start.
        lasted: for how long, in seconds; None while it lasts, 0.0 for what is a moment.
        playlist: the number of the playlist that it is about.
        host: whose sentinel it was; "" where the load has no hosts.
    """

    kind: ClassVar[str] = "finding"
    check: str
    level: str
    text: str
    since: float
    lasted: float | None = 0.0
    playlist: int = 1
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord(Record):
    """
    A command of the owner's, carried out.

    Attributes:
        id: the owner's number for it.
        command: "refresh", "mark", "phase", "end_phase", "options" or "stop".
        text: the mark's text, the phase's name, or whose options are others from now on and which, without secrets.
    """

    kind: ClassVar[str] = "command"
    id: int
    command: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRecord(Record):
    """
    Figures of clients at one moment, one entry a client, in the order of their numbers: at every command, and every
    five seconds, after two hours in steps of a 1440th of the load's length.

    Attributes:
        received: media received so far, in seconds.
        bytes: elementary-stream bytes received so far.
        level: the buffer, in seconds.
        lowest: the lowest buffer since the last sample while the playhead moved, in seconds; None where it did not.
        first: the number of the first client; a load on several hosts has samples of each host's share.
        clients: their numbers, where viewers come and go; empty where they follow the first without a gap.
    """

    kind: ClassVar[str] = "sample"
    received: tuple[float, ...]
    bytes: tuple[int, ...]
    level: tuple[float, ...]
    lowest: tuple[float | None, ...]
    first: int = 1
    clients: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRecord(Record):
    """
    How the load generator itself is doing, every five seconds; what is measured is since the last such record.

    Attributes:
        lag: the worst delay between the moment at which the supervisor was to act and did, in seconds.
        cpu: share of the machine's CPU time in use, 0..1; None where the system does not say.
        supervisor_cpu: CPU time that the supervisor used, in seconds a second.
        memory: available on the machine, in bytes; None where the system does not say.
        descriptors: how many more the supervisor may open.
        behind: how late the ramp's next reader is, in seconds.
        readers_cpu: CPU time that the readers used, in seconds a second; None where the system does not say.
        readers_busy: share of the time in which a reader's busiest thread ran or waited for a processor, 0..1, the mean
            over the readers; where it is near 1, they cannot keep up. None where the system does not say.
        readers_waited: of that, the waiting.
        host: whose; "" where the load has no hosts.
    """

    kind: ClassVar[str] = "health"
    lag: float
    cpu: float | None
    supervisor_cpu: float
    memory: int | None
    descriptors: int | None
    behind: float
    readers_cpu: float | None = None
    readers_busy: float | None = None
    readers_waited: float | None = None
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRecord(Record):
    """
    Something that went wrong in the load generator itself.

    Attributes:
        text: a sentence.
        client: whom it befell; None where it is no single client's.
        host: where; "" where the load has no hosts.
    """

    kind: ClassVar[str] = "problem"
    text: str
    client: int | None = None
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRecord(Record):
    """
    A host of a load that runs on several; the newest of a name counts.

    Attributes:
        host: its name.
        address: as the cluster knows it.
        first: the number of its first client.
        clients: how many it has at a time; 0 where it was left out.
        of_all: how many all hosts have at a time; who follows a viewer that has left has a number higher by so many.
        offset: its monotonic clock less the owner's, in seconds; times on record are the owner's already.
        error: by how much that may be wrong, in seconds.
        machine: as in `LoadRecord`.
        trouble: why it was left out, as a sentence; "" where it was not.
    """

    kind: ClassVar[str] = "host"
    host: str
    address: str
    first: int = 1
    clients: int = 0
    of_all: int = 0
    offset: float = 0.0
    error: float = 0.0
    machine: Mapping[str, Any]
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRecord(Record):
    """
    A host was lost: ``at`` is the time of the last that is known of it.

    Attributes:
        host: its name.
        why: in a few words.
    """

    kind: ClassVar[str] = "lost"
    host: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRecord(Record):
    """
    The last record: no reader is left.

    Attributes:
        reason: "stop" (asked to), "lifeline" (the owner is gone), "signal", "lease" (the owner was not heard of for too
            long), "lost" (all hosts were).
    """

    kind: ClassVar[str] = "end"
    reason: str
