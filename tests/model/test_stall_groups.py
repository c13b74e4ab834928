"""Stalls that overlap."""

from model.histories import HEALTHY, STALLS_ONCE, History, report

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.stall_groups import stall_groups

PLAYS = ((0.0, "come"), (0.8, "open"), (1.0, "play"))
LATER = (*PLAYS, (26.0, "stall"), (33.0, "play"), (60.0, "leave"))
ALONE = (
    *PLAYS,
    (40.0, "log", "http_error", "HTTP error 404", 404),
    (40.0, "log", "segment_failed"),
    (41.0, "stall"),
    (45.0, "play"),
    (60.0, "leave"),
)
BRIEF = (*PLAYS, (20.0, "stall"), (20.3, "play"), (60.0, "leave"))


def test_stalls_that_overlap_are_one_group() -> None:
    (group,) = stall_groups(report(STALLS_ONCE, HEALTHY, LATER, STALLS_ONCE).clients)

    assert (group.start, group.end, group.clients) == (20.0, 33.0, (1, 3, 4))


def test_a_client_that_stalls_alone_is_a_group_of_its_own() -> None:
    together, alone = stall_groups(report(STALLS_ONCE, STALLS_ONCE, ALONE).clients)

    assert (together.clients, alone.clients) == ((1, 2), (3,))
    assert alone.cause is Cause.SEGMENT_ERROR
    assert "404" in alone.evidence


def test_what_nobody_notices_is_in_no_group() -> None:
    assert stall_groups(report(BRIEF, HEALTHY).clients) == ()


def test_all_at_once_points_at_the_stream_and_one_alone_at_its_connection() -> None:
    def told(*histories: History) -> list[str]:
        return [group.points_at for group in report(*histories).stall_groups]

    killed = (*PLAYS, (38.0, "exit", -9), (41.0, "stall"), (44.0, "reader"), (45.0, "play"), (60.0, "leave"))

    assert told(STALLS_ONCE, LATER, STALLS_ONCE) == [
        "all at once, which points at the stream, or at the load generator's network"
    ]
    assert told(ALONE, ALONE, ALONE) == ["all at once, which points at the stream"]
    assert told(ALONE, HEALTHY, HEALTHY) == ["alone, which points at its connection"]
    assert told(STALLS_ONCE, STALLS_ONCE, HEALTHY) == [""], "some say nothing"
    assert told(ALONE, HEALTHY) == [""], "one of two is half of all"
    assert told(killed, HEALTHY, HEALTHY) == [""], "the cause says that it was neither"
