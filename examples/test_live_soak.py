"""Soak a live stream: the built-in origin stands in for yours."""

import pytest

from pytest_hlsload import HlsLoad
from pytest_hlsload.origin import Origin


@pytest.fixture
def hls_url(hls_origin: Origin) -> str:
    return hls_origin.channel().url


@pytest.mark.hls_load(clients=20, duration="20s", ramp="2s")
def test_live_soak(hls_load: HlsLoad) -> None:
    report = hls_load.soak()

    assert report.buffering_ratio.max <= 0.10  # no client buffered over 10 %
    assert report.startup_time.p95 < 3
