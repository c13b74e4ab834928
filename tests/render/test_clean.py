"""Text that a terminal can show without acting on it"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.render.clean import clean
from pytest_hlsload.render.lines import Line, Style, text_of


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  as it is, ÄÖÜ — ✓", "  as it is, ÄÖÜ — ✓"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;new title\x07text", "text"),
        ("\x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bMup \x1b(B \x1b", "up (B"),
        ("one\r\ntwo", "one  two"),
        ("over\rwritten\b\b", "over written"),
        ("right\u202eto left", "right to left"),
        ("bad \udcff byte", "bad   byte"),
        ("\x9b31mC1", " 31mC1"),
        ("null\0", "null"),
    ],
)
def test_nothing_is_left_that_a_terminal_acts_on(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text())
def test_any_text_is_printable_then(text: str) -> None:
    assert clean(text).isprintable()
    assert clean(clean(text)) == clean(text)


@given(st.text(), st.integers(5, 50))
def test_a_line_is_never_longer_than_asked_for(text: str, limit: int) -> None:
    line = one_line(text, limit)

    assert len(line) <= limit
    assert line.isprintable()
    assert line == line.strip()


def test_a_line_cleans_what_it_is_given() -> None:
    lines = [Line("plain"), Line("\x1b[1mbold\n", Style.BAD)]

    assert text_of(lines) == "plain\nbold"
    assert lines[1].markup == {"red": True}
