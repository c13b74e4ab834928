"""A load over time, as a terminal shows it"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, History, journals, phase, report

from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.plain import from_data, to_data
from pytest_hlsload.model.records import CommandRecord, Record
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.lines import Style
from pytest_hlsload.render.strip_lines import ASCII, BLOCKS, NARROWEST, Signs, signs_for, strip_lines
from pytest_hlsload.render.strips import NOBODY, PARTS, Cell, Strips, strips_of

# A reader that dies, a buffer that plays on, an end that nobody serves, one that is served but gets nothing.
RESTARTED: History = (
    *HEALTHY[:-1],
    (20.0, "exit", -9),
    (26.0, "stall"),
    (28.0, "reader"),
    (32.0, "play"),
    (60.0, "leave"),
)


def mark(at: float, text: str) -> CommandRecord:
    return CommandRecord(at=at, id=1, command="mark", text=text)


def drawn(it: LoadReport, width: int, signs: Signs = BLOCKS) -> list[str]:
    return [line.text for line in strip_lines(strips_of(it), width, signs)]


def test_a_load_is_drawn_with_its_phases_and_marks_above_it() -> None:
    extra = [
        *phase("warm", 2.0, 14.0),
        *phase("failover", 15.0, 45.0),
        *phase("inner", 20.0, 30.0),
        mark(20.0, "plug pulled"),
    ]
    it = report(HEALTHY, STALLS_ONCE, RESTARTED, NEVER_PLAYS, extra=extra)

    assert drawn(it, 72) == [
        "                              ▼ plug pulled",
        "            ├───warm────┤├──────────failover───────────┤",
        "                              ├──inner──┤",
        "  all      ▁▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▄▄▄▄▄▄▂▂▂▄▄▄▄▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆",
        "  client 2 ░██████████████████▁▁▁▁▁▁▁▁▁████████████████████████████████",
        "  client 3 ░██████████████████▓▓▓▓▓▓▒▒▒▁▁▁▁████████████████████████████",
        "  client 4 ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░",
        "           00:00.0                       00:30.0                01:00.1",
        "  █ streaming  ▓ no reader, plays its buffer  ░ starting  ▁ buffering",
        "  ▒ no reader, stands still  ▁..█ none to all play",
    ]


def test_where_the_encoding_has_no_blocks_letters_tell_the_same() -> None:
    it = report(HEALTHY, STALLS_ONCE, RESTARTED, extra=[*phase("failover", 15.0, 45.0), mark(20.0, "plug pulled")])

    lines = drawn(it, 60, ASCII)
    assert all(line.isascii() for line in lines)
    assert lines == [
        "                          v plug pulled",
        "                      |-------failover--------|",
        "  all      0==============66666333666======================",
        "  client 2 .==============!!!!!!!!=========================",
        "  client 3 .==============-----xxx!!!======================",
        "           00:00.0                 00:30.0          01:00.1",
        "  = streaming  - no reader, plays its buffer  . starting",
        "  ! buffering  x no reader, stands still",
        "  0..= none to all play",
    ]


def test_a_narrow_terminal_has_it_too() -> None:
    it = report(HEALTHY, STALLS_ONCE, RESTARTED, extra=[*phase("failover", 15.0, 45.0), mark(20.0, "plug pulled")])

    assert drawn(it, 40)[:5] == [
        "                ▼ plug pulled",
        "              ├───failover────┤",
        "  all ▁█████████▅▅▅▅▃▃▅▅███████████████",
        "  2   ░█████████▁▁▁▁▁▁█████████████████",
        "  3   ░█████████▓▓▓▓▒▒▁▁███████████████",
    ]


def test_states_are_told_apart_without_colour() -> None:
    for signs in BLOCKS, ASCII:
        assert len(set(signs.cells.values())) == len(Cell)
        assert set(signs.cells) == set(Cell)


def test_colour_says_the_same_again() -> None:
    _fleet, client, *_ = strip_lines(strips_of(report(STALLS_ONCE)), 70)

    assert [(text[0], style) for text, style in client.pieces[1:]] == [
        ("░", Style.ASIDE),
        ("█", Style.GOOD),
        ("▁", Style.BAD),
        ("█", Style.GOOD),
    ]
    assert "".join(text for text, _ in client.pieces) == client.text


def test_a_load_without_trouble_is_one_row_and_the_time() -> None:
    lines = drawn(report(HEALTHY, HEALTHY), 50)

    assert len(lines) == 2
    assert lines[0] == "  all ▁" + "█" * 42


def test_no_stall_is_too_short_to_be_seen() -> None:
    long: History = ((0.0, "come"), (1.0, "play"), (1800.0, "stall"), (1800.6, "play"), (36_000.0, "leave"))

    _, client, *_ = drawn(report(long), 40)
    assert client.count("▁") in {1, 2}


def test_only_the_worst_are_shown_in_the_order_of_their_numbers() -> None:
    histories: list[History] = [
        (*HEALTHY[:-1], (20.0, "stall"), (20.0 + n % 7 + 1, "play"), (60.0, "leave")) for n in range(30)
    ]
    strips = strips_of(report(*histories))

    assert [strip.client for strip in strips.clients] == [6, 7, 14, 21, 28]


def test_who_was_not_there_is_nowhere() -> None:
    late: History = ((30.0, "come"), (31.0, "play"), (35.0, "stall"), (40.0, "play"), (45.0, "leave"))
    strips = strips_of(report(late, ((59.0, "come"), (59.5, "play"), (60.0, "leave"))))

    assert strips.fleet[0] == strips.fleet[PARTS * 50 // 60] == NOBODY
    assert strips.clients[0].cells.strip()[0] == Cell.STARTING


def test_a_part_of_a_load_has_its_own_strips() -> None:
    it = report(STALLS_ONCE, extra=phase("failover", 18.0, 30.0)).phase("failover")
    strips = strips_of(it)

    assert (strips.start, strips.end) == (18.0, 30.0)
    assert set(strips.clients[0].cells) == {Cell.STREAMING, Cell.BUFFERING}


def test_a_name_of_wide_letters_keeps_the_columns() -> None:
    [line, fleet, _] = drawn(report(HEALTHY, extra=phase("障害", 15.0, 45.0)), 60)

    assert line == "                   ├──────────障害───────────┤"
    assert len(fleet) == 59


@pytest.mark.parametrize(
    ("encoding", "signs"), [("utf-8", BLOCKS), ("ascii", ASCII), ("latin-1", ASCII), (None, ASCII), ("no such", ASCII)]
)
def test_the_encoding_decides_on_the_signs(encoding: str | None, signs: Signs) -> None:
    assert signs_for(encoding) is signs


@given(journals(), st.integers(0, 300), st.booleans())
def test_any_load_fits_any_terminal(records: list[Record], width: int, blocks: bool) -> None:
    for it in fold(records, running=True), fold(records).after(5):
        strips = strips_of(it)
        lines = list(strip_lines(strips, width, BLOCKS if blocks else ASCII))
        assert bool(lines) == (width >= NARROWEST and it.duration > 0)
        for line in lines:
            assert line.text.isprintable()
            assert len(line.text) < width
        data = json.loads(json.dumps(to_data(strips)))
        assert from_data(Strips, data) == strips
