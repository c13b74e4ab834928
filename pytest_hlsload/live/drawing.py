"""Which of the ways to show running loads a terminal gets"""

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec

from pytest_hlsload.render.status_line import status_line
from pytest_hlsload.render.strip_lines import BLOCKS, signs_for

from .board import Draw
from .picture import Picture, total_of
from .screen import Size


def drawing(how: str, *, encoding: str | None, colour: bool) -> Draw:
    """
    What draws the loads.

    Args:
        how: the setting ``live``, but for "off".
        encoding: of the terminal; where it has no block characters, there is only a line.
        colour: whether the terminal is to have any.
    """
    if how == "line" or find_spec("rich") is None or signs_for(encoding) is not BLOCKS:
        return one_line
    from .full import full_lines

    return partial(full_lines, colour=colour)


def one_line(pictures: Sequence[Picture], size: Size) -> Sequence[str]:
    """All loads in one status line."""
    total = total_of(pictures, "")
    return [status_line(total.counts, total.restarts)[: size.columns]]
