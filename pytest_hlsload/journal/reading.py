"""Reading a journal that is complete, or as complete as it will get"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pytest_hlsload.model.client_numbers import client_numbers
from pytest_hlsload.model.fold import Fold
from pytest_hlsload.model.record_lines import from_plain
from pytest_hlsload.model.records import VERSION, LoadRecord, Record
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.report_dict import FORMAT

# Longer than any line of ours, so that a foreign file does not fill the memory.
_LONGEST = 1 << 24


class JournalError(Exception):
    """A file is no journal that can be read; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Journal:
    """
    A journal's contents.

    Attributes:
        records: all that can be read, the load's first.
        notes: what was not as it should be, as sentences.
    """

    records: tuple[Record, ...]
    notes: tuple[str, ...]


def read_journal(path: str | os.PathLike[str]) -> Journal:
    """
    The records of a journal, whatever state it was left in.

    Raises:
        JournalError: where the file cannot be read, is empty, no journal, or of another version.
    """
    damage = _Damage()
    records = tuple(_records(Path(path), damage))
    return Journal(records, damage.notes)


def read_report(path: str | os.PathLike[str]) -> LoadReport:
    """
    The report of a journal, or of a ``report.json``.

    Raises:
        JournalError: where the file cannot be read or is neither.
    """
    path = Path(path)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise JournalError(f"{path} is not a journal of pytest-hlsload: it is no file")  # and may have no end
    if (report := _saved_report(path)) is not None:
        return report
    damage, fold = _Damage(), Fold()
    for record in _records(path, damage):
        fold.add(record)
    for note in damage.notes:
        fold.note(note)
    return fold.report()


@dataclass(slots=True)
class _Damage:
    """What was left out of a journal, by line numbers."""

    torn: int = 0
    unreadable: list[int] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    second_load: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        notes = []
        if self.unreadable:
            lines = f"line{'s' * (len(self.unreadable) > 1)} {client_numbers(self.unreadable)}"
            notes.append(f"the journal is damaged: {lines} cannot be read and {_is(self.unreadable)} left out")
        if self.unknown:
            kinds = ", ".join(f"{count} {kind!r}" for kind, count in sorted(self.unknown.items()))
            notes.append(f"the journal has records that this version does not know and leaves out: {kinds}")
        if self.second_load:
            notes.append(f"another load begins at line {self.second_load} of the journal; it is left out")
        if self.torn:
            notes.append(f"the journal's last line ({self.torn}) is torn and left out")
        return tuple(notes)


def _records(path: Path, damage: _Damage) -> Iterator[Record]:
    number = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(_LONGEST), b""), 1):
                record = _record(path, number, line, damage)
                if record is not None:
                    if number > 1 and isinstance(record, LoadRecord):
                        damage.second_load = number
                        return
                    yield record
    except OSError as error:
        raise _unreadable(path, error) from None
    if not number:
        raise JournalError(f"{path} is empty: the load ended before it had recorded anything")


def _record(path: Path, number: int, line: bytes, damage: _Damage) -> Record | None:
    if number == 1:
        return _first(path, line)
    if not line.endswith(b"\n"):
        damage.torn = number
        return None
    if line == b"\n":
        return None
    try:
        plain = json.loads(line)
        record = from_plain(plain)
    except (ValueError, RecursionError):
        damage.unreadable.append(number)
        return None
    if record is None:
        damage.unknown[plain["kind"]] = damage.unknown.get(plain["kind"], 0) + 1
    return record


def _first(path: Path, line: bytes) -> LoadRecord:
    foreign = JournalError(f"{path} is not a journal of pytest-hlsload: its first line does not begin a load")
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError):
        raise foreign from None
    if not isinstance(plain, dict) or plain.get("kind") != LoadRecord.kind or "version" not in plain:
        raise foreign
    if plain["version"] != VERSION:
        raise JournalError(
            f"{path} is a journal of version {plain['version']}, and this pytest-hlsload reads version {VERSION}"
        )
    try:
        record = from_plain(plain)
    except ValueError:
        raise foreign from None
    assert isinstance(record, LoadRecord)
    return record


def _saved_report(path: Path) -> LoadReport | None:
    """The report of a ``report.json``; None for any other file, which may be a journal."""
    try:
        with path.open("rb") as file:
            if FORMAT.encode() not in file.read(200):
                return None
            file.seek(0)
            return LoadReport.from_dict(json.load(file))
    except OSError as error:
        raise _unreadable(path, error) from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise JournalError(f"{path} is a damaged report: it is no JSON") from None
    except ValueError as error:
        raise JournalError(f"{path} is {error}") from None


def _unreadable(path: Path, error: OSError) -> JournalError:
    return JournalError(f"{path} cannot be read: {error.strerror or error}")


def _is(things: list[int]) -> str:
    return "are" if len(things) > 1 else "is"
