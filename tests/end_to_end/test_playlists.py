"""Variants, several URLs and where clients join, by the origin's delivery log"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.origin import Channel, Origin
from pytest_hlsload.origin.records import Request


def test_clients_are_shared_out_over_urls_and_variants_and_each_fetches_its_own_alone(
    origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    many = origin.channel(variants={108: 300_000, 216: 900_000}, separate_audio=True)
    one = origin.channel(segment_seconds=0.64, window=9)
    given: dict[str, Any] = {"ffmpeg": ffmpeg, "report_dir": str(tmp_path)}
    shared = HlsLoad(many.master_url, (one.url, 3), clients=8, variant="all", **given)
    chosen = HlsLoad(many.master_url, variant="108p", **given)
    highest = HlsLoad(many.master_url, **given)
    with shared, chosen, highest:
        for load in (shared, chosen, highest):
            load.wait_until_streaming(30)
        shared.soak(4)
    report = shared.stop()

    fetched = {client.index: _by_rendition(many, report.id, client.index) for client in report.clients}
    variants = {index: set(sizes) for index, sizes in fetched.items() if sizes}
    assert list(variants.values()) == [{"108", "audio"}, {"216", "audio"}]
    low, high = (sizes for sizes in fetched.values() if sizes)
    assert high["216"] > 2 * low["108"]  # three times the bits a second
    assert set(_by_rendition(many, chosen.stop().id)) == {"108", "audio"}
    assert set(_by_rendition(many, highest.stop().id)) == {"216", "audio"}

    of_one = {client.index for client in report.clients if _requests(one, report.id, client.index)}
    assert of_one == set(range(1, 9)) - set(variants)
    assert [client.playlist for client in report.clients].count(3) == 6
    assert [(stream.bandwidth is None, stream.resolution) for stream in report.streams] == [
        (False, "192x108"),
        (False, "384x216"),
        (True, ""),
    ]
    assert all(client.startup_time is not None for client in report.clients)

    # Three target durations are 6 and 3 seconds: 4 segments of 1.92 s, 5 of 0.64 s.
    for channel, clients, join in ((many, list(variants), 4), (one, list(of_one), 5)):
        for client in clients:
            requests = _requests(channel, report.id, client)
            for rendition in {request.rendition for request in requests}:
                assert join in _joined_at(channel, [it for it in requests if it.rendition == rendition])


def _requests(channel: Channel, load: str, client: int) -> Sequence[Request]:
    agent = f"pytest-hlsload/{load}/client-{client}"
    return [request for request in channel.delivery().requests if request.client == agent]


def _by_rendition(channel: Channel, load: str, client: int = 1) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for request in _requests(channel, load, client):
        sizes[request.rendition] = sizes.get(request.rendition, 0) + request.bytes_sent
    return sizes


def _joined_at(channel: Channel, requests: Sequence[Request]) -> set[int]:
    """How many segments from the end of the playlist that it had been given; two, if one came out at that instant."""
    asked = next(request for request in requests if request.kind == "playlist")
    first = next(request for request in requests if request.segment is not None)
    assert first.segment is not None
    edges = {int((at - channel.published_from) / channel.segment_seconds) for at in (asked.at, asked.sent[0][0])}
    return {edge - first.segment + 1 for edge in edges}
