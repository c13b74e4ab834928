"""A load's strips as lines of a terminal, as wide as it is"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

from pytest_hlsload.model.durations import format_clock
from pytest_hlsload.model.one_line import one_line

from .lines import Painted, Style
from .strips import NOBODY, PARTS, Cell, Strips

NARROWEST = 34
"""Where a terminal has fewer columns than this, there is nothing to see."""


@dataclass(frozen=True, slots=True)
class Signs:
    """
    The characters to draw with, so that states are told apart without colour, too.

    Attributes:
        cells: of what a client was doing.
        shares: of how many clients played: from nobody to not quite all, and last all.
        mark: where a mark is.
        phase: a phase's start, line, end, and all three in one column.
    """

    cells: dict[Cell, str]
    shares: str
    mark: str
    phase: tuple[str, str, str, str]


BLOCKS = Signs(
    cells={
        Cell.ABSENT: " ",
        Cell.STREAMING: "█",
        Cell.PLAYING_ON: "▓",
        Cell.STARTING: "░",
        Cell.ENDED: "▔",
        Cell.BUFFERING: "▁",
        Cell.STANDING: "▒",
    },
    shares="▁▂▃▄▅▆▇█",
    mark="▼",
    phase=("├", "─", "┤", "│"),
)

ASCII = Signs(
    cells={
        Cell.ABSENT: " ",
        Cell.STREAMING: "=",
        Cell.PLAYING_ON: "-",
        Cell.STARTING: ".",
        Cell.ENDED: "_",
        Cell.BUFFERING: "!",
        Cell.STANDING: "x",
    },
    shares="0123456789=",
    mark="v",
    phase=("|", "-", "|", "|"),
)

_STYLES = {
    Cell.STREAMING: Style.GOOD,
    Cell.PLAYING_ON: Style.DOUBTFUL,
    Cell.STARTING: Style.ASIDE,
    Cell.ENDED: Style.ASIDE,
    Cell.BUFFERING: Style.BAD,
    Cell.STANDING: Style.BAD,
}

_WORDS = {
    Cell.STREAMING: "streaming",
    Cell.PLAYING_ON: "no reader, plays its buffer",
    Cell.STARTING: "starting",
    Cell.ENDED: "ended",
    Cell.BUFFERING: "buffering",
    Cell.STANDING: "no reader, stands still",
}

_SEVERITY = {cell.value: rank for rank, cell in enumerate(Cell)}

_MOST_ROWS_OF_PHASES = 3


def signs_for(encoding: str | None) -> Signs:
    """The best that a terminal's encoding can show."""
    wanted = "".join((*BLOCKS.cells.values(), BLOCKS.shares, BLOCKS.mark, *BLOCKS.phase))
    try:
        wanted.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS


def strip_lines(strips: Strips, width: int, signs: Signs = BLOCKS) -> Iterator[Painted]:
    """
    Marks and phases; below them all clients together, then the worst; below those the time and the signs' meaning.

    Args:
        strips: the load's.
        width: of the terminal, in columns.
        signs: to draw with.
    """
    if width < NARROWEST or strips.end <= strips.start:
        return
    named = width >= 60
    labels = ["all", *(f"client {it.client}" if named else f"{it.client}" for it in strips.clients)]
    indent = 2 + max(map(len, labels)) + 1
    # The last column stays free: a terminal may begin a new line after it.
    scale = _Scale(strips, indent, width - indent - 1)

    yield from _marks(strips, scale, signs)
    yield from _phases(strips, scale, signs)
    yield _row(labels[0], scale, [_share(strips.fleet[first:last], signs) for first, last in scale.columns])
    for label, strip in zip(labels[1:], strips.clients, strict=True):
        cells = [Cell(max(strip.cells[first:last], key=_SEVERITY.__getitem__)) for first, last in scale.columns]
        yield _row(label, scale, [(signs.cells[cell], _STYLES.get(cell, Style.PLAIN)) for cell in cells])
    yield _axis(strips, scale)
    if strips.clients:
        yield from _legend({Cell(letter) for strip in strips.clients for letter in strip.cells}, width, signs)


