"""The phases and marks that a test sets"""

from collections.abc import Iterable
from dataclasses import dataclass

from .records import CommandRecord


@dataclass(frozen=True, slots=True)
class Phase:
    """
    A named part of a load.

    Attributes:
        name: as the test gave it.
        start: seconds since the load's start.
        end: seconds since the load's start; for one that is still open, where the report ends.
        open: whether it has not been ended.
    """

    name: str
    start: float
    end: float
    open: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """
    A named moment of a load.

    Attributes:
        at: seconds since the load's start.
        text: as the test gave it.
    """

    at: float
    text: str


def phases_of(commands: Iterable[CommandRecord], until: float) -> tuple[Phase, ...]:
    """All phases, in the order of their starts. One that ends ends the newest open one of its name."""
    phases: list[Phase] = []
    for command in commands:
        if command.command == "phase":
            phases.append(Phase(command.text, command.at, max(until, command.at), True))
        elif command.command == "end_phase":
            for place in range(len(phases) - 1, -1, -1):
                phase = phases[place]
                if phase.open and command.text in {phase.name, ""}:
                    phases[place] = Phase(phase.name, phase.start, command.at, False)
                    break
    return tuple(phases)


def marks_of(commands: Iterable[CommandRecord]) -> tuple[Mark, ...]:
    """All marks, in the order of time."""
    return tuple(Mark(command.at, command.text) for command in commands if command.command == "mark")
