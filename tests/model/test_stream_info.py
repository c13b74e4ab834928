"""What a report says of the stream itself."""

import math

import pytest
from model.histories import HEALTHY, URL, live_playlist, report

from pytest_hlsload.model.breaches import ThresholdBreach
from pytest_hlsload.model.records import FindingRecord, LookRecord, PlaylistRecord
from pytest_hlsload.model.report import LoadReport

WATCHED = live_playlist(watched=True)


def look(at: float, unchanged: float | None, *, changed: bool = True, **more: float | bool) -> LookRecord:
    return LookRecord(
        at=at,
        asked=at,
        unchanged=unchanged,
        changed=changed,
        **{"took": 0.01, "had": True, **more},  # type: ignore[arg-type]
    )


STALE = FindingRecord(
    at=26.0, check="stale_manifest", level="error", text="playlist unchanged for 16.0 s", since=10.0, lasted=16.0
)
LATE = FindingRecord(at=40.0, check="slow_retrieval", level="warning", text="took 3.0 s", since=40.0)
LOOKS = (
    look(2.0, None, latency=1.0),
    look(4.0, 2.0, latency=1.2, took=0.02),
    look(12.0, 8.0, changed=False, latency=9.2),
    look(20.0, None, changed=False, had=False, took=5.0),
    look(26.0, 16.0, latency=3.5, took=0.03),
    look(28.0, 2.0, latency=1.1),
    look(31.0, 3.0, changed=False, latency=4.1),
)


def watched() -> LoadReport:
    return report(HEALTHY, extra=[WATCHED, STALE, LATE, *LOOKS])


def test_looks_come_to_figures() -> None:
    it = watched().stream

    assert it.stale.values == (2.0, 16.0, 2.0, 3.0), "one a change, and the time since the last"
    assert (it.retrieval.n, it.retrieval.max) == (6, 0.03), "what could not be had is a finding, not a figure"
    assert it.latency.max == 9.2
    assert it.latency_growth == pytest.approx(2.5), "between moments at which the playlist went on"
    assert (it.errors, it.warnings) == (1, 1)


def test_a_window_has_the_looks_and_findings_of_its_own_time() -> None:
    before, after = watched().between(0, 15).stream, watched().after(30).stream

    assert ([it.check for it in before.findings], before.stale.max) == (["stale_manifest"], 8.0)
    assert ([it.check for it in after.findings], after.stale.max) == (["slow_retrieval"], 3.0)


def test_thresholds_speak_of_the_stream() -> None:
    watched().check("stream.stale.max < 20s", "stream.errors == 1", "stream.retrieval.p95 < 1s", "stream.latency.n > 3")

    with pytest.raises(ThresholdBreach) as caught:
        watched().check("stream.stale.max < 6s", "stream.errors == 0", "stream.latency_growth < 2s")
    assert str(caught.value).splitlines() == [
        "stream.stale.max 16 s >= 6 s (00:10.0: playlist unchanged for 16.0 s)",
        "stream.errors 1 != 0 (00:10.0: playlist unchanged for 16.0 s)",
        "stream.latency_growth 2.5 s >= 2 s",
    ]


@pytest.mark.parametrize("seen", [(), (live_playlist(),)], ids=["no probe", "nobody watched"])
def test_what_nobody_looked_for_proves_nothing(seen: tuple[PlaylistRecord, ...]) -> None:
    it = report(HEALTHY, extra=seen)

    assert math.isnan(it.stream.stale.max)
    for threshold in "stream.errors == 0", "stream.stale.max < 6s", "stream.latency_growth < 1s":
        with pytest.raises(ThresholdBreach, match=r"is unknown, so it is not .* \(nobody watched the playlist\)"):
            it.check(threshold)


def test_a_load_is_held_to_them_as_to_any_other() -> None:
    it = report(HEALTHY, extra=[WATCHED, STALE, *LOOKS], thresholds=["stream.stale.max < 6s"], warmup=30.0)
    assert it.verdict == "pass", "the warm-up does not count"
    it = report(HEALTHY, extra=[WATCHED, STALE, *LOOKS], thresholds=["stream.stale.max < 6s"])
    assert it.verdict == "fail"


def test_data_for_other_programs_has_the_statistics_not_the_looks() -> None:
    data = watched().to_dict()["stream"]

    assert data["url"] == URL
    assert (data["stale"]["max"], data["retrieval"]["n"], data["errors"]) == (16.0, 6, 1)
    assert report(HEALTHY).to_dict()["stream"]["latency"]["max"] is None
    assert LoadReport.from_dict(watched().to_dict()).stream == watched().stream
