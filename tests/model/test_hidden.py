"""Trouble that no viewer noticed."""

from model.histories import HEALTHY, NEVER_PLAYS, STALLS_ONCE, History, Step, live_playlist, report, sample

from pytest_hlsload.render.lines import text_of
from pytest_hlsload.render.summary import summary


def met(*steps: Step, history: History = HEALTHY) -> History:
    return tuple(sorted((*history, *steps), key=lambda step: step[0]))


def hidden(*histories: History) -> list[tuple[str, int | None, int, tuple[int, ...]]]:
    it = report(*histories, extra=[live_playlist()])
    return [(trouble.log, trouble.status, trouble.count, trouble.clients) for trouble in it.hidden_troubles]


E503 = (30.0, "log", "http_error", "HTTP error 503 Service Unavailable", 503)
FAILED = (30.0, "log", "segment_failed", "Failed to open segment 7 of playlist 0")


def test_errors_are_told_by_status_and_not_again_by_what_became_of_them() -> None:
    other = (44.0, "log", "http_error", "HTTP error 404 Not Found", 404)

    assert hidden(met(E503, FAILED), HEALTHY, met(E503, other)) == [
        ("http_error", 503, 2, (1, 3)),
        ("http_error", 404, 1, (3,)),
    ]
    assert hidden(met(FAILED)) == [("segment_failed", None, 1, (1,))], "unless nothing else tells"


def test_what_led_to_a_stall_is_not_hidden() -> None:
    """The stall is from 20 to 28 s, the buffer 6 s, and a reader asks every 2 s."""
    for at, seen in (9.0, 1), (11.0, 0), (27.0, 0), (29.0, 1):
        step = (at, "log", "http_error", "HTTP error 503", 503)
        assert len(hidden(met(step, history=STALLS_ONCE))) == seen


def test_a_client_that_never_played_hid_nothing() -> None:
    assert hidden(met((1.0, "log", "refused"), history=NEVER_PLAYS)) == []


def test_a_window_has_the_troubles_of_its_own_time() -> None:
    it = report(met(E503))

    assert len(it.between(20, 40).hidden_troubles) == 1
    assert it.after(40).hidden_troubles == ()


def test_it_is_told_in_the_summary() -> None:
    slow = (31.0, "log", "slow_segment", "a segment of 2.0 s took 1.9 s to come")
    lines = text_of(summary(report(met(E503, slow), met(E503), met(E503)))).splitlines()

    assert lines[-2:] == [
        "  without a stall: HTTP 503, 3 times from 00:30.0, clients 1-3: HTTP error 503 Service Unavailable",
        "  without a stall: slow_segment, at 00:31.0, client 1: a segment of 2.0 s took 1.9 s to come",
    ]


def test_the_lowest_buffer_is_told_where_nobody_stalled() -> None:
    lines = text_of(
        summary(report(HEALTHY, HEALTHY, extra=[sample(30.0, 30.0, 30.0, lowest=[3.0, 1.25])]))
    ).splitlines()

    assert "  lowest buffer 1.2 s (client 2)" in lines
