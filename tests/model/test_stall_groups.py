"""Stalls that overlap."""

from model.histories import HEALTHY, STALLS_ONCE, report

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
