"""The fixtures; what they do is elsewhere"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_hlsload.load import HlsLoad
    from pytest_hlsload.origin import Origin

    from .loads import LoadFactory


@pytest.fixture
def hls_url() -> object:
    """URL for hls_load, or a list: override it where it is known only at run time (default: the setting)."""
    return None


@pytest.fixture
def hls_load(request: pytest.FixtureRequest, hls_url: object) -> "Iterator[HlsLoad]":
    """A started load of HLS clients, as the hls_load marker says; stopped and judged when the test's body ends."""
    from .loads import running_load

    with running_load(request.node, hls_url) as load:
        yield load


@pytest.fixture(scope="session")
def hls_load_factory(pytestconfig: pytest.Config) -> "Iterator[LoadFactory]":
    """Makes further loads, and loads of wider scope, as context managers; stops them at the end of the session."""
    from .loads import LoadFactory, end_all

    yield LoadFactory(pytestconfig)
    end_all(pytestconfig)


@pytest.fixture(scope="session")
def hls_origin(pytestconfig: pytest.Config) -> "Iterator[Origin]":
    """A live HLS origin on loopback, with faults on command."""
    from .origin import running_origin

    with running_origin(pytestconfig) as origin:
        yield origin
