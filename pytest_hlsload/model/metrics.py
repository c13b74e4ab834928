"""The figures that a threshold or a comparison can speak of: their names, units, and how people read and write them"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .durations import parse_duration

STATS = ("n", "min", "mean", "median", "p95", "max")
"""What a `Spread` has."""

_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_FACTORS = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}


class Unit(StrEnum):
    """What a figure is measured in."""

    RATIO = "a ratio: write 10% or 0.1"
    SECONDS = "a time: write 3, 3s, 500ms or 2m"
    COUNT = "a number: write 0 or 3"
    BITRATE = "a bitrate: write 2Mb/s or 2000000"
    BYTES = "a size: write 5MB or 5000000"


_PREFIXED = {Unit.BITRATE: "b/s", Unit.BYTES: "B"}


@dataclass(frozen=True, slots=True)
class Metric:
    """
    Attributes:
        name: of the property of `LoadReport`; of its stream's where it begins with ``stream.``.
        unit: of its value, or of its statistics.
        spread: whether it has statistics, so that one has to be named: a `Spread` over the clients, or, of the stream,
            `Figures` over the sentinel's looks.
        low_is_bad: whether less is worse.
        of_phase: whether only a phase has it, so that one has to be named.
    """

    name: str
    unit: Unit
    spread: bool = True
    low_is_bad: bool = False
    of_phase: bool = False

    @property
    def of_stream(self) -> bool:
        """Whether it is what the sentinel tells of the stream itself."""
        return self.name.startswith("stream.")


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("buffering_ratio", Unit.RATIO),
        Metric("startup_time", Unit.SECONDS),
        Metric("longest_stall", Unit.SECONDS),
        Metric("uptime", Unit.RATIO, low_is_bad=True),
        Metric("lowest_buffer", Unit.SECONDS, low_is_bad=True),
        Metric("latency_growth", Unit.SECONDS),
        Metric("media_lost", Unit.SECONDS),
        Metric("media_bitrate", Unit.BITRATE, low_is_bad=True),
        Metric("client_restarts", Unit.COUNT),
        Metric("restarts", Unit.COUNT, spread=False),
        Metric("stall_count", Unit.COUNT, spread=False),
        Metric("total_buffering_ratio", Unit.RATIO, spread=False),
        Metric("duration", Unit.SECONDS, spread=False),
        Metric("bytes_received", Unit.BYTES, spread=False, low_is_bad=True),
        Metric("recovery_time", Unit.SECONDS, spread=False, of_phase=True),
        Metric("stream.errors", Unit.COUNT, spread=False),
        Metric("stream.warnings", Unit.COUNT, spread=False),
        Metric("stream.stale", Unit.SECONDS),
        Metric("stream.retrieval", Unit.SECONDS),
        Metric("stream.latency", Unit.SECONDS),
        Metric("stream.latency_growth", Unit.SECONDS, spread=False),
    )
}

SPREADS = tuple(metric.name for metric in METRICS.values() if metric.spread and not metric.of_stream)
"""The figures of a report that are spreads over the clients."""


def known_metrics() -> str:
    """All names, as an error lists them."""
    return ", ".join(
        f"{'PHASE: ' * metric.of_phase}{metric.name}{'.STAT' * metric.spread}" for metric in METRICS.values()
    )


def parse_amount(text: str, unit: Unit) -> float:
    """
    A figure as people write it.

    Raises:
        ValueError: where it is none of this unit; the message is a sentence.
    """
    value = _amount(text.strip(), unit)
    if value is None or not math.isfinite(value):
        raise ValueError(f"{text.strip()!r} is not {unit.value}")
    return value


def _amount(text: str, unit: Unit) -> float | None:
    if unit is Unit.SECONDS:
        try:
            return parse_duration(text)
        except ValueError:
            return None
    suffix = {
        Unit.RATIO: r"(?P<unit>%?)",
        Unit.COUNT: r"(?P<unit>)",
        Unit.BITRATE: r"(?P<unit>[kMG]?)(?:b/s|bps|bit/s)?",
        Unit.BYTES: r"(?P<unit>[kMG]?)B?",
    }[unit]
    match = re.fullmatch(rf"(?P<number>{_NUMBER})\s*{suffix}", text, re.ASCII)
    if match is None:
        return None
    value = float(match["number"])
    if unit is Unit.RATIO:
        # Whoever writes 10 for a ratio means 10%, and would never be told that nothing can breach it.
        return value / 100 if match["unit"] else value if value <= 1 else None
    return value * _FACTORS[match["unit"]]


def show_amount(value: float, unit: Unit, digits: int = 3) -> str:
    """``14.2%``, ``3 s``, ``2.1 Mb/s``, ``5`` - rounded to so many significant digits."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "infinite"
    if unit in _PREFIXED:
        return _scaled(value, digits, _PREFIXED[unit])
    if unit is Unit.RATIO:
        return f"{_rounded(100 * value, digits)}%"
    return f"{_rounded(value, digits)} s" if unit is Unit.SECONDS else _rounded(value, max(digits, 6))


def show_apart(value: float, bound: float, unit: Unit) -> tuple[str, str]:
    """Two figures with as few digits as show that they are not the same, if they are not."""
    shown = show_amount(value, unit), show_amount(bound, unit, 6)
    for digits in range(4, 16):
        if shown[0] != shown[1] or value == bound:
            break
        shown = show_amount(value, unit, digits), show_amount(bound, unit, max(6, digits))
    return shown


def _scaled(value: float, digits: int, unit: str) -> str:
    prefix = next((prefix for prefix in "GMk" if abs(value) >= _FACTORS[prefix]), "")
    return f"{_rounded(value / _FACTORS[prefix], digits)} {prefix}{unit}"


def _rounded(value: float, digits: int) -> str:
    if not value:
        return "0"
    places = max(0, min(15, digits - 1 - math.floor(math.log10(abs(value)))))
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
