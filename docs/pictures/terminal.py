"""
Draws the README's pictures of the terminal, from one real load on the built-in origin

``python docs/pictures/terminal.py``; needs the extra ``live``. Six clients watch for half a minute; after eight seconds
the origin refuses connections for nine.
"""

import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from pytest_hlsload.live.board import Board
from pytest_hlsload.live.full import texts
from pytest_hlsload.live.picture import Picture
from pytest_hlsload.live.screen import Size
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.origin import Origin
from pytest_hlsload.plugin.gate import TITLE
from pytest_hlsload.render.lines import Style
from pytest_hlsload.render.strip_lines import strip_lines
from pytest_hlsload.render.strips import strips_of
from pytest_hlsload.render.summary import summary

FOLDER = Path(__file__).parent
SIZE = Size(110, 40)
NAME = "tests/test_origin.py::test_failover"

# As pytest colours them.
STYLES = {Style.PLAIN: "", Style.GOOD: "green", Style.BAD: "red", Style.DOUBTFUL: "yellow", Style.ASIDE: "bright_black"}


class Film:
    """In place of a screen: keeps the picture on which there is most to see."""

    size = SIZE

    def __init__(self) -> None:
        self.best: Picture | None = None
        self._most = (0, 0, 0.0)

    def draw(self, pictures: Sequence[Picture], _size: Size) -> Sequence[str]:
        """Look at what a board has drawn."""
        [picture] = pictures
        longest = max((it.seconds for it in picture.stalled), default=0.0)
        busy = (len(picture.stalled), sum(map(bool, picture.counts.values())), longest)
        if busy > self._most:
            self.best, self._most = picture, busy
        return ()

    def show(self, _lines: Sequence[str]) -> None:
        """Nobody looks."""


def load() -> tuple[Picture, LoadReport]:
    """What is drawn."""
    film = Film()
    board = Board(film, film.draw)  # type: ignore[arg-type]  # of a screen it needs no more than this
    with Origin() as origin, tempfile.TemporaryDirectory() as folder:
        channel = origin.channel()
        with HlsLoad(channel.url, clients=6, ramp="2s", report_dir=folder, summary_interval=0) as it:
            it.name, it._ticker._name, it._ticker._board = NAME, NAME, board  # noqa: SLF001  only pytest gives these
            it.soak("8s")
            it.mark("origin goes away")
            with it.phase("failover"):
                channel.refuse(9)
                it.soak("20s")
            it.soak("5s")
        assert film.best is not None
        return film.best, it.stop()


def summary_texts(report: LoadReport) -> Iterator[Text]:
    """The section after the tests."""
    yield Text(f" {TITLE} ".center(SIZE.columns, "="))
    for line in summary(report, name=NAME):
        yield Text(line.text, STYLES[line.style])
    for painted in strip_lines(strips_of(report), SIZE.columns):
        yield Text.assemble(*((text, STYLES[style]) for text, style in painted.pieces))


def draw(name: str, lines: Sequence[Text]) -> None:
    """Write an SVG that asks for nothing from elsewhere."""
    console = Console(record=True, width=SIZE.columns, file=io.StringIO())
    for line in lines:
        console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
    svg = console.export_svg(title="pytest", theme=DIMMED_MONOKAI, unique_id=name)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    picture, report = load()
    draw("live-view", [Text("tests/test_origin.py "), *texts([picture], SIZE)])
    draw("summary", list(summary_texts(report)))
