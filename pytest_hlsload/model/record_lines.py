"""Records as JSON objects, and back"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from .client_records import (
    ClientRecord,
    ExitRecord,
    HoleRecord,
    LogRecord,
    OpenedRecord,
    PlayheadRecord,
    ReaderRecord,
    StateRecord,
)
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
from .states import Playhead, State

RECORDS: Mapping[str, type[Record]] = {
    record.kind: record
    for record in (
        LoadRecord,
        PlaylistRecord,
        LookRecord,
        FindingRecord,
        CommandRecord,
        ClientRecord,
        ReaderRecord,
        OpenedRecord,
        StateRecord,
        PlayheadRecord,
        HoleRecord,
        LogRecord,
        ExitRecord,
        SampleRecord,
        HealthRecord,
        ProblemRecord,
        HostRecord,
        LostRecord,
        EndRecord,
    )
}

_NAMES: Mapping[type[Record], tuple[str, ...]] = {
    record: tuple(f.name for f in fields(record) if f.name != "at") for record in RECORDS.values()
}
_MADE = {"state": State, "playhead": Playhead}


def to_plain(record: Record) -> dict[str, Any]:
    """The record as a JSON object."""
    plain: dict[str, Any] = {"at": round(record.at, 4), "kind": record.kind}
    for name in _NAMES[type(record)]:
        plain[name] = getattr(record, name)
    return plain


def from_plain(plain: Mapping[str, Any]) -> Record | None:
    """
    The record of a JSON object; None for a kind that this version does not know.

    Raises:
        ValueError: where the object is no record.
    """
    try:
        record = RECORDS.get(plain["kind"])
        if record is None:
            return None
        given = {name: _value(name, plain[name]) for name in _NAMES[record] if name in plain}
        return record(at=float(plain["at"]), **given)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a journal record: {error!r}") from None


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    made = _MADE.get(name)
    return made(value) if made else value
