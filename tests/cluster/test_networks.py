"""Hosts with addresses of their own, one of which is cut off."""

from pathlib import Path

import pytest
from end_to_end.processes import readers_of

from cluster.commanded import CommandedCluster, becomes_true, ends_within
from cluster.networks import networks, relay
from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.load import HlsLoad, LoadError
from pytest_hlsload.model.records import LoadRecord
from pytest_hlsload.model.states import State
from pytest_hlsload.origin import Origin

pytest.importorskip("distributed")

LEASE = 3.0
GRACE = 2.0
PATIENT = 60.0


def load_id(load: HlsLoad) -> str:
    (start,) = (record for record in read_journal(load.journal).records if isinstance(record, LoadRecord))
    return start.id


def test_a_host_that_is_cut_off_in_mid_load_is_lost_and_ends_its_readers(
    origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    channel = origin.channel()
    with networks(2) as (near, far):
        prefixes = {"near": near.prefix, "far": far.prefix}
        addresses = {"near": near.inside, "far": far.inside}
        with (
            relay(near.outside, channel.port),
            CommandedCluster(tmp_path, "near", "far", prefixes=prefixes, host=near.outside, addresses=addresses) as it,
        ):
            url = f"http://{near.outside}:{channel.port}/live.m3u8"
            given = {"ffmpeg": ffmpeg, "report_dir": str(tmp_path / "reports"), "placement": "even"}
            with pytest.raises(LoadError, match=r"tcp://10\.231\.0\.1:\d+ is not on this machine"):
                HlsLoad(url, cluster=it.file, **given).start()  # type: ignore[arg-type]
            load = HlsLoad(url, cluster=it.file, clients=4, lease=LEASE, cluster_insecure=True, **given)  # type: ignore[arg-type]
            with load:
                load.wait_until_streaming(PATIENT)
                addressed = {host.name: host.address for host in load.report().hosts}
                assert addressed["far"].startswith(f"tcp://{far.inside}:")
                assert len(readers_of(load_id(load), range(1, 5))) == 4
                far_clients = load.report().host("far").clients
                far.cut()
                assert ends_within(LEASE + GRACE, lambda: readers_of(load_id(load), far_clients))
                assert becomes_true(lambda: load.clients.count(State.LOST) == 2, PATIENT)
                load.soak("2s")
                assert load.clients.count(State.STREAMING) == 2
            report = load.stop()
    assert report.verdict == "invalid"
    assert "host far was lost at" in report.problems[0]
    assert "no answer for" in report.problems[0]
    assert report.host("near").verdict == "pass"
    assert all(client.stall_count == 0 for client in report.clients)
