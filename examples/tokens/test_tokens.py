"""Readers with tokens: conftest.py has the hook that gives them."""

import pytest

from pytest_hlsload import HlsLoad
from pytest_hlsload.origin import Channel, Origin


@pytest.fixture
def channel(hls_origin: Origin) -> Channel:
    return hls_origin.channel()


@pytest.fixture
def hls_url(channel: Channel) -> str:
    return channel.url


@pytest.mark.hls_load(clients=2)
def test_every_client_is_known_to_the_origin(hls_load: HlsLoad, channel: Channel) -> None:
    hls_load.wait_until_streaming("20s")

    assert {"viewer-1", "viewer-2"} <= set(channel.delivery().clients)
