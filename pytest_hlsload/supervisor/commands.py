"""The owner's commands, as they come down the lifeline"""

import os

from .order import Command
from .spawn import read_piece


class Commands:
    """
    Args:
        lifeline: descriptor; when it ends, the owner is gone.
        heard: what came together with the order.
    """

    def __init__(self, lifeline: int, heard: bytes) -> None:
        os.set_blocking(lifeline, False)
        self._lifeline = lifeline
        self._heard = heard

    def read(self) -> list[Command] | None:
        """Those that have come; None where there will be no more."""
        piece = read_piece(self._lifeline)
        if piece == b"":
            return None
        *lines, self._heard = (self._heard + (piece or b"")).split(b"\n")
        return [Command.from_line(line) for line in lines]
