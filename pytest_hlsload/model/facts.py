"""What a journal says of a load, sorted by what it is about; every figure of a report is computed from this"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from .client_history import ClientHistory
from .records import (
    CommandRecord,
    FindingRecord,
    HealthRecord,
    LookRecord,
    PlaylistRecord,
    ProblemRecord,
    SampleRecord,
)
from .settings import LoadSettings
from .thresholds import Threshold, parse_threshold

# Where nothing is known of the stream, as long as a player's buffer of three segments lasts.
_BUFFER_UNKNOWN = 20.0

_DEFAULTS = LoadSettings(headers={})


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts:
    """
    A host of a load that runs on several.

    Attributes:
        name: its name.
        address: as the cluster knows it.
        first: the number of its first client.
        clients: how many it has at a time; 0 where it was left out.
        offset: its monotonic clock less the owner's, in seconds.
        error: by how much that may be wrong, in seconds.
        machine: what explains a difference between two machines.
        trouble: why it was left out, as a sentence; "" where it was not.
        lost_at: the time of the last that is known of it, where it was lost; None where it was not.
        lost_why: in a few words.
        of_all: how many all hosts have at a time; 0 where that is not known, and viewers stay.
    """

    name: str
    address: str
    first: int
    clients: int
    offset: float
    error: float
    machine: Mapping[str, Any]
    trouble: str = ""
    lost_at: float | None = None
    lost_why: str = ""
    of_all: int = 0

    def has(self, client: int) -> bool:
        """Whether a client, by its number, is on it; or follows one that was."""
        place = (client - 1) % self.of_all + 1 if self.of_all else client
        return self.first <= place < self.first + self.clients


@dataclass(frozen=True, kw_only=True)
class LoadFacts:
    """
    All that is known of one load. Times are seconds since the load's start.

    Attributes:
        id: the load's.
        wall: its start, in seconds since the epoch.
        machine: what explains a difference between two machines.
        settings: the load's, by name, without secrets.
        at: the moment up to which the facts speak; what is open then counts up to it.
        running: whether the load goes on after that.
        ended: why the load ended, as in `EndRecord`; "" where its end is not on record.
        clients: all of them, also those that have not come yet; client 1 first.
        playlists: what the probe saw.
        looks: the sentinel's, as figures; one or two a target duration.
        findings: what the sentinel found; of what lasted, the last that was told.
        commands: what the owner asked for, reports aside.
        samples: figures of all clients, thinned out where there are very many.
        health: of the load generator.
        problems: of the load generator, as far as they are no single client's.
        notes: what must be known of the journal itself, as sentences.
        hosts: on which it ran; empty where it ran on the owner's own machine.
    """

    id: str
    wall: float
    machine: Mapping[str, Any]
    settings: Mapping[str, Any]
    at: float
    running: bool
    ended: str
    clients: tuple[ClientHistory, ...] = ()
    playlists: tuple[PlaylistRecord, ...] = ()
    looks: tuple[LookRecord, ...] = ()
    findings: tuple[FindingRecord, ...] = ()
    commands: tuple[CommandRecord, ...] = ()
    samples: tuple[SampleRecord, ...] = ()
    health: tuple[HealthRecord, ...] = ()
    problems: tuple[ProblemRecord, ...] = ()
    notes: tuple[str, ...] = ()
    hosts: tuple[HostFacts, ...] = ()

    def of_host(self, name: str) -> "LoadFacts":
        """What is known of one host's share of the load."""
        return self._parts[name]

    @cached_property
    def _parts(self) -> Mapping[str, "LoadFacts"]:
        return {host.name: self._part(host) for host in self.hosts}

    def _part(self, host: HostFacts) -> "LoadFacts":
        here = {"", host.name}
        return replace(
            self,
            machine=host.machine,
            # Thresholds speak of the whole; some figures of a part are smaller.
            settings={**self.settings, "clients": host.clients, "thresholds": (), "abort": ()},
            clients=tuple(client for client in self.clients if host.has(client.client)),
            playlists=tuple(it for it in self.playlists if it.host in here),
            looks=tuple(it for it in self.looks if it.host in here),
            findings=tuple(it for it in self.findings if it.host in here),
            samples=tuple(it for it in self.samples if host.has(it.first)),
            health=tuple(it for it in self.health if it.host in here),
            problems=tuple(it for it in self.problems if it.host in here),
            notes=(),
            hosts=(host,),
        )

    @property
    def startup_timeout(self) -> float:
        """After this long without playback a client counts as failed to start, in seconds."""
        return float(self.settings.get("startup_timeout", _DEFAULTS.startup_timeout))

    @property
    def decodes(self) -> bool:
        """Whether the readers decode what they read."""
        return self.settings.get("mode") == "decode"

    @property
    def warmup(self) -> float:
        """How much of the load's beginning thresholds leave out, in seconds."""
        return float(self.settings.get("warmup") or 0.0)

    @property
    def reach(self) -> float:
        """For how long after a trouble has begun a buffer may run dry of it, in seconds."""
        playlist = self.playlist
        if playlist is None or playlist.hold_back is None:
            return _BUFFER_UNKNOWN
        # A buffer of the hold-back has drained since, and a reader asks every target duration.
        return playlist.hold_back + 2 * (playlist.target_duration or 0.0)

    @cached_property
    def aborted(self) -> CommandRecord | None:
        """The command that ended a soak because of a threshold; None where there was none."""
        return next((command for command in self.commands if command.command == "abort"), None)

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """What the load is held to; those whose breach ended it are told of by `aborted`."""
        return self._thresholds[0]

    @property
    def unreadable_thresholds(self) -> tuple[str, ...]:
        """Why some of them cannot be judged: a journal may be of a later release, which knows more figures."""
        return self._thresholds[1]

    @cached_property
    def _thresholds(self) -> tuple[tuple[Threshold, ...], tuple[str, ...]]:
        readable, unreadable = [], []
        for name in ("thresholds",) if self.aborted else ("thresholds", "abort"):
            for text in self.settings.get(name) or ():
                try:
                    readable.append(parse_threshold(text))
                except ValueError as error:
                    unreadable.append(f"a threshold of the load cannot be judged: {error}")
        return tuple(readable), tuple(unreadable)

    @cached_property
    def by_playlist(self) -> Mapping[int, "LoadFacts"]:
        """The same as far as they speak of one playlist, by its number; the clients are still all."""
        numbers = sorted({playlist.playlist for playlist in self.playlists})
        if len(numbers) <= 1:
            return dict.fromkeys(numbers, self)
        return {
            number: replace(
                self,
                playlists=tuple(it for it in self.playlists if it.playlist == number),
                looks=tuple(it for it in self.looks if it.playlist == number),
                findings=tuple(it for it in self.findings if it.playlist == number),
            )
            for number in numbers
        }

    def seen_by(self, client: ClientHistory) -> "LoadFacts":
        """
        The same as far as they speak of the playlist that a client reads; and of its own host's health, sentinel and
        samples, not another's.
        """
        here = self
        if len(self.hosts) > 1:
            here = next((self.of_host(host.name) for host in self.hosts if host.has(client.client)), self)
        return here.by_playlist.get(client.playlist, here)

    @property
    def playlist(self) -> PlaylistRecord | None:
        """The newest look at the playlist that worked; where none did, the newest. Of several, the first playlist's."""
        first = min((playlist.playlist for playlist in self.playlists), default=1)
        looks = [playlist for playlist in self.playlists if playlist.playlist == first]
        good = [playlist for playlist in looks if not playlist.error]
        return next(reversed(good or looks), None)

    @cached_property
    def sampled(self) -> Mapping[int, tuple[int, int]]:
        """Where viewers come and go: the places of the first and the last sample that have each, by its number."""
        spans: dict[int, tuple[int, int]] = {}
        for place, sample in enumerate(self.samples):
            for client in sample.clients:
                spans[client] = (spans.get(client, (place, place))[0], place)
        return spans

    @cached_property
    def sample_times(self) -> tuple[float, ...]:
        """When the samples were taken."""
        return tuple(sample.at for sample in self.samples)

    @cached_property
    def _health_times(self) -> tuple[float, ...]:
        return tuple(health.at for health in self.health)

    def health_between(self, first: float, last: float) -> tuple[HealthRecord, ...]:
        """What is on record of the load generator's health between two moments; each speaks of the time before it."""
        times = self._health_times
        return self.health[bisect_left(times, first) : bisect_right(times, last)]
