"""The phases and marks that a test sets"""

from collections.abc import Iterable, Sequence
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


def phase_named(name: str, phases: Sequence[Phase]) -> Phase:
    """
    The newest phase of a name.

    Raises:
        LookupError: where there is none; with the names that there are.
    """
    found = next((phase for phase in reversed(phases) if phase.name == name), None)
    if found is None:
        raise LookupError(no_such_phase(name, phases))
    return found


def no_such_phase(name: str, phases: Iterable[Phase]) -> str:
    """What to tell somebody who asks for a phase that is not there."""
    known = ", ".join(dict.fromkeys(repr(phase.name) for phase in phases)) or "there are none"
    return f"no phase {name!r} in this load; its phases: {known}"


def marks_of(commands: Iterable[CommandRecord]) -> tuple[Mark, ...]:
    """All marks, in the order of time."""
    return tuple(Mark(command.at, command.text) for command in commands if command.command == "mark")
