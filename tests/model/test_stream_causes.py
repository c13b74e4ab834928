"""Stalls that the stream itself explains, as the sentinel saw it."""

from dataclasses import replace

import pytest
from model.histories import STALLS_ONCE, URL, Step, report

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.causes import why_not_started
from pytest_hlsload.model.records import FindingRecord, PlaylistRecord, Record
from pytest_hlsload.model.stalls import Stall

WATCHED = PlaylistRecord(
    at=0.0, url=URL, media_url=URL, live=True, target_duration=2.0, segments=6, hold_back=6.0, watched=True
)


def found(check: str, text: str, since: float, lasted: float | None) -> FindingRecord:
    return FindingRecord(at=since + (lasted or 4.0), check=check, level="error", text=text, since=since, lasted=lasted)


def stall(*records: Record) -> Stall:
    """The one from 20 to 28 s, with what the sentinel wrote."""
    (only,) = report(STALLS_ONCE, extra=[WATCHED, *records]).clients[0].stalls
    return only


@pytest.mark.parametrize(
    ("check", "text", "cause"),
    [
        ("stale_manifest", "playlist unchanged for 14.0 s, target duration 2 s", Cause.PLAYLIST_STALE),
        ("manifest_retrieval", "the playlist could not be had for 9 s: timed out after 5 s", Cause.TIMEOUT),
        ("manifest_retrieval", "the playlist could not be had for 9 s: connection refused", Cause.REFUSED),
        ("manifest_retrieval", "the playlist could not be had for 9 s: HTTP 503", Cause.PLAYLIST_ERROR),
        ("media_sequence", "the media sequence went back: 9 → 0", Cause.PLAYLIST_ERROR),
    ],
)
def test_what_was_wrong_with_the_stream_is_the_cause(check: str, text: str, cause: Cause) -> None:
    it = stall(found(check, text, 14.0, 14.0))

    assert (cause, text) == (it.cause, it.evidence)


def test_a_finding_that_lasts_still_is_going_on() -> None:
    assert stall(found("stale_manifest", "unchanged", 13.0, None)).cause is Cause.PLAYLIST_STALE


def test_a_finding_is_told_as_it_was_in_the_end() -> None:
    told = stall(found("stale_manifest", "for 6 s", 14.0, None), found("stale_manifest", "for 14 s", 14.0, 14.0))

    assert told.evidence == "for 14 s"


@pytest.mark.parametrize(("since", "lasted"), [(2.0, 4.0), (29.0, 4.0)])
def test_what_was_over_before_or_came_after_is_not_the_cause(since: float, lasted: float) -> None:
    assert stall(found("stale_manifest", "unchanged", since, lasted)).cause is Cause.SEGMENT_SLOW


def test_a_stream_that_breaks_a_rule_but_delays_nobody_is_not_the_cause() -> None:
    assert stall(found("extinf_over_target", "too long", 14.0, 0.0)).cause is Cause.SEGMENT_SLOW


def test_a_reader_that_was_killed_before_and_replaced_is_not_the_cause() -> None:
    history = (*STALLS_ONCE[:-3], (12.0, "exit", -9), (12.7, "reader"), *STALLS_ONCE[-3:])
    finding = found("stale_manifest", "unchanged", 14.0, 14.0)

    (it,) = report(history, extra=[WATCHED, finding]).clients[0].stalls
    assert it.cause is Cause.PLAYLIST_STALE


def test_where_the_playlist_went_on_it_was_the_segments() -> None:
    it = stall()

    assert it.cause is Cause.SEGMENT_SLOW
    assert it.evidence.startswith("the playlist went on, and a reader waited for its segments")


def why_nothing(playlist: PlaylistRecord, *steps: Step) -> tuple[str, str]:
    """Cause and evidence for a client that came at 0.5 s and saw nothing in a minute."""
    facts = report(((0.5, "come"), *steps, (60.0, "leave")), extra=[playlist]).facts
    why = why_not_started(facts, facts.clients[0], 60.0)
    return why.cause.value, why.evidence


def test_where_the_playlist_went_on_and_nothing_ever_played_it_was_the_segments() -> None:
    waited = "the playlist went on, and a reader waited for its segments"

    assert why_nothing(WATCHED) == ("segment_slow", waited)
    assert why_nothing(WATCHED, (0.7, "log", "no_media", "no stream was found"))[0] == "segment_error"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("timed out after 5 s", "timeout"),
        ("HTTP 503", "playlist_error"),
        ("not a playlist: it is empty", "playlist_error"),
    ],
)
def test_a_playlist_that_could_not_be_had_is_why_nothing_ever_played(error: str, cause: str) -> None:
    assert why_nothing(replace(WATCHED, live=None, error=error)) == (cause, error)


def test_what_stalls_a_client_soon_after_it_came_is_looked_for_from_then_on() -> None:
    history = ((0.5, "come"), (0.8, "play"), (3.0, "stall"), (9.0, "play"), (60.0, "leave"))
    (it,) = report(history, extra=[replace(WATCHED, at=0.4)]).clients[0].stalls

    assert it.cause is Cause.SEGMENT_SLOW


def test_where_nobody_watched_the_playlist_nothing_is_claimed() -> None:
    (it,) = report(STALLS_ONCE).clients[0].stalls

    assert it.cause is Cause.UNKNOWN
