"""Why it stalled, and why a reader ended"""

import pytest
from model.histories import HEALTHY, History, Step, health, live_playlist, report

from pytest_hlsload.model.records import Record

PLAYING: History = HEALTHY[:-1]


def stall(*steps: Step, extra: tuple[Record, ...] = (), start: float = 30.0, end: float = 40.0) -> tuple[str, str]:
    """Cause and evidence of a stall from 30 to 40 s, with whatever happened around it."""
    history = sorted((*PLAYING, (start, "stall"), (end, "play"), (60.0, "leave"), *steps), key=lambda step: step[0])
    it = report(history, extra=[live_playlist(), *extra]).clients[0].stalls[-1]
    return it.cause.value, it.evidence


@pytest.mark.parametrize(
    ("logs", "cause"),
    [
        (["refused"], "refused"),
        (["refused", "playlist_failed", "http_error"], "refused"),
        (["dns", "demux_error"], "dns"),
        (["timeout", "segment_failed"], "timeout"),
        (["tls", "playlist_failed"], "tls"),
        (["tls", "http_error", "playlist_failed"], "playlist_error"),
        (["playlist_failed"], "playlist_error"),
        (["http_error", "playlist_failed"], "playlist_error"),
        (["http_error"], "playlist_error"),
        (["http_error", "segment_failed", "segment_lost"], "segment_error"),
        (["http_error", "segment_failed", "playlist_failed"], "playlist_error"),
        (["segment_failed"], "segment_error"),
        (["truncated", "corrupt"], "segment_error"),
        (["sequence_reset"], "playlist_error"),
        (["protocol"], "playlist_error"),
        (["not_a_playlist"], "segment_error"),
        (["reset", "playlist_failed"], "playlist_error"),
        (["reset"], "segment_error"),
        (["memory", "refused"], "generator"),
        (["no_media"], "segment_error"),
        (["no_media", "protocol"], "playlist_error"),
        (["corrupt"], "unknown"),
        (["segment_lost"], "unknown"),
        (["decode_error"], "unknown"),
        (["of a later version"], "unknown"),
        ([], "unknown"),
    ],
)
def test_what_lies_deepest_in_the_log_is_the_cause(logs: list[str], cause: str) -> None:
    assert stall(*[(29.0 + n / 10, "log", kind) for n, kind in enumerate(logs)])[0] == cause


def test_evidence_is_the_first_line_how_often_and_since_when() -> None:
    logs = [(at, "log", "http_error", "HTTP error 503 Service Unavailable", 503) for at in (26.0, 31.0, 36.0)]

    assert stall(*logs, (37.0, "log", "http_error", "HTTP error 404 Not Found", 404)) == (
        "playlist_error",
        "HTTP error 503 Service Unavailable (3 times from 00:26.0; also HTTP 404)",
    )


def test_silence_is_unknown_and_says_what_the_reader_did() -> None:
    assert stall() == ("unknown", "a reader ran and waited for media; no trouble in its log")
    assert stall((39.0, "log", "segment_lost", "skipping 3 segments")) == (
        "unknown",
        "a reader ran and waited for media; in its log: skipping 3 segments (at 00:39.0)",
    )


def test_segments_that_came_slowly_are_the_cause_even_where_nobody_watched_the_playlist() -> None:
    slow = (31.0, "log", "slow_segment", "a segment of 2.0 s took 3.1 s to come")

    assert stall(slow) == ("segment_slow", "a segment of 2.0 s took 3.1 s to come (at 00:31.0)")
    watched = (live_playlist(watched=True),)
    assert stall(slow, extra=watched)[1] == (
        "a segment of 2.0 s took 3.1 s to come (at 00:31.0), while the playlist went on"
    )
    assert stall(slow, (31.5, "log", "http_error"))[0] == "playlist_error"


def test_trouble_that_was_over_before_playback_went_on_is_not_the_cause() -> None:
    before = ((15.0, "log", "refused"), (16.0, "stall"), (22.0, "play"))

    assert stall(*before)[0] == "unknown"
    assert stall(*before, (33.0, "log", "refused"))[0] == "refused"


def test_a_short_stall_soon_after_another_has_its_cause_because_the_buffer_never_filled_again() -> None:
    before = ((22.0, "log", "http_error", "HTTP error 404", 404), (22.0, "log", "segment_failed"), (24.0, "stall"))
    soon = (*before, (26.0, "play"))

    assert stall(*soon, end=32.0) == (
        "segment_error",
        "HTTP error 404 (at 00:22.0); the buffer had not filled again since",
    )
    assert stall(*soon, (32.5, "stall"), (32.6, "play"), end=32.0)[0] == "segment_error", "and so on"
    assert stall(*soon, end=34.0)[0] == "unknown", "too long for that"
    assert stall(*soon, start=36.5, end=38.0)[0] == "unknown", "too late for that"
    assert stall(*soon, (29.5, "log", "refused"), end=32.0)[0] == "refused", "unless it has one of its own"
    slow = (29.5, "log", "slow_segment", "a segment of 2.0 s took 3.1 s to come")
    assert stall(*soon, slow, end=32.0)[0] == "segment_slow"


def test_trouble_goes_back_as_far_as_the_buffer_lasted() -> None:
    assert stall((20.5, "log", "refused"))[0] == "refused", "hold-back 6 s and two target durations of 2 s"
    assert stall((19.5, "log", "refused"))[0] == "unknown"


