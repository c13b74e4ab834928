"""
Journals of several hosts → one, at the owner's time

Clients have the same numbers everywhere, so that their records need only another time. A command counts as carried out
once every host has carried it out; the load has ended once every host has, or was lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from pytest_hlsload.model.client_records import ClientRecord, StateRecord
from pytest_hlsload.model.records import (
    CommandRecord,
    EndRecord,
    FindingRecord,
    HostRecord,
    LoadRecord,
    LookRecord,
    LostRecord,
    Record,
)
from pytest_hlsload.model.states import State

# The clock's error is told anew once it is this much of what was told.
_BETTER = 0.5

# Why a host's supervisor ended, where nobody had asked it to.
_WHY = {
    "lease": "it had heard nothing of the owner for longer than the lease, and ended its readers",
    "signal": "its supervisor was told to end by a signal",
    "lifeline": "the process that its supervisor ran for was gone",
    "crash": "its supervisor crashed",
}


@dataclass(slots=True)
class Share:
    """
    One host's part of a load, as far as its journal has come home.

    Attributes:
        name: the host's.
        address: as the engine knows it.
        first: the number of its first client.
        clients: how many it has at a time.
        of_all: how many all hosts have at a time; who follows a viewer that has left has a number higher by so many.
        offset: its monotonic clock less the owner's, in seconds.
        error: by how much that may be wrong.
        over: whether nothing more will come of it.
        lost: whether that is because it was lost.
        zero: its supervisor's start on its own monotonic clock; None until that is known.
        newest: the time of the last that is known of it, in seconds since the load's start.
        machine: as in its `LoadRecord`.
        told_error: the error that was last put on record.
        there: the newest client at each place.
    """

    name: str
    address: str
    first: int
    clients: int
    of_all: int = 0
    offset: float = 0.0
    error: float = 0.0
    over: bool = False
    lost: bool = False
    zero: float | None = None
    newest: float = 0.0
    machine: Mapping[str, Any] = field(default_factory=dict)
    told_error: float | None = None
    there: dict[int, int] = field(default_factory=dict)

    def place_of(self, client: int) -> int:
        """The number of the first client that had this one's place."""
        return (client - 1) % self.of_all + 1 if self.of_all else client

    def has(self, client: int) -> bool:
        """Whether a client is on it."""
        return self.first <= self.place_of(client) < self.first + self.clients