class _Scale:
    """Where a moment is among the columns."""

    def __init__(self, strips: Strips, indent: int, width: int) -> None:
        self.indent = indent
        self.width = width
        self._start = strips.start
        self._duration = strips.end - strips.start
        # The first part that each column shows, and the first that it does not.
        firsts = [n * PARTS // width for n in range(width)]
        lasts = [-(-(n + 1) * PARTS // width) for n in range(width)]
        self.columns = list(zip(firsts, lasts, strict=True))

    def column(self, at: float) -> int:
        return min(self.width - 1, max(0, int((at - self._start) / self._duration * self.width)))


def _row(label: str, scale: _Scale, cells: Iterable[tuple[str, Style]]) -> Painted:
    pieces: list[tuple[str, Style]] = [(f"  {label}".ljust(scale.indent), Style.PLAIN)]
    for sign, style in cells:
        if pieces[1:] and pieces[-1][1] is style:
            pieces[-1] = (pieces[-1][0] + sign, style)
        else:
            pieces.append((sign, style))
    return Painted(tuple(pieces))


def _share(hundredths: Sequence[int], signs: Signs) -> tuple[str, Style]:
    there = [share for share in hundredths if share != NOBODY]
    if not there:
        return " ", Style.PLAIN
    share = min(there)
    most = len(signs.shares) - 1
    style = Style.GOOD if share == 100 else Style.DOUBTFUL if share >= 50 else Style.BAD
    return signs.shares[share * most // 100], style


def _marks(strips: Strips, scale: _Scale, signs: Signs) -> Iterator[Painted]:
    if not strips.marks:
        return
    canvas = _Canvas(scale)
    columns = [scale.column(mark.at) for mark in strips.marks]
    for column in columns:
        canvas.write(column, signs.mark)
    for column, mark in zip(columns, strips.marks, strict=True):
        room = min((c for c in columns if c > column), default=scale.width) - column - 1
        canvas.write(column + 1, f" {one_line(mark.text, 40)}", room - 1 if room < scale.width - column - 1 else room)
    yield canvas.line(Style.ASIDE)


def _phases(strips: Strips, scale: _Scale, signs: Signs) -> Iterator[Painted]:
    rows: list[tuple[int, _Canvas]] = []
    first, line, last, alone = signs.phase
    for phase in strips.phases:
        begin, end = scale.column(phase.start), scale.column(phase.end)
        free = next((n for n, (until, _) in enumerate(rows) if until < begin), len(rows))
        if free == _MOST_ROWS_OF_PHASES:
            continue
        if free == len(rows):
            rows.append((-1, _Canvas(scale)))
        canvas = rows[free][1]
        rows[free] = (end, canvas)
        canvas.write(begin, alone if begin == end else first + line * (end - begin - 1) + last)
        name = one_line(phase.name, 60)
        room = end - begin - 3
        canvas.write(begin + 2 + max(0, (room - _columns(name)) // 2), name, room)
    for _, canvas in rows:
        yield canvas.line(Style.ASIDE)


def _axis(strips: Strips, scale: _Scale) -> Painted:
    canvas = _Canvas(scale)
    end = format_clock(strips.end)
    canvas.write(0, format_clock(strips.start))
    canvas.write(scale.width - len(end), end)
    middle = format_clock((strips.start + strips.end) / 2)
    if scale.width > 4 * len(end):
        canvas.write(scale.column((strips.start + strips.end) / 2), middle)
    return canvas.line(Style.ASIDE)


def _legend(used: set[Cell], width: int, signs: Signs) -> Iterator[Painted]:
    """What the signs mean, in as many lines as it takes."""
    told = ""
    meanings = [f"{signs.cells[cell]} {_WORDS[cell]}" for cell in Cell if cell in used and cell in _WORDS]
    for meaning in (*meanings, f"{signs.shares[0]}..{signs.shares[-1]} none to all play"):
        if told and len(told) + 3 + len(meaning) >= width:
            yield Painted(((told, Style.ASIDE),))
            told = ""
        told += f"  {meaning}"
    yield Painted(((told, Style.ASIDE),))


class _Canvas:
    """A line to write on here and there. What is wider than one column takes two."""

    def __init__(self, scale: _Scale) -> None:
        self._indent = scale.indent
        self._columns = [" "] * scale.width

    def write(self, column: int, text: str, room: int | None = None) -> None:
        """Write a text, or where there is room for but a part of it, its beginning; of three columns at least."""
        room = len(self._columns) - column if room is None else min(room, len(self._columns) - column)
        if _columns(text) > room:
            if room < 4:
                return
            text = f"{_cut(text, room - 1)}~"
        for sign in text:
            if combining(sign):
                self._columns[column - 1] += sign
                continue
            self._columns[column : column + _columns(sign)] = [sign, *[""] * (_columns(sign) - 1)]
            column += _columns(sign)

    def line(self, style: Style) -> Painted:
        return Painted(((" " * self._indent + "".join(self._columns).rstrip(), style),))


def _columns(text: str) -> int:
    return sum(0 if combining(sign) else 1 + (east_asian_width(sign) in "WF") for sign in text)


def _cut(text: str, columns: int) -> str:
    while _columns(text) > columns:
        text = text[:-1]
    return text
