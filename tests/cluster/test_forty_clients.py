"""Forty clients on two workers of a LocalCluster, held against the origin's delivery log."""

import tempfile
from pathlib import Path

import pytest
from end_to_end.conftest import Watched
from end_to_end.processes import readers_of
from end_to_end.test_faults import assert_true
from truth.loads import truths

from pytest_hlsload.journal.reading import read_journal, read_report
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.records import LoadRecord
from pytest_hlsload.origin import Origin

pytest.importorskip("distributed")


@pytest.mark.timeout(300)
def test_forty_clients_on_two_workers_see_what_the_origin_delivered(
    origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    for _ in range(3):  # a run in which the machine had no time says nothing
        channel = origin.channel()
        load = HlsLoad(
            channel.url,
            cluster="local:2",
            clients=40,
            ramp="2s",
            placement="even",
            ffmpeg=ffmpeg,
            report_dir=str(tmp_path / "reports"),
        )
        with load:
            load.wait_until_streaming("60s")
            load.soak("2s")
            with load.phase("fault"):
                channel.stale(10)
                load.soak("13s")
            report = load.stop()
        if report.verdict != "invalid":
            break
    (start,) = (record for record in read_journal(load.journal).records if isinstance(record, LoadRecord))
    identity = start.id
    watched = Watched(report, truths(channel, load), None)

    assert len(report.clients) == 40
    assert_true(watched)
    assert [len(host.clients) for host in report.hosts] == [20, 20]
    assert all(host.report.stall_count >= 15 for host in report.hosts)
    assert {stall.cause for client in report.clients for stall in client.stalls if stall.duration > 1} == {
        "playlist_stale"
    }
    assert all(host.report.stream.errors for host in report.hosts)  # each host has a sentinel of its own
    assert read_report(load.journal) == report
    assert not list(Path(tempfile.gettempdir()).glob(f"pytest-hlsload-{identity}-*"))
    assert readers_of(identity) == []
