"""Loads over dask: a LocalCluster, and a scheduler and workers from the command line."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from end_to_end.processes import readers_of

from cluster.commanded import CommandedCluster, becomes_true, ends_within
from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.load import HlsLoad, LoadError
from pytest_hlsload.model.records import LoadRecord
from pytest_hlsload.model.states import State
from pytest_hlsload.origin import Origin

pytest.importorskip("distributed")

LEASE = 3.0

# What readers may outlive the lease by.
GRACE = 2.0

# For what has no bound of its own on a busy machine.
PATIENT = 60.0


@pytest.fixture(scope="module")
def commanded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandedCluster]:
    with CommandedCluster(tmp_path_factory.mktemp("cluster"), "left", "right") as it:
        yield it


@pytest.fixture
def loads(ffmpeg: str, tmp_path: Path) -> Iterator[Callable[..., HlsLoad]]:
    """Makes loads, half on each host, and stops what a test has left."""
    made: list[HlsLoad] = []

    def make(url: str, cluster: object, **settings: object) -> HlsLoad:
        given: dict[str, Any] = {
            "ffmpeg": ffmpeg,
            "report_dir": str(tmp_path / "reports"),
            "placement": "even",
            **settings,
        }
        made.append(HlsLoad(url, cluster=cluster, **given))
        return made[-1]

    yield make
    for load in made:
        if load._watch is not None:
            load.stop()


def load_id(load: HlsLoad) -> str:
    (start,) = (record for record in read_journal(load.journal).records if isinstance(record, LoadRecord))
    return start.id


@pytest.mark.timeout(300)
def test_whatever_is_killed_leaves_no_reader_and_a_report_that_says_what_was_lost(
    origin: Origin, loads: Callable[..., HlsLoad], commanded: CommandedCluster, ffmpeg: str, tmp_path: Path
) -> None:
    url = origin.channel().url

    # The owner hangs, as if cut off: its readers end by themselves, and it says so when it is back.
    command = [sys.executable, "-m", "cluster.owner", str(commanded.file), url, ffmpeg, str(tmp_path), "2", f"{LEASE}s"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as owner:
        assert owner.stdout is not None
        load = owner.stdout.readline().strip()
        assert len(readers_of(load)) == 2
        owner.send_signal(signal.SIGSTOP)
        assert ends_within(LEASE + GRACE, lambda: readers_of(load))
        owner.send_signal(signal.SIGCONT)
        told, report_line = owner.communicate(timeout=PATIENT)[0].splitlines()
    assert "all of its hosts were lost" in told
    verdict, lost, *_ = json.loads(report_line)
    assert verdict == "invalid"
    assert "host left was lost" in lost
    assert "host right was lost" in lost
    assert "longer than the lease" in lost

    # A worker is killed: its readers go with it, and the other host's run on.
    with loads(url, commanded.file, clients=4, lease=LEASE) as running:
        running.wait_until_streaming(PATIENT)
        os.kill(commanded.worker("left"), signal.SIGKILL)
        assert ends_within(LEASE + GRACE, lambda: readers_of(load_id(running), range(1, 3)))
        assert becomes_true(lambda: running.clients[:2] == (State.LOST, State.LOST), PATIENT)
        running.soak("1s")
        assert running.clients[2:] == (State.STREAMING, State.STREAMING)
        assert len(readers_of(load_id(running), range(3, 5))) == 2

        # The other's nanny is killed, and nothing is left.
        os.kill(commanded.nanny("right"), signal.SIGKILL)
        assert ends_within(LEASE + GRACE, lambda: readers_of(load_id(running)))
        with pytest.raises(LoadError, match="all of its hosts were lost"):
            running.soak(PATIENT)
    report = running.stop()
    assert report.verdict == "invalid"
    assert "host left was lost at" in report.problems[0]
    assert "its 2 of 4 clients from then on: 1-2" in report.problems[0]
    assert report.host("left").lost_at is not None
    assert report.host("right").lost_at is not None
    assert report.clients[0].history[-1].state is State.LOST
    assert report.clients[0].stall_count == 0

    # By now the first worker's nanny has started another. The scheduler is killed under it.
    assert becomes_true(lambda: commanded.log("left").count("Registered to:") == 2, PATIENT)
    with loads(url, commanded.file, clients=1, lease=LEASE) as running:
        running.wait_until_streaming(PATIENT)
        commanded.processes["scheduler"].kill()
        assert ends_within(LEASE + GRACE, lambda: readers_of(load_id(running)))
        with pytest.raises(LoadError, match="all of its hosts were lost"):
            running.soak(PATIENT)
    assert "host left was lost at" in running.stop().problems[0]


@pytest.mark.parametrize(
    ("cluster", "said"),
    [
        ("tcp://127.0.0.1:9", "cannot be reached"),
        ("tcp://10.255.255.1:8786", "not encrypted"),
        ("nowhere.json", "the scheduler file nowhere.json cannot be read: No such file"),
    ],
)
def test_a_cluster_that_cannot_be_used_is_told(cluster: str, said: str, loads: Callable[..., HlsLoad]) -> None:
    load = loads("http://127.0.0.1:9/live.m3u8", cluster)

    with pytest.raises(LoadError, match=said):
        load.start()
