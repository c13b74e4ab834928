"""Records → report: incremental for a load that runs, and as a pure function"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from heapq import merge

from .client_fold import ClientFold
from .client_history import ClientHistory
from .facts import HostFacts, LoadFacts
from .records import (
    CommandRecord,
    EndRecord,
    FindingRecord,
    HealthRecord,
    HostRecord,
    LoadRecord,
    LookRecord,
    LostRecord,
    PlaylistRecord,
    ProblemRecord,
    Record,
    SampleRecord,
)
from .report import LoadReport
from .samples import MOST, thin
from .states import State
from .window import Window


class Fold:
    """Takes a journal's records as they come, and makes a report of them at any time."""

    def __init__(self) -> None:
        self._load: LoadRecord | None = None
        self._clients: list[ClientFold] = []
        self._playlists: list[PlaylistRecord] = []
        self._looks: list[LookRecord] = []
        self._findings: dict[tuple[str, int, str, float], FindingRecord] = {}
        self._commands: list[CommandRecord] = []
        # By the first client of each host's share; a load without hosts has one.
        self._samples: dict[int, list[SampleRecord]] = {}
        self._health: list[HealthRecord] = []
        self._problems: list[ProblemRecord] = []
        self._notes: list[str] = []
        self._hosts: dict[str, HostFacts] = {}
        self._ended = ""
        self._stopped_at: float | None = None
        self.newest = 0.0
        """The time of the newest record, in seconds since the load's start."""

    @property
    def has_begun(self) -> bool:
        """Whether the load's first record has come."""
        return self._load is not None

    @property
    def has_ended(self) -> bool:
        """Whether the load's last record has come."""
        return bool(self._ended)

    @property
    def states(self) -> tuple[State, ...]:
        """What each client is doing; client 1 first."""
        return tuple(client.state for client in self._clients)

    @property
    def counts(self) -> Mapping[State, int]:
        """How many clients are in each state."""
        return Counter(client.state for client in self._clients)

    @property
    def restarts(self) -> int:
        """How many readers were started because the one before had failed, of all clients."""
        return sum(client.restarts for client in self._clients)

    def add(self, record: Record) -> None:  # noqa: PLR0912  a branch a kind of record
        """Take the next record."""
        self.newest = max(self.newest, record.at)
        client: int | None = getattr(record, "client", None)
        if client is not None:
            self._client(client).add(record)
            return
        match record:
            case SampleRecord():
                samples = self._samples.setdefault(record.first, [])
                samples.append(record)
                if len(samples) > MOST:
                    samples[:] = thin(samples, (command.at for command in self._commands))
            case HealthRecord():
                self._health.append(record)
            case CommandRecord():
                # These leave no trace in a report, and there may be one a second.
                if record.command not in {"refresh", "options"}:
                    self._commands.append(record)
                if record.command == "stop":
                    self._stopped_at = record.at
            case PlaylistRecord():
                self._playlists.append(record)
            case LookRecord():
                self._looks.append(record)
            case FindingRecord():
                self._findings[record.host, record.playlist, record.check, record.since] = record
            case ProblemRecord():
                self._problems.append(record)
            case HostRecord():
                self._add_host(record)
            case LostRecord():
                if host := self._hosts.get(record.host):
                    self._hosts[record.host] = replace(host, lost_at=record.at, lost_why=record.why)
            case EndRecord():
                self._ended = record.reason or "crash"
            case LoadRecord():
                self._load = self._load or record
                clients = record.settings.get("clients")
                if isinstance(clients, int) and clients > 0:
                    self._client(clients)

    def note(self, sentence: str) -> None:
        """Take what must be known of the journal itself."""
        self._notes.append(sentence)

    def report(self, *, at: float | None = None, running: bool = False) -> LoadReport:
        """
        The report so far.

        Args:
            at: the moment up to which it speaks, in seconds since the load's start; what is open counts to then. By
                default, at the earliest, and once the load has ended, that of the newest record.
            running: whether the load goes on, so that it is no fault that its last record has not come.
        """
        load = self._load
        until = self.newest if at is None or self._ended else max(at, self.newest)
        if self._stopped_at is not None:  # what comes after is only readers obeying
            until = self._stopped_at
        facts = LoadFacts(
            id=load.id if load else "",
            wall=load.wall if load else 0.0,
            machine=load.machine if load else {},
            settings=load.settings if load else {},
            at=until,
            running=running and not self._ended,
            ended=self._ended,
            clients=tuple(self._histories()),
            playlists=tuple(self._playlists),
            looks=tuple(self._looks),
            findings=tuple(self._findings.values()),
            commands=tuple(self._commands),
            samples=tuple(merge(*self._samples.values(), key=lambda sample: sample.at)),
            health=tuple(self._health),
            problems=tuple(self._problems),
            notes=tuple(self._notes),
            hosts=tuple(sorted(self._hosts.values(), key=lambda host: (bool(host.trouble), host.first))),
        )
        return LoadReport(facts, Window(0.0, until))

    def _histories(self) -> Iterator[ClientHistory]:
        """Of all clients; of those that follow ones that have left, as soon as they have come."""
        at_a_time = self._load.settings.get("clients") if self._load else None
        for number, client in enumerate(self._clients, 1):
            if at_a_time is None or number <= at_a_time or client.history.came is not None:
                yield client.history

    def _add_host(self, record: HostRecord) -> None:
        known = self._hosts.get(record.host)
        self._hosts[record.host] = HostFacts(
            name=record.host,
            address=record.address,
            first=record.first,
            clients=record.clients,
            of_all=record.of_all,
            offset=record.offset,
            error=record.error,
            machine=record.machine,
            trouble=record.trouble,
            lost_at=known.lost_at if known else None,
            lost_why=known.lost_why if known else "",
        )

    def _client(self, index: int) -> ClientFold:
        while len(self._clients) < index:
            self._clients.append(ClientFold(len(self._clients) + 1))
        return self._clients[index - 1]


def fold(records: Iterable[Record], *, running: bool = False) -> LoadReport:
    """The report of a journal's records."""
    folded = Fold()
    for record in records:
        folded.add(record)
    return folded.report(running=running)
