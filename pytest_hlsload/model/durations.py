"""Durations as people write them"""

import math
import re

_UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
# Compiled when it is first used: this module is imported in every pytest run.
_DURATION = r"(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>ms|s|m|h|)"


def parse_duration(value: object) -> float:
    """
    Seconds from ``90``, ``1.5``, ``"90"``, ``"90s"``, ``"10m"``, ``"1h"`` or ``"500ms"``.

    Raises:
        ValueError: where the value is none of these; the message ends the sentence "duration X ...".
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = float(value)
    elif isinstance(value, str) and (match := re.fullmatch(_DURATION, value.strip(), re.ASCII)):
        seconds = float(match["number"]) * _UNITS[match["unit"]]
    else:
        raise ValueError("is not a duration: write 90, 90s, 10m or 1h")
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError("is not a duration: it must be finite and not negative")
    return seconds


def format_duration(seconds: float) -> str:
    """``0.4 s``, ``12.3 s``, ``2m05s``, ``1h02m`` - short, for people."""
    if not math.isfinite(seconds):
        return "never"
    if seconds < 99.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}m{rest:02d}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02d}m"


def format_clock(seconds: float) -> str:
    """A moment of the load as ``00:31.2`` or ``1:02:03.4``."""
    tenths = round(seconds * 10)
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    clock = f"{minutes:02d}:{tenths // 10:02d}.{tenths % 10}"
    return f"{hours}:{clock}" if hours else clock
