from collections.abc import Iterator

import pytest

from pytest_hlsload.origin import Channel, Origin


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
def channel(origin: Origin) -> Channel:
    """A channel with short segments, so that tests are quick."""
    return origin.channel(audio=False, segment_seconds=0.4)
