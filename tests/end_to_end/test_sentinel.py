"""What the sentinel costs the origin, sees, and does without."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from bad_streams.front import Front, Request, http, plain

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.origin import Origin

SECONDS = 12.0

# How the probe's and the sentinel's requests end to say who asks.
AGENT = "(playlist probe)"


def cached_and_dated(request: Request) -> Iterable[bytes]:
    """As a cache would serve a playlist with program dates."""
    if not request.is_playlist:
        return plain(request)
    lines = request.original().decode().splitlines()
    length = sum(float(line[8:-1]) for line in lines if line.startswith("#EXTINF"))
    first = next(number for number, line in enumerate(lines) if line.startswith("#EXTINF"))
    begun = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - length - 3))
    lines.insert(first, f"#EXT-X-PROGRAM-DATE-TIME:{begun}")
    return http("\n".join(lines).encode(), "Age: 9", "X-Cache: HIT from edge-7")


def not_for_the_sentinel(request: Request) -> Iterator[bytes]:
    if AGENT in request.headers.get("user-agent", ""):
        return http(b"", status="403 Forbidden")
    return plain(request)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as it:
        yield it


def test_it_costs_one_clients_requests_and_can_be_left_out(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    """Four loads at once, of one client each; each on a channel of its own, which stands still for a while."""
    watched, unwatched, forbidden, cached = (origin.channel() for _ in range(4))
    with ExitStack() as stack:

        def load(url: str, **settings: Any) -> HlsLoad:
            given: dict[str, Any] = {"ffmpeg": ffmpeg, "report_dir": str(tmp_path), **settings}
            return stack.enter_context(HlsLoad(url, **given))

        front = stack.enter_context(Front(forbidden.url, not_for_the_sentinel))
        cache = stack.enter_context(Front(cached.url, cached_and_dated))
        loads = load(watched.url), load(unwatched.url, sentinel="off"), load(front.url), load(cache.url)
        for it in loads:
            it.wait_until_streaming("60s")
        began = time.monotonic()
        for channel in watched, unwatched, cached:
            channel.stale(7)
        loads[0].soak(SECONDS)
        seconds = time.monotonic() - began
        seen, unseen, refused, held = (it.stop() for it in loads)

    delivery = watched.delivery()
    by_sentinel, by_client = delivery.of(AGENT), delivery.of("/client-1")
    assert {request.kind for request in by_sentinel} == {"playlist"}
    # The probe's look, and as RFC 8216 6.3.4 allows: one a target duration (2 s), two while it stands still.
    assert seconds / 2 - 2 <= len(by_sentinel) <= seconds + 2
    assert len(by_sentinel) <= 1.5 * sum(request.kind == "playlist" for request in by_client) + 2
    assert [finding.check for finding in seen.stream.findings] == ["stale_manifest"]
    assert 6.5 < seen.stream.stale.max < 11
    assert 0 < seen.stream.retrieval.median < 1
    assert seen.stream.latency.n == 0, "no program dates"

    assert len(unwatched.delivery().of(AGENT)) == 1, "the probe's look stays"
    assert unseen.stream.live
    assert not unseen.stream.watched
    assert unseen.stream.findings == ()

    assert refused.clients[0].startup_time is not None, "readers run all the same"
    assert refused.stream.error == "HTTP 403"
    assert [finding.check for finding in refused.stream.findings] == ["manifest_retrieval"]

    (stale,) = held.stream.findings
    assert "(Age; X-Cache: HIT from edge-7)" in stale.text
    assert 2 < held.stream.latency.min < 6, "three seconds behind, by whole seconds"
