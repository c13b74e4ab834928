"""The playlists of a load: probed before the clients come, watched while they are there, and shared out over them"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from pytest_hlsload.model.client_options import NOTHING, ClientOptions, with_own
from pytest_hlsload.model.records import FindingRecord, LookRecord, PlaylistRecord, Record
from pytest_hlsload.model.redaction import redact_url

from .guard import tie_to_parent
from .loop import Loop
from .order import Order
from .sentinel_process import Look, SentinelProcess
from .shares import Shares
from .stream import StreamKnowledge

# An ffmpeg without this option, of 5.1 or older, finds nothing any more once it has sought in fMP4.
_SEEKS_IN_FMP4 = "seg_max_retry"


class Playlists:
    """
    Args:
        order: the owner's.
        loop: on which to wait for the probes.
        write: appends a record to the journal.
        zero: the load's start on the loop's clock, from which records count.
        ready: called once, when all URLs have been looked at, or were given up.
    """

    def __init__(
        self, order: Order, loop: Loop, write: Callable[[Record], None], *, zero: float, ready: Callable[[float], None]
    ) -> None:
        self._order = order
        self._loop = loop
        self._write = write
        self._zero = zero
        self._ready = ready
        self._urls = [url for url, _ in order.settings.url]
        self._shares = Shares([weight for _, weight in order.settings.url])
        self._sentinels: list[SentinelProcess] = []
        self._looks: dict[int, Sequence[Look]] = {}
        self._records: dict[int, PlaylistRecord] = {}
        self._options = dict(order.options)
        self._streams = [[self._stream(number, url)] for number, url in enumerate(self._urls, 1)]
        self._closed = False

    def look(self, spare: Callable[[int], None]) -> None:
        """
        Probe them.

        Args:
            spare: told of each process that does so.
        """
        if not self._order.probe:
            self._ready(self._loop.now)
            return
        settings = self._order.settings
        for place, url in enumerate(self._urls):
            sentinel = SentinelProcess(
                self._loop,
                self._order.probe,
                self._own_url(place) or url,
                self._headers(place),
                variant=settings.variant,
                proxy=settings.proxy,
                watch=settings.sentinel,
                before_exec=tie_to_parent(None, portable=self._order.portable),
                looked=partial(self._see, place),
                found=partial(self._find, place),
                lost=partial(self._lose, place),
            )
            self._sentinels.append(sentinel)
            if sentinel.pid is not None:
                spare(sentinel.pid)

    def of(self, client: int) -> StreamKnowledge:
        """What a client reads: its URL by weight, and where all variants of that are read, one after another."""
        place, before = self._shares.of(client)
        of_url = self._streams[place]
        return of_url[before % len(of_url)]

    def renew(self, options: Mapping[int, ClientOptions]) -> None:
        """Keep what single clients' next readers are to be given."""
        self._options.update(options)
        for place, sentinel in enumerate(self._sentinels):
            if next(iter(self._clients_of(place)), 0) in options:
                sentinel.renew(self._own_url(place), self._headers(place))

    def close(self) -> None:
        """Look no more."""
        self._closed = True
        for sentinel in self._sentinels:
            sentinel.close()

    def _stream(self, number: int, url: str) -> StreamKnowledge:
        return StreamKnowledge(number=number, url=url, shown_url=redact_url(url), options=self._options)

    def _clients_of(self, place: int) -> Sequence[int]:
        return [number for number in self._order.clients if self._shares.of(number)[0] == place]

    def _own_url(self, place: int) -> str | None:
        """Where no client reads a URL as it was asked for: the one that the first of its clients has."""
        own = [self._options.get(number, NOTHING).url for number in self._clients_of(place)]
        return own[0] if own and all(own) else None

    def _headers(self, place: int) -> Mapping[str, str]:
        """Those of the first client that reads a URL."""
        first = next(iter(self._clients_of(place)), 0)
        named = {"User-Agent": f"{self._order.agent} (playlist probe)"}
        return with_own(with_own(named, self._order.settings.headers), self._options.get(first, NOTHING).headers)

    def _see(self, place: int, at: float, looks: Sequence[Look]) -> None:
        self._looks[place] = looks
        if self._closed or len(self._looks) < len(self._urls):
            return
        number = 1
        for of_url in range(len(self._urls)):
            self._streams[of_url] = []
            for look in self._looks[of_url]:
                watched = self._order.settings.sentinel and look.playlist.live is not False
                record = replace(look.playlist, at=at - self._zero, playlist=number, watched=watched)
                stream = self._stream(number, look.url or self._urls[of_url])
                stream.learn(look)
                stream.seeks = look.playlist.container != "fmp4" or _SEEKS_IN_FMP4 in self._order.hls_options
                self._streams[of_url].append(stream)
                self._records[number] = record
                self._write(record)
                number += 1
        self._ready(at)

    def _find(self, place: int, it: FindingRecord | LookRecord, look: int) -> None:
        of_url = self._streams[place]
        if self._closed or look >= len(of_url):
            return
        number, at = of_url[look].number, it.at - self._zero
        if isinstance(it, FindingRecord):
            self._write(replace(it, at=at, since=round(it.since - self._zero, 3), playlist=number))
        else:
            self._write(replace(it, at=at, asked=round(it.asked - self._zero, 3), playlist=number))

    def _lose(self, place: int, at: float) -> None:
        """A sentinel has seen its playlists end, or has died; from here on nothing is known of them."""
        if self._closed:
            return
        for stream in self._streams[place]:
            record = self._records.get(stream.number)
            if record is not None and record.watched:
                self._write(replace(record, at=at - self._zero, watched=False))