class Merging:
    """
    Takes the hosts' records as they come, and says what the one journal is to hold. Pure.

    Args:
        zero: the load's start on the owner's monotonic clock.
        shares: of the hosts.
    """

    def __init__(self, zero: float, shares: Iterable[Share]) -> None:
        self._zero = zero
        self._shares = {share.name: share for share in shares}
        # By command: when each host carried it out.
        self._obeyed: dict[int, dict[str, CommandRecord]] = {}
        self._told: set[int] = set()
        self._stopped: dict[str, float] = {}
        self._stop: int | None = None
        self._reason = ""
        self.ended = False
        """Whether the journal has had its last record."""

    def is_over(self, name: str) -> bool:
        """Whether nothing more will come of a host."""
        return self._shares[name].over

    def ask_to_stop(self, command: int, *, reason: str = "stop") -> None:
        """The hosts are told to stop, with that command's number; the first such command counts."""
        if self._stop is None:
            self._stop, self._reason = command, reason

    def tell_clock(self, name: str, offset: float, error: float) -> list[Record]:
        """What is known of a host's clock by now."""
        share = self._shares[name]
        share.offset, share.error = offset, error
        told = share.told_error
        if told is None or error >= _BETTER * told:
            return []
        return [self._host(share, share.newest)]

    def take(self, name: str, records: Iterable[Record]) -> list[Record]:
        """The next records of a host's journal, in their order."""
        share = self._shares[name]
        if share.over:
            return []
        merged: list[Record] = []
        for record in records:
            if isinstance(record, LoadRecord):
                share.zero, share.machine = record.monotonic, record.machine
                merged.append(self._host(share, self._at(share, record.at)))
                continue
            at = self._at(share, record.at)
            share.newest = max(at, share.newest)
            if isinstance(record, CommandRecord):
                merged += self._obey(share, replace(record, at=at))
            elif isinstance(record, EndRecord):
                merged += self._end(share, record.reason)
            else:
                if isinstance(record, ClientRecord):
                    share.there[share.place_of(record.client)] = record.client
                merged.append(self._restamped(share, record, at))
        return merged

    def lose(self, name: str, why: str, *, at: float | None = None) -> list[Record]:
        """
        Nothing more will come of a host. Its clients are lost from the last that is known of it.

        Args:
            name: the host's.
            why: in a few words.
            at: since when, in seconds since the load's start, where nothing ever came of it.
        """
        share = self._shares[name]
        if share.over:
            return []
        if share.zero is None and at is not None:
            share.newest = at
        return self._lose(share, why)

    def finish(self, at: float, reason: str) -> list[Record]:
        """The last records of all, where the hosts do not bring them about."""
        if self.ended:
            return []
        self.ended = True
        return [
            CommandRecord(at=at, id=self._stop or 0, command="stop", text=reason),
            EndRecord(at=at, reason=reason),
        ]

    def _lose(self, share: Share, why: str) -> list[Record]:
        share.over = share.lost = True
        at = share.newest
        lost: list[Record] = []
        if not share.machine:
            lost.append(self._host(share, at))
        lost.append(LostRecord(at=at, host=share.name, why=why))
        places = range(share.first, share.first + share.clients)
        lost += [StateRecord(at=at, client=share.there.get(place, place), state=State.LOST) for place in places]
        return [*lost, *self._obeyed_by_all(), *self._ended_by_all()]

    def _obey(self, share: Share, record: CommandRecord) -> list[Record]:
        if record.command == "stop":
            self._stopped[share.name] = record.at
            return []
        self._obeyed.setdefault(record.id, {})[share.name] = record
        return self._obeyed_by_all()

    def _obeyed_by_all(self) -> list[Record]:
        names = {share.name for share in self._shares.values() if not share.over}
        done: list[Record] = []
        for number, obeyed in sorted(self._obeyed.items()):
            if number not in self._told and names <= obeyed.keys():
                self._told.add(number)
                last = max(obeyed.values(), key=lambda record: record.at)
                texts = dict.fromkeys(record.text for record in obeyed.values() if record.text)
                done.append(replace(last, text="; ".join(texts)))
        return done

    def _end(self, share: Share, reason: str) -> list[Record]:
        if reason != "stop" or self._stop is None:
            return self._lose(share, _WHY.get(reason, f"its supervisor ended ({reason})"))
        share.over = True
        return [*self._obeyed_by_all(), *self._ended_by_all()]

    def _ended_by_all(self) -> list[Record]:
        shares = self._shares.values()
        if self.ended or not all(share.over for share in shares):
            return []
        if self._stop is None:
            return self.finish(max(share.newest for share in shares), "lost")
        self.ended = True
        # Where all were lost before they had stopped, the last of what is known of them.
        stopped = max(self._stopped.values(), default=max(share.newest for share in shares))
        end = max(stopped, *(share.newest for share in shares if not share.lost), 0.0)
        return [
            CommandRecord(at=stopped, id=self._stop, command="stop", text=self._reason),
            EndRecord(at=end, reason=self._reason),
        ]

    def _restamped(self, share: Share, record: Record, at: float) -> Record:
        changed: dict[str, Any] = {"at": at}
        if isinstance(record, FindingRecord):
            changed["since"] = self._at(share, record.since)
        if isinstance(record, LookRecord):
            changed["asked"] = self._at(share, record.asked)
        if "host" in _NAMES.setdefault(type(record), frozenset(f.name for f in fields(record))):
            changed["host"] = share.name
        return replace(record, **changed)

    def _host(self, share: Share, at: float) -> HostRecord:
        share.told_error = share.error
        return HostRecord(
            at=at,
            host=share.name,
            address=share.address,
            first=share.first,
            clients=share.clients,
            of_all=share.of_all,
            offset=round(share.offset, 6),
            error=round(share.error, 6),
            machine=share.machine,
        )

    def _at(self, share: Share, at: float) -> float:
        """A moment on a host's record, in the load's time."""
        zero = share.zero if share.zero is not None else self._zero + share.offset
        return max(0.0, zero + at - share.offset - self._zero)


_NAMES: dict[type[Record], frozenset[str]] = {}
