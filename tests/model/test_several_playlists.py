"""Loads whose clients read several playlists"""

import pytest
from model.histories import HEALTHY, STALLS_ONCE, History, live_playlist, report

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.records import FindingRecord, LookRecord
from pytest_hlsload.model.report import LoadReport

OTHER = "http://other.test/live.m3u8"


def of_second(history: History) -> History:
    return ((0.0, "come", 2), *history[1:])


def look(playlist: int, unchanged: float) -> LookRecord:
    return LookRecord(
        at=30.0, asked=30.0, took=playlist / 10, had=True, changed=True, unchanged=unchanged, playlist=playlist
    )


@pytest.fixture
def loaded() -> LoadReport:
    """Both clients stall from 20 to 28 s; playlist 2 stood still, playlist 1 did not."""
    return report(
        STALLS_ONCE,
        of_second(STALLS_ONCE),
        extra=[
            live_playlist(watched=True),
            live_playlist(watched=True, playlist=2, url=OTHER, resolution="640x360", bandwidth=800_000),
            FindingRecord(
                at=27.0, check="stale_manifest", level="error", text="unchanged", since=13.0, lasted=14.0, playlist=2
            ),
            look(1, 2.0),
            look(2, 14.0),
        ],
    )


def test_a_stall_s_cause_is_sought_in_the_client_s_own_playlist(loaded: LoadReport) -> None:
    one, two = loaded.clients

    assert (one.playlist, two.playlist) == (1, 2)
    assert one.stalls[0].cause is Cause.SEGMENT_SLOW
    assert (two.stalls[0].cause, two.stalls[0].evidence) == (Cause.PLAYLIST_STALE, "unchanged")


def test_each_playlist_is_told_of_by_itself(loaded: LoadReport) -> None:
    one, two = loaded.streams

    assert (one.playlist, one.errors, one.stale.max) == (1, 0, 2.0)
    assert (two.playlist, two.url, two.errors, two.stale.max) == (2, OTHER, 1, 14.0)
    assert two.told == "live, target duration 2 s, mpegts, 640x360, 800 kb/s"


def test_the_stream_of_several_has_what_was_found_of_all(loaded: LoadReport) -> None:
    assert loaded.stream.url == loaded.streams[0].url
    assert [finding.text for finding in loaded.stream.findings] == ["playlist 2: unchanged"]
    assert (loaded.stream.stale.values, loaded.stream.retrieval.max) == ((2.0, 14.0), 0.2)
    with pytest.raises(AssertionError, match=r"stream\.stale\.max"):
        loaded.check("stream.stale.max < 6s")


def test_a_report_of_several_survives_being_saved(loaded: LoadReport) -> None:
    assert LoadReport.from_dict(loaded.to_dict()) == loaded
    assert [stream["playlist"] for stream in loaded.to_dict()["streams"]] == [1, 2]


def test_of_several_one_that_could_not_be_probed_is_named() -> None:
    loaded = report(
        HEALTHY, of_second(HEALTHY), extra=[live_playlist(), live_playlist(playlist=2, live=None, error="HTTP 503")]
    )
    assert loaded.verdict == "pass"
    assert loaded.notes == ("playlist 2 could not be probed: HTTP 503",)


def test_a_variant_that_is_not_the_one_asked_for_is_noted() -> None:
    loaded = report(HEALTHY, extra=[live_playlist(note="no variant is 900p: read is 1280x720")])

    assert loaded.verdict == "pass"
    assert loaded.notes == ("the playlist: no variant is 900p: read is 1280x720",)


def test_only_the_clients_of_a_live_stream_that_ended_make_the_load_fail() -> None:
    ended = (*HEALTHY[:-1], (50.0, "end"), (60.0, "leave"))
    loaded = report(ended, of_second(ended), extra=[live_playlist(live=False), live_playlist(playlist=2)])

    assert loaded.problems == ("the live stream ended at 00:50.0 for 1 of 2 clients: 2",)
