"""Pictures of running loads as coloured lines, made with rich"""

import io
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from pytest_hlsload.model.durations import format_duration
from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.states import State
from pytest_hlsload.render.figures import count
from pytest_hlsload.render.strip_lines import BLOCKS
from pytest_hlsload.render.strips import Cell

from .picture import Picture
from .screen import Size

# The same signs as those of the strips; where those have a blank, a bar would seem to end.
_BAR = {
    State.STREAMING: (BLOCKS.cells[Cell.STREAMING], "green"),
    State.BUFFERING: (BLOCKS.cells[Cell.BUFFERING], "red"),
    State.BACKOFF: (BLOCKS.cells[Cell.STANDING], "yellow"),
    State.STARTING: (BLOCKS.cells[Cell.STARTING], "cyan"),
    State.ENDED: (BLOCKS.cells[Cell.ENDED], "blue"),
    State.LOST: ("?", "magenta"),
    State.IDLE: ("·", "dim"),
}

# Of one load; several share the room.
_MOST_LINES = 12
_MOST_EVENTS = 4


def full_lines(pictures: Sequence[Picture], size: Size, *, colour: bool = True) -> list[str]:
    """
    As many lines as there is room for.

    Args:
        pictures: of all loads that run.
        size: of the room.
        colour: whether the terminal is to have any.
    """
    console = Console(
        file=io.StringIO(),
        force_terminal=True,
        color_system="auto" if colour else None,
        width=max(1, size.columns),
        height=max(1, size.rows),
        legacy_windows=False,
        highlight=False,
    )
    with console.capture() as captured:
        for text in texts(pictures, size):
            console.print(text, no_wrap=True, overflow="ellipsis", crop=True)
    return captured.get().splitlines()


def texts(pictures: Sequence[Picture], size: Size) -> list[Text]:
    """The same as rich has it."""
    # Half of the screen is the owner's.
    room = max(2, size.rows // 2)
    shown = pictures[: max(1, room // 2)]
    each = min(_MOST_LINES, max(2, room // max(1, len(shown))))
    lines = [line for picture in shown for line in [*_lines(picture, size.columns)][:each]]
    if more := len(pictures) - len(shown):
        lines[-1:] = [Text(f"  and {count(more, 'more load')}", "dim")]
    return lines


def _lines(picture: Picture, columns: int) -> Iterator[Text]:
    """The most important first."""
    yield _head(picture)
    yield _bar(picture, columns)
    for it in picture.stalled:
        why = Text(f" {one_line(it.why)}", "dim") if it.why else Text()
        since = f" stalled for {format_duration(it.seconds)}"
        yield Text.assemble("  ", (one_line(it.client), "bold red"), since, why)
    if picture.more_stalled:
        yield Text(f"  and {picture.more_stalled} more")
    for event in picture.events[:_MOST_EVENTS]:
        yield Text(f"  {one_line(event)}", "yellow")


def _head(picture: Picture) -> Text:
    parts = [format_duration(round(picture.at))]
    if picture.left is not None:
        parts.append(f"{format_duration(round(max(0.0, picture.left)))} left")
    parts += [f"phase {one_line(phase, 40)}" for phase in picture.phases]
    return Text.assemble(("hls load ", "bold"), (one_line(picture.name), "bold"), ("  " + ", ".join(parts), "cyan"))


def _bar(picture: Picture, columns: int) -> Text:
    """The states as a bar of whole columns, and in numbers."""
    counts = [(state, picture.counts.get(state, 0)) for state in _BAR]
    total = sum(number for _, number in counts)
    said = Text()
    for state, number in counts:
        if number or state in {State.STREAMING, State.BUFFERING}:
            said.append(f"  {_BAR[state][0]} {state.value} {number}", _BAR[state][1] if number else "dim")
    said.append(f"  {count(picture.restarts, 'restart')}", "bold" if picture.restarts else "dim")
    width = max(8, min(40, columns - 3 - said.cell_len))
    bar = Text("  ")
    for (state, _), cells in zip(counts, _shares([number for _, number in counts], width), strict=True):
        bar.append(_BAR[state][0] * cells, _BAR[state][1])
    return bar.append_text(said) if total else said


def _shares(numbers: Sequence[int], width: int) -> list[int]:
    """The columns of each: in proportion, none that is there without one, and together the width."""
    total = sum(numbers) or 1
    cells = [max(1, round(number * width / total)) if number else 0 for number in numbers]
    if any(numbers):
        cells[cells.index(max(cells))] += width - sum(cells)
    return cells