def test_trouble_that_goes_on_from_before_is_the_cause() -> None:
    logs = [(float(at), "log", "http_error", "HTTP error 404 Not Found", 404) for at in range(2, 60, 5)]

    assert stall(*logs)[0] == "playlist_error"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (-9, "reader_killed"),
        (-15, "reader_killed"),
        (255, "reader_killed"),
        (-11, "reader_crashed"),
        (1, "reader_crashed"),
        (0, "unknown"),
    ],
)
def test_the_end_of_its_reader_is_the_cause(code: int, cause: str) -> None:
    assert stall((25.0, "exit", code, "", "so it ended"), (26.0, "reader")) == (cause, "so it ended")


def test_a_killed_reader_says_more_than_the_log_of_the_next_one() -> None:
    assert stall((25.0, "exit", -9), (26.0, "reader"), (27.0, "log", "http_error"))[0] == "reader_killed"


def test_the_log_says_more_than_a_reader_that_gave_up() -> None:
    assert stall((25.0, "log", "playlist_failed"), (25.1, "exit", 0), (26.0, "reader"))[0] == "playlist_error"


def test_a_mute_reader_is_the_cause_unless_the_log_tells_why() -> None:
    mute = ((38.0, "exit", 255, "mute", "delivered nothing for 30 s"), (38.5, "reader"))

    assert stall(*mute) == ("reader_mute", "delivered nothing for 30 s")
    assert stall(*mute, (37.0, "log", "timeout"))[0] == "timeout"


def test_a_stall_that_the_streams_end_ends() -> None:
    it = report((*PLAYING, (30.0, "stall"), (35.0, "end"), (60.0, "leave"))).clients[0].stalls[0]

    assert it.cause == "stream_ended"


def test_a_supervisor_that_acted_late_is_the_cause_of_stalls_as_short_as_its_lag() -> None:
    lagging = (health(35.0, lag=0.6),)

    assert stall(extra=lagging, end=31.0) == ("generator", "the load generator acted 0.6 s late")
    assert stall(extra=lagging, end=40.0)[0] == "unknown"
    assert stall(extra=(health(50.0, lag=0.6),), end=31.0)[0] == "unknown"


def test_a_reader_that_could_not_be_started_is_the_load_generators_fault() -> None:
    assert stall((25.0, "exit", 0), (25.5, "trouble", "no reader could be started: Cannot fork")) == (
        "generator",
        "no reader could be started: Cannot fork",
    )


def test_a_time_without_a_reader_and_without_evidence() -> None:
    assert stall((29.0, "exit", 0, "lap"), (34.0, "reader", "lap")) == ("unknown", "no reader ran for 4 s of it")


def ended(*steps: Step) -> list[tuple[str, str]]:
    it = report((*PLAYING, *steps, (60.0, "leave"))).clients[0]
    return [(end.cause.value, end.evidence) for end in it.exits]


def test_a_readers_end_is_explained_by_its_own_last_log_lines() -> None:
    assert ended(
        (20.0, "log", "refused"),
        (29.9, "log", "playlist_failed", "Failed to reload playlist 0"),
        (30.0, "exit", 0, "", "gave up"),
    ) == [("refused", "refused happened")]
    assert ended(
        (19.0, "log", "refused"),
        (35.9, "log", "playlist_failed", "Failed to reload playlist 0"),
        (36.0, "exit", 0, "", "gave up"),
    ) == [("playlist_error", "Failed to reload playlist 0")]


def test_a_reader_is_not_blamed_for_what_another_met() -> None:
    assert ended(
        (20.0, "log", "refused"), (20.1, "exit", 1, "", "first"), (21.0, "reader"), (22.0, "exit", 1, "", "second")
    ) == [("refused", "refused happened"), ("reader_crashed", "second")]


def test_before_the_input_is_open_garbage_is_the_playlists() -> None:
    it = report(
        ((0.0, "come"), (0.5, "log", "not_a_playlist", "Invalid data"), (0.6, "exit", 183), (60.0, "leave"))
    ).clients[0]

    assert it.exits[0].cause == "playlist_error"


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([], "a reader ran and did not open the stream; no trouble in its log"),
        ([(0.8, "open")], "a reader opened the stream and waited for media; no trouble in its log"),
        ([(0.1, "exit", -11, "", "killed by SIGSEGV (signal 11)")], "killed by SIGSEGV (signal 11)"),
        ([(0.1, "exit", 1, "", "could not open the stream (status 1)")], "could not open the stream (status 1)"),
        ([(0.1, "log", "dns", "Failed to resolve hostname nowhere.test: Name or service not known")],
         "Failed to resolve hostname nowhere.test: Name or service not known (at 00:00.1)"),
    ],
)  # fmt: skip
def test_why_a_client_saw_nothing(steps: list[Step], why: str) -> None:
    (problem,) = report(((0.0, "come"), *steps, (60.0, "leave"))).problems

    assert problem == f"1 of 1 clients did not start within 30 s: 1: {why}"


def test_evidence_is_one_line_of_a_decent_length() -> None:
    text = "HTTP error 503 \x1b[31mred\x1b[0m\r\n" + "long " * 100

    cause, evidence = stall((29.0, "log", "http_error", text, 503))

    assert cause == "playlist_error"
    assert evidence.startswith("HTTP error 503 red long")
    assert evidence.isprintable()
    assert len(evidence) < 160
