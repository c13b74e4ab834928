"""What all loads of a process show together, and how often"""

from collections.abc import Sequence

from live.screens import Recorded, picture

from pytest_hlsload.live.board import Board
from pytest_hlsload.live.drawing import drawing, one_line
from pytest_hlsload.live.picture import Picture
from pytest_hlsload.live.screen import Size
from pytest_hlsload.model.states import State


def names(pictures: Sequence[Picture], size: Size) -> Sequence[str]:
    return [it.name for it in pictures]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_all_loads_are_shown_until_each_has_ended() -> None:
    screen, clock = Recorded(), Clock()
    board = Board(screen, names, clock)
    board.show("a", lambda: picture("first"))
    assert screen.lines == ["first"]
    clock.now += 1
    board.show("b", lambda: picture("second"))
    assert screen.lines == ["first", "second"]
    board.drop("a")
    assert screen.lines == ["second"]
    board.drop("b")
    assert screen.lines == []


def test_it_draws_a_few_times_a_second_however_often_it_is_told() -> None:
    screen, clock = Recorded(), Clock()
    board = Board(screen, names, clock)
    made = 0

    def make() -> Picture:
        nonlocal made
        made += 1
        return picture(str(made))

    for _ in range(1000):
        clock.now += 0.01
        board.show("a", make)
    assert 38 <= made <= 40
    assert 38 <= screen.shows <= 40


def test_a_view_that_takes_long_is_drawn_the_more_seldom() -> None:
    screen, clock = Recorded(), Clock()

    def slow(pictures: Sequence[Picture], size: Size) -> Sequence[str]:
        clock.now += 0.1
        return ["x"]

    board = Board(screen, slow, clock, spent=clock)
    for _ in range(1000):
        clock.now += 0.1
        board.show("a", lambda: picture("a"))
    # a fiftieth of the time
    assert screen.shows * 0.1 / (clock.now - 100) < 0.025


def test_every_load_s_picture_is_fresh_whoever_comes_first() -> None:
    screen, clock = Recorded(), Clock()
    board = Board(screen, names, clock)
    for turn in range(4):
        for load in "ab":
            clock.now += 0.13
            board.show(load, lambda load=load, turn=turn: picture(f"{load}{turn}"))  # type: ignore[misc]
    assert screen.lines == ["a3", "b2"]


def test_in_one_line_loads_are_added_up() -> None:
    pictures = [
        picture("a", counts={State.STREAMING: 3, State.BUFFERING: 1}, restarts=2),
        picture("b", counts={State.STREAMING: 4}),
    ]

    assert one_line(pictures, Size(100, 10)) == [
        "Streaming:7 | Buffering:1 | Starting:0 | Backoff:0 | Idle:0 | Restarts:2"
    ]
    assert one_line(pictures, Size(12, 10)) == ["Streaming:7 "]


def test_the_setting_and_the_terminal_choose_how_to_draw() -> None:
    assert drawing("line", encoding="utf-8", colour=True) is one_line
    assert drawing("auto", encoding="ascii", colour=True) is one_line
    assert drawing("full", encoding="ascii", colour=True) is one_line
    assert drawing("auto", encoding="utf-8", colour=True) is not one_line
