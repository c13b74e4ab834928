"""What the clients of a load share"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from pytest_hlsload.model.records import Record
from pytest_hlsload.model.settings import LoadSettings

from .loop import Loop
from .reading import Listener, Reading
from .stream import StreamKnowledge


class Start(Protocol):
    """Starts a reader process for a client."""

    def __call__(self, client: int, listener: Listener, *, join: int) -> Reading:
        """
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
        stream: what is known of the stream.
        settings: the load's.
        random: for the jitter of back-off.
        zero: the load's start on the loop's clock, from which records count.
    """

    loop: Loop
    write: Callable[[Record], None]
    start: Start
    stream: StreamKnowledge
    settings: LoadSettings
    random: Random
    zero: float
