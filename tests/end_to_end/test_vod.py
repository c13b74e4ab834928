"""A VOD is read at its viewers' pace, by the origin's delivery log; an outage shorter than the buffer is no stall"""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.client_records import ExitRecord, ReaderRecord
from pytest_hlsload.origin import Channel, Origin
from pytest_hlsload.origin.records import Request

FORWARD = 8.0

# In segments: one is fetched whole, and the network holds what a paused reader has not taken.
LEEWAY = 3


def test_a_vod_is_read_as_it_is_played_and_loops_through_an_outage(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    vod = origin.channel(kind="vod", vod_seconds=24)  # so that some is left to be fetched when the outage comes
    load = HlsLoad(vod.url, clients=2, forward_buffer=FORWARD, ffmpeg=ffmpeg, report_dir=str(tmp_path))
    with load:
        load.wait_until_streaming(30)
        load.soak(7)
        vod.refuse(3)
        load.soak(5)
        load.wait_until_streaming(20)  # a reader that is to be killed must be there
        journal = read_journal(load.journal).records
        os.kill(next(r.pid for r in reversed(journal) if isinstance(r, ReaderRecord) and r.client == 1), signal.SIGKILL)
        load.soak(14)
    report = load.stop()
    if report.verdict == "invalid":
        pytest.skip(f"the machine had no time for the load: {report.problems[0]}")

    records = read_journal(load.journal).records
    assert report.clients[0].restarts >= 1
    laps = {r.client for r in records if isinstance(r, ExitRecord) and r.asked == "lap"}
    assert laps == {1, 2}
    for client in report.clients:
        assert client.stall_count == 0
        assert client.media_lost == 0
        # Of the whole load the viewer has what it has played and the buffer, and nothing twice.
        played_and_buffer = client.played + FORWARD + LEEWAY * vod.segment_seconds
        assert client.played <= client.media_received <= played_and_buffer
    assert report.verdict == "pass"

    # Until the outage, and again after it: real time, not the speed of the line.
    for client in report.clients:
        fetched = _whole_segments(vod, f"pytest-hlsload/{report.id}/client-{client.index}")
        began = fetched[0].at
        outage = vod.faults()[0].start
        assert outage is not None
        for number, request in enumerate((it for it in fetched if it.at < outage), 1):
            ahead = number * vod.segment_seconds - (request.at - began)
            assert ahead <= FORWARD + LEEWAY * vod.segment_seconds
        in_all = len(fetched) * vod.segment_seconds
        # A reader that follows one that failed goes back by two segments, and ffmpeg looks for a key frame before that.
        again = client.restarts * 2 * LEEWAY * vod.segment_seconds
        assert in_all <= report.duration + FORWARD + LEEWAY * vod.segment_seconds + again


def _whole_segments(channel: Channel, agent: str) -> Sequence[Request]:
    return [
        request
        for request in channel.delivery().requests
        if request.client == agent and request.segment is not None and request.outcome == "whole"
    ]
