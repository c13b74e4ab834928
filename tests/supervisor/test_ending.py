import pytest

from pytest_hlsload.model.media import Stream
from pytest_hlsload.reader.log_lines import LogLine
from pytest_hlsload.supervisor.attempt import Attempt
from pytest_hlsload.supervisor.ending import Ending, ending_of

BOTH = (Stream.VIDEO, Stream.AUDIO)
END_OF_INPUT = LogLine("verbose", "EOF while reading input", "end_of_input", {})
FAILED = LogLine("warning", "Failed to reload playlist 0", "playlist_failed", {})


def ended(now: Attempt, *recent: LogLine, code: int = 0, vod: bool = False, stopped: bool = False) -> Ending:
    return ending_of(20.0, code, recent, now, BOTH, vod=vod, stopped=stopped)


def reader(**known: object) -> Attempt:
    return Attempt("start", 12.0, **{"opened": True, "delivers": True, **known})  # type: ignore[arg-type]


def test_a_reader_whose_viewer_has_left_ended_because_it_was_told_to() -> None:
    assert (ended(reader(), code=255, stopped=True).asked, ended(reader(), code=255, stopped=True).next) == ("stop", "")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("mute", "delivered nothing for 8 s and was ended"),
        ("half", "sound or picture ended without the other: gone"),
        ("skipped", "ended because it went on without a segment: gone"),
    ],
)
def test_a_reader_that_was_ended_as_a_failure_is_followed_by_another(asked: str, said: str) -> None:
    ending = ended(reader(asked=asked, failure="gone"), code=255)

    assert (ending.asked, ending.next) == (asked, "restart")
    assert ending.explanation.startswith(said)


def test_status_0_after_a_playlist_failed_is_a_failure() -> None:
    ending = ended(reader(), FAILED, END_OF_INPUT)

    assert (ending.asked, ending.next) == ("", "restart")


def test_an_ended_live_playlist_needs_no_other_reader() -> None:
    ending = ended(reader(), END_OF_INPUT)

    assert (ending.asked, ending.next) == ("ended", "")


def test_an_ended_vod_is_followed_by_its_next_lap() -> None:
    ending = ended(reader(), END_OF_INPUT, vod=True)

    assert (ending.asked, ending.next) == ("lap", "lap")


def test_a_reader_that_sought_and_found_nothing_has_failed_in_a_way_that_is_not_tried_again() -> None:
    ending = ended(reader(skip=30.0, delivers=False), END_OF_INPUT, vod=True)

    assert (ending.next, ending.sought_in_vain) == ("restart", True)


def test_a_reader_that_was_asked_for_a_stream_that_is_not_there_is_followed_at_once() -> None:
    now = reader(missing=True, streams_seen=frozenset({Stream.VIDEO}))

    assert ended(now, code=1).next == "streams"
