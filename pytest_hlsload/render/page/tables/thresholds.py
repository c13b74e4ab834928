"""Which thresholds hold"""

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_hlsload.model.report import LoadReport


@dataclass(frozen=True, slots=True)
class Held:
    """
    A threshold and whether it holds.

    Attributes:
        text: the threshold.
        breaches: how it was breached; empty where it holds. One that speaks of a phase may be breached in several.
    """

    text: str
    breaches: Sequence[str]


def thresholds(report: LoadReport) -> list[Held]:
    """All of the load's, those that do not hold first."""
    breached: dict[str, list[str]] = {}
    for breach in report.breaches:
        breached.setdefault(breach.threshold.text, []).append(breach.line)
    held = [Held(it.text, breached.get(it.text, ())) for it in report.facts.thresholds]
    return sorted(held, key=lambda it: not it.breaches)
