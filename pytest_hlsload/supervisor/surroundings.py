"""What the clients of a load share"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from pytest_hlsload.model.records import Record
from pytest_hlsload.model.settings import LoadSettings

from .loop import Loop
from .reading import Listener, Reading
from .stream import Place, StreamKnowledge


class Start(Protocol):
    """Starts a reader process for a client."""

    def __call__(self, client: int, listener: Listener, *, stream: StreamKnowledge, place: Place) -> Reading:
        """
        Args:
            client: its number.
            listener: whom the reader's output is told.
            stream: what it reads.
            place: where it starts.

        Raises:
            OSError: where the machine has no room for another process.
        """


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    What the clients of a load share.

    Attributes:
        loop: their event loop.
        write: appends a record to the journal.
        start: starts a reader.
        settings: the load's.
        random: for the jitter of back-off.
        zero: the load's start on the loop's clock, from which records count.
    """

    loop: Loop
    write: Callable[[Record], None]
    start: Start
    settings: LoadSettings
    random: Random
    zero: float
