"""Stream, load generator, settings, machine: what explains a difference between two loads"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_hlsload.model.durations import format_clock, format_duration
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.stream_info import StreamInfo
from pytest_hlsload.render.figures import percent, seconds

_MOST_STREAMS = 20

Facts = Mapping[str, str]
"""Names and what they come to, as texts."""


def generator(report: LoadReport) -> Facts:
    """The load generator's health."""
    it = report.generator
    known: dict[str, str | None] = {
        "worst lag": None
        if it.worst_lag is None
        else f"{1000 * it.worst_lag:.0f} ms at {format_clock(it.worst_lag_at or 0)}",
        "CPU, mean and highest": None if it.cpu is None else f"{percent(it.cpu)}, {percent(it.cpu_max)}",
        "supervisor's CPU": None if it.supervisor_cpu is None else f"{percent(it.supervisor_cpu)} of a core",
        "readers' CPU": None if it.readers_cpu is None else f"{percent(it.readers_cpu)} of a core",
        "readers busy, at most": None if it.readers_busy is None else percent(it.readers_busy),
        "of that, waiting": None if it.readers_waited is None else percent(it.readers_waited),
        "memory left, at least": None if it.min_memory is None else f"{it.min_memory / 2**30:.1f} GiB",
        "descriptors left, at least": None if it.min_descriptors is None else str(it.min_descriptors),
        "ramp behind, at most": None if it.worst_behind is None else format_duration(it.worst_behind),
    }
    return {name: value for name, value in known.items() if value is not None}


def streams(report: LoadReport) -> list[tuple[str, Facts]]:
    """What was read: each playlist's title and facts; bounded in number."""
    if len(report.streams) == 1:
        return [("Stream", _stream(report.streams[0]))]
    return [(f"Playlist {it.playlist}", _stream(it)) for it in report.streams[:_MOST_STREAMS]]


def _stream(it: StreamInfo) -> Facts:
    known: dict[str, str | None] = {
        "playlist": it.url,
        "media playlist": it.media_url if it.media_url != it.url else "",
        "kind": None if it.live is None else "live" if it.live else "VOD",
        "container": it.container,
        "target duration": None if it.target_duration is None else seconds(it.target_duration),
        "segments in the playlist": str(it.segments) if it.segments else "",
        "hold-back": None if it.hold_back is None else seconds(it.hold_back),
        "error": it.error,
    }
    return {name: value for name, value in known.items() if value}


def settings(report: LoadReport) -> Facts:
    """The load's settings, as far as anything was given."""
    given = {name: value for name, value in sorted(report.settings.items()) if value not in (None, "", [], {})}
    return {name: _shown(value) for name, value in given.items() if name != "name"}


def machine(report: LoadReport) -> Facts:
    """What explains a difference between two machines."""
    return {name: _shown(value) for name, value in report.machine.items() if value not in (None, "")}


def differences(all_facts: Sequence[Facts]) -> list[tuple[str, list[str]]]:
    """What loads differ in: a name, and what it comes to in each."""
    names = dict.fromkeys(name for facts in all_facts for name in facts)
    rows = [(name, [facts.get(name, "") for facts in all_facts]) for name in names]
    return [(name, values) for name, values in rows if len(set(values)) > 1]


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
