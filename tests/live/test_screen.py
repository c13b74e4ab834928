"""The view below the cursor, as a terminal would show it"""

import os
import pty
import threading
from collections.abc import Iterator

import pytest
from live.terminals import Terminal, open_terminal

from pytest_hlsload.live.screen import TerminalScreen


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with open_terminal(columns=40, rows=8) as it:
        yield it


def test_lines_are_below_the_cursor_and_are_replaced_and_erased(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    terminal.feed("test_soak.py ")
    screen.show(["one", "two", "three"])
    terminal.update()
    assert terminal.shown == ["test_soak.py", "one", "two", "three"]
    assert terminal.cursor == (0, 13)
    screen.show(["other"])
    terminal.update()
    assert terminal.shown == ["test_soak.py", "other"]
    screen.erase()
    terminal.update()
    terminal.feed(". [100%]\r\nnext")
    assert terminal.shown == ["test_soak.py . [100%]", "next"]


def test_at_the_bottom_of_the_terminal_it_makes_room(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    terminal.feed("\r\n".join("abcdefg") + "\r\ntest_soak.py ")
    screen.show(["one", "two"])
    screen.show(["three", "four"])
    terminal.update()
    assert terminal.shown == [*"cdefg", "test_soak.py", "three", "four"]
    screen.erase()
    terminal.update()
    terminal.feed(". [100%]\r\nnext")
    assert terminal.all_lines == [*"abcdefg", "test_soak.py . [100%]", "next"]


def test_there_are_never_more_lines_than_room(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    terminal.feed("test_soak.py ")
    screen.show([str(n) for n in range(20)])
    terminal.update()
    assert terminal.shown == ["test_soak.py", *"0123456"]
    assert (screen.size.columns, screen.size.rows) == (39, 7)


def test_colours_end_where_the_view_ends(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    screen.show(["\x1b[31mred", "\x1b[32mgreen"])
    screen.erase()
    terminal.update()
    terminal.feed("plain")
    assert terminal._screen.buffer[0][0].fg == "default"


def test_what_is_shown_already_is_not_written_again(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    screen.show(["one"])
    terminal.update()
    written = len(terminal.raw)
    screen.show(["one"])
    screen.show(["two"])
    terminal.update()
    assert terminal.raw[written:].count(b"one") == 0


def test_while_others_write_there_is_no_view_and_none_comes(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    screen.show(["view"])
    begun = threading.Event()

    def show() -> None:
        begun.set()
        screen.show(["again"])

    with screen.others_write():
        os.write(terminal.fileno, b"theirs\n")
        thread = threading.Thread(target=show)
        thread.start()
        begun.wait()
        thread.join(0.05)
        terminal.update()
        assert terminal.shown == ["theirs"]
    thread.join()
    terminal.update()
    assert terminal.shown == ["theirs", "", "again"]


def test_a_view_that_is_held_comes_back_when_it_is_released(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    screen.show(["view"])
    screen.hold()
    screen.show(["view"])
    terminal.update()
    assert terminal.shown == [""]
    screen.release()
    screen.show(["view"])
    terminal.update()
    assert terminal.shown == ["", "view"]


def test_erasing_what_was_not_shown_writes_nothing(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    screen.erase()
    screen.show([])
    os.write(terminal.fileno, b"x")
    terminal.update()
    assert terminal.raw == b"x"


def test_a_terminal_that_is_gone_is_no_error() -> None:
    owner, fileno = pty.openpty()
    os.close(owner)
    screen = TerminalScreen(fileno)
    screen.show(["x"])
    screen.erase()
    os.close(fileno)
    screen.show(["x"])


def test_threads_do_not_mix_their_lines(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    threads = [threading.Thread(target=screen.show, args=([letter * 20] * 3,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    terminal.update()
    _, *lines = terminal.shown
    assert len(lines) == 3
    assert len(set("".join(lines))) == 1
