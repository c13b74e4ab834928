"""What exits mean."""

import pytest

from pytest_hlsload.reader.exits import explain_exit
from pytest_hlsload.reader.log_lines import LogLine, read_line

RELOAD_FAILED = [b"[warning] HTTP error 503 Service Unavailable", b"[warning] Failed to reload playlist 0"]


def lines(*raw: bytes) -> list[LogLine]:
    return [read_line(line) for line in raw]


def test_status_0_of_a_reader_whose_playlist_died_is_a_failure() -> None:
    end = explain_exit(0, lines(*RELOAD_FAILED), opened=True)

    assert not end.finished
    assert end.explanation == "gave up (status 0): HTTP error 503 Service Unavailable"


def test_status_0_at_the_end_of_a_playlist_is_an_end() -> None:
    assert explain_exit(0, lines(b"[verbose] EOF while reading input"), opened=True).finished


def test_status_0_before_the_stream_was_opened_is_a_failure() -> None:
    assert not explain_exit(0, [], opened=False).finished


@pytest.mark.parametrize(
    ("code", "explanation"),
    [
        (255, "ffmpeg stopped by a signal (status 255)"),
        (123, "ffmpeg stopped by more than three signals (status 123)"),
        (-9, "killed by SIGKILL (signal 9)"),
        (-11, "killed by SIGSEGV (signal 11)"),
        (-63, "killed by signal 63"),
    ],
)
def test_signals_are_named(code: int, explanation: str) -> None:
    end = explain_exit(code, lines(*RELOAD_FAILED), opened=True)

    assert (explanation, False) == (end.explanation, end.finished)


def test_a_reader_that_could_not_open_the_stream_says_why() -> None:
    end = explain_exit(8, lines(b"[error] Error opening input: x", b"[warning] HTTP error 404 Not Found"), opened=False)

    assert end.explanation == "could not open the stream (status 8): HTTP error 404 Not Found"


def test_a_reader_that_says_nothing_is_quoted_with_nothing() -> None:
    assert explain_exit(1, [], opened=False).explanation == "could not open the stream (status 1)"


def test_what_never_became_an_ffmpeg_is_told_in_its_loaders_words() -> None:
    last = read_line(b"ffmpeg: error while loading shared libraries: libx.so: cannot open shared object file")

    assert "libx.so: cannot open" in explain_exit(127, [last], opened=False).explanation
