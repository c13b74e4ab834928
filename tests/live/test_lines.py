"""What is said while a load runs"""

import pytest

from pytest_hlsload.live.lines import SummaryLines
from pytest_hlsload.model.client_records import ExitRecord, LogRecord, ReaderRecord, StateRecord
from pytest_hlsload.model.records import ProblemRecord, SampleRecord
from pytest_hlsload.model.states import State


def state(at: float, client: int, state: State) -> StateRecord:
    return StateRecord(at=at, client=client, state=state)


def log(at: float, client: int, text: str, *, count: int = 1) -> LogRecord:
    return LogRecord(at=at, client=client, log="http_error", count=count, text=text)


def exited(at: float, client: int, *, asked: str = "") -> ExitRecord:
    return ExitRecord(
        at=at, client=client, attempt=1, code=-9, explanation="killed by SIGKILL", asked=asked, tail=(), retry_in=1.0
    )


def test_every_client_is_counted_once_in_its_present_state() -> None:
    lines = SummaryLines(4)
    for record in (
        state(0, 1, State.STARTING),
        state(0, 2, State.STARTING),
        state(1, 1, State.STREAMING),
        state(2, 2, State.BACKOFF),
        state(3, 3, State.STARTING),
    ):
        lines.see(record)
    assert lines.lines(4) == ["Streaming:1 | Buffering:0 | Starting:1 | Backoff:1 | Idle:1 | Restarts:0"]


def test_only_a_reader_that_replaces_a_failed_one_is_a_restart() -> None:
    lines = SummaryLines(1)
    for attempt, why in enumerate(("start", "streams", "restart", "lap", "restart"), 1):
        lines.see(ReaderRecord(at=attempt, client=1, attempt=attempt, pid=1, why=why))
    assert lines.lines(9)[0].endswith("Restarts:2")


def test_who_is_buffering_is_said_longest_first_until_it_is_over() -> None:
    lines = SummaryLines(3)
    lines.see(state(8.5, 2, State.BUFFERING))
    lines.see(state(7, 3, State.BUFFERING))
    assert lines.lines(10)[1] == "  buffering: client 3 for 3 s, client 2 for 1.5 s"
    lines.see(state(11, 3, State.BACKOFF))
    lines.see(state(11, 2, State.STREAMING))
    assert len(lines.lines(12)) == 1


def test_a_crowd_that_is_buffering_is_cut_short() -> None:
    lines = SummaryLines(200)
    for client in range(1, 201):
        lines.see(state(client / 100, client, State.BUFFERING))
    said = lines.lines(10)[1]
    assert said.startswith("  buffering: client 1 for 10 s, client 2 for")
    assert said.endswith(", client 10 for 9.9 s and 190 more")


def test_the_five_most_recent_errors_are_said_newest_first() -> None:
    lines = SummaryLines(9)
    for client in range(1, 8):
        lines.see(log(client, client, f"HTTP error 50{client}"))
    lines.see(exited(8, 8))
    lines.see(ProblemRecord(at=9.3, text="no memory"))
    assert lines.lines(10)[1:] == [
        "  00:09.3 no memory",
        "  00:08.0 client 8: the reader ended: killed by SIGKILL",
        "  00:07.0 client 7: HTTP error 507",
        "  00:06.0 client 6: HTTP error 506",
        "  00:05.0 client 5: HTTP error 505",
    ]


def test_what_all_clients_meet_is_said_once() -> None:
    lines = SummaryLines(3)
    lines.see(log(1, 1, "HTTP error 404"))
    lines.see(log(2, 2, "another"))
    lines.see(log(3, 3, "HTTP error 404", count=7))
    lines.see(log(4, 2, "another", count=2))
    assert lines.lines(5)[1:] == [
        "  00:04.0 client 2 (3 times): another",
        "  00:03.0 2 clients (8 times): HTTP error 404",
    ]


@pytest.mark.parametrize("asked", ["stop", "lap", "ended", "streams"])
def test_an_end_that_was_asked_for_is_no_error(asked: str) -> None:
    lines = SummaryLines(1)
    lines.see(exited(1, 1, asked=asked))
    assert len(lines.lines(2)) == 1


def test_a_reader_that_was_killed_for_its_silence_is_an_error() -> None:
    lines = SummaryLines(1)
    lines.see(exited(1, 1, asked="mute"))
    assert len(lines.lines(2)) == 2


def test_nothing_in_an_error_reaches_the_terminal_but_text() -> None:
    lines = SummaryLines(1)
    lines.see(log(1, 1, "\x1b[31mred\x1b[0m\r\nnext\tline\x07 " + "long " * 100))
    said = lines.lines(2)[1]
    assert said.isprintable()
    assert said.startswith("  00:01.0 client 1: red next line long long")
    assert len(said) < 200


def test_a_quiet_log_level_leaves_out_log_lines_only() -> None:
    lines = SummaryLines(1, loglevel="fatal")
    lines.see(log(1, 1, "HTTP error 404"))
    lines.see(exited(2, 1))
    assert lines.lines(3)[1:] == ["  00:02.0 client 1: the reader ended: killed by SIGKILL"]


def test_records_that_tell_nothing_of_it_change_nothing() -> None:
    lines = SummaryLines(1)
    lines.see(SampleRecord(at=5, received=(1.0,), bytes=(9,), level=(1.0,), lowest=(0.5,)))
    assert lines.lines(6) == ["Streaming:0 | Buffering:0 | Starting:0 | Backoff:0 | Idle:1 | Restarts:0"]
