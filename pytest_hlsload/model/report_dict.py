"""A report as JSON-safe data, and back"""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from .client_report import ClientReport
from .facts import LoadFacts
from .figures import Figures, Statistics
from .host_report import HostReport
from .metrics import SPREADS
from .phases import Phase
from .plain import from_data, to_data
from .recovery import recoveries
from .report import LoadReport
from .spread import Spread
from .stream_info import StreamInfo
from .window import Window

FORMAT = "pytest-hlsload report"

VERSION = 1
"""Of the format. A reader takes any report of this number, and passes over what it does not know."""


def report_to_dict(report: LoadReport) -> dict[str, Any]:
    """
    The figures, for other programs to read, and the facts that they are computed from.

    Figures that JSON cannot say (infinite, or not there) are ``null``.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": report.id,
        "started_at": report.started_at.isoformat(),
        "duration": report.duration,
        "verdict": report.verdict,
        "problems": list(report.problems),
        "notes": list(report.notes),
        **_figures(report),
        "stream": _stream(report.stream),
        "streams": list(map(_stream, report.streams)),
        "stall_groups": to_data(report.stall_groups),
        "hidden_troubles": to_data(report.hidden_troubles),
        "generator": to_data(report.generator),
        "phases": [_phase(report, phase) for phase in report.phases],
        "marks": to_data(report.marks),
        "hosts": [_host(host) for host in report.hosts],
        "clients": [_client(client) for client in report.clients],
        "window": to_data(report.window),
        "facts": to_data(report.facts),
    }


def report_from_dict(data: Mapping[str, Any]) -> LoadReport:
    """
    The report that `report_to_dict` was called on; every figure is computed anew from the facts.

    Raises:
        ValueError: where the data is no report, or one of another version.
    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise ValueError(f"not a report of pytest-hlsload: it does not say {FORMAT!r} in its 'format'")
    version = data.get("version")
    if version != VERSION:
        raise ValueError(f"a report of version {version}, and this pytest-hlsload reads version {VERSION}")
    try:
        return LoadReport(facts=from_data(LoadFacts, data["facts"]), window=from_data(Window, data["window"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"a damaged report: {error!r}") from None


def _figures(report: LoadReport) -> dict[str, Any]:
    return {
        "restarts": report.restarts,
        "stall_count": report.stall_count,
        "bytes_received": report.bytes_received,
        "total_buffering_ratio": _figure(report.total_buffering_ratio),
        "spreads": {name: _spread(getattr(report, name)) for name in SPREADS},
    }


def _phase(report: LoadReport, phase: Phase) -> dict[str, Any]:
    """Each of several of one name with its own figures."""
    part = report.between(phase.start, phase.end)
    recovered = max((seconds for seconds, _ in recoveries(part, report.window.end)), default=math.nan)
    return {**to_data(phase), "recovery_time": _figure(recovered), **_figures(part)}


def _stream(stream: StreamInfo) -> dict[str, Any]:
    figures = {f.name: it for f in fields(stream) if isinstance(it := getattr(stream, f.name), Figures)}
    plain = {f.name: to_data(getattr(stream, f.name)) for f in fields(stream) if f.name not in figures}
    totals = {"errors": stream.errors, "warnings": stream.warnings}
    return plain | totals | {name: _statistics(it) for name, it in figures.items()}


def _spread(spread: Spread) -> dict[str, Any]:
    worst = spread.worst
    return _statistics(spread) | {"worst": worst.index if worst is not None else None}


def _statistics(it: Statistics) -> dict[str, Any]:
    return {"n": it.n, **{name: _figure(getattr(it, name)) for name in ("min", "mean", "median", "p95", "max")}}


def _host(host: HostReport) -> dict[str, Any]:
    return {
        "name": host.name,
        "address": host.address,
        "clients": list(host.clients),
        "verdict": host.verdict,
        "problems": list(host.report.problems),
        "total_buffering_ratio": _figure(host.report.total_buffering_ratio),
        "generator": to_data(host.generator),
        "clock_offset": host.clock_offset,
        "clock_error": host.clock_error,
        "lost_at": host.lost_at,
        "trouble": host.trouble,
    }


def _client(client: ClientReport) -> dict[str, Any]:
    names = (
        "index",
        "url",
        "playlist",
        "startup_time",
        "buffering_ratio",
        "uptime",
        "waited",
        "played",
        "stalled",
        "stall_count",
        "longest_stall",
        "restarts",
        "media_lost",
        "timeline_resets",
        "latency_growth",
        "lowest_buffer",
        "media_bitrate",
        "bytes_received",
    )
    return {
        **{name: _figure(getattr(client, name)) for name in names},
        "stalls": [{**to_data(stall), "at_utc": stall.at_utc.isoformat()} for stall in client.stalls],
        "exits": [to_data(end) for end in client.exits],
        "history": to_data(client.history),
    }


def _figure(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
