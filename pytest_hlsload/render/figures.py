"""Figures as people read them"""

import math

from pytest_hlsload.model.durations import format_duration

TIMES = "\N{MULTIPLICATION SIGN}"
TO = "\N{EN DASH}"


def percent(ratio: float | None) -> str:
    """``0%``, ``0.04%``, ``14.2%``; ``?`` where there is none."""
    if ratio is None or math.isnan(ratio):
        return "?"
    hundredths = 100 * ratio
    if hundredths == 0:
        return "0%"
    return f"{hundredths:.1f}%" if hundredths >= 9.995 else f"{hundredths:.2f}%"


def seconds(value: float | None) -> str:
    """As a duration; ``never`` for an infinite one, ``?`` where there is none."""
    return "?" if value is None or math.isnan(value) else format_duration(value)


def count(number: int, thing: str) -> str:
    """``1 restart``, ``2 restarts``"""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
