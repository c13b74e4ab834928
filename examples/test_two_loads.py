"""Two loads at once, without the fixture's own: one channel fails, the other must not notice."""

from pytest_hlsload.origin import Origin
from pytest_hlsload.plugin import LoadFactory


def test_a_failing_channel_leaves_its_neighbour_alone(hls_load_factory: LoadFactory, hls_origin: Origin) -> None:
    failing, healthy = hls_origin.channel(), hls_origin.channel()

    with hls_load_factory(failing.url, clients=3) as hit, hls_load_factory(healthy.url, clients=3) as spared:
        hit.wait_until_streaming("20s")
        spared.wait_until_streaming("20s")
        failing.stale(14)
        spared.soak("18s")

    assert hit.stop().stall_count >= 3
    assert spared.stop().stall_count == 0
