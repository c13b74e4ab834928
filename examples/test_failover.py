"""What viewers see while an origin fails over, as a phase of the report."""

import pytest

from pytest_hlsload import HlsLoad
from pytest_hlsload.origin import Channel, Origin


@pytest.fixture
def channel(hls_origin: Origin) -> Channel:
    return hls_origin.channel()


@pytest.fixture
def hls_url(channel: Channel) -> str:
    return channel.url


@pytest.mark.hls_load(clients=5)
def test_failover(hls_load: HlsLoad, channel: Channel) -> None:
    hls_load.wait_until_streaming(timeout="20s")

    with hls_load.phase("failover"):
        channel.refuse(6)  # your failover goes here; this one takes six seconds
        hls_load.soak("20s")

    report = hls_load.stop()
    assert report.phase("failover").longest_stall.max < 12
    assert report.recovery_time("failover") < 20  # from the phase's start until all play again
