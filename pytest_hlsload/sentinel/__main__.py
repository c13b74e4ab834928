"""
The probe and the sentinel as a process: a request of one JSON line on stdin, answers of one JSON line each on stdout

Request: ``{"url": …, "headers": {…}, "proxy": …, "variant": …, "timeout": seconds, "watch": whether to go on}``. The
first answer, the probe's, comes within the timeout, whatever happens: a list with a look at each media playlist to be
read.
If the request says so, looks and findings about those that are live follow (``"kind": "look"`` and ``"finding"``), with
times on this machine's monotonic clock and ``place``, which of the list they are about, until stdin ends. Meanwhile
further lines may come, ``{"url": … or null, "headers": {…}}``: what to ask for from then on, and how.
"""

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from pytest_hlsload.model.records import FindingRecord, LookRecord

from .fetch import Answer, fetch
from .found import Found
from .look import failed, look
from .watch import watch

_DEFAULT_TIMEOUT = 5.0
_DEFAULT_VARIANT = "highest"

_ONE_LINE = threading.Lock()


def answer(request: dict[str, Any]) -> list[dict[str, Any]]:
    """What the probe answers; after ``timeout`` seconds that it timed out."""
    url = str(request["url"])
    headers = _headers_of(request)
    timeout = float(request.get("timeout") or _DEFAULT_TIMEOUT)
    variant, proxy = str(request.get("variant") or _DEFAULT_VARIANT), request.get("proxy")
    found: list[list[dict[str, Any]]] = []

    def work() -> None:
        try:
            found.append(look(url, lambda address: fetch(address, headers, timeout, proxy), variant=variant))
        except Exception as error:  # noqa: BLE001 - what is not foreseen must reach the journal, not stderr
            found.append([failed(url, f"the probe failed: {type(error).__name__}")])

    # A thread, because nothing else bounds name resolution and a server that sends a byte a second.
    thread = threading.Thread(target=work, name="hls-load probe", daemon=True)
    thread.start()
    thread.join(timeout)
    return found[0] if found else [failed(url, f"timed out after {timeout:g} s")]


def main() -> None:
    """Answer one request, watch if asked to, and end at once even if the network still holds a thread."""
    watched: list[tuple[int, dict[str, Any]]] = []
    try:
        request = json.loads(sys.stdin.readline())
        looks = answer(request)
        # What could not be looked at may yet appear; only what is known to have an end needs no watching.
        watched = [(place, it) for place, it in enumerate(looks) if request.get("watch") and it["live"] is not False]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        looks = [failed("", f"the probe was not asked properly: {type(error).__name__}")]
    _tell(looks)
    if watched:
        asking = _Asking(request)
        threading.Thread(target=_listen, args=(asking,), name="hls-load lifeline", daemon=True).start()
        _watch(asking, watched)
    os._exit(0)


def _watch(asking: "_Asking", watched: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Watch each of the media playlists, and those that hold their sound."""

    def follow(url: str, place: int, *, sound: bool) -> None:
        for it in watch(url, asking.fetch_of(place, sound=sound)):
            if isinstance(it, Found):
                text = f"the sound: {it.text}" if sound else it.text
                _tell({"kind": FindingRecord.kind, **asdict(it), "text": text, "place": place})
            elif not sound:
                _tell({"kind": LookRecord.kind, **asdict(it), "place": place})

    threads = []
    for place, seen in watched:
        for url, sound in ((seen["media_url_full"], False), (seen.get("audio_url_full"), True)):
            if url:
                thread = threading.Thread(target=follow, args=(url, place), kwargs={"sound": sound})
                threads.append(thread)
                thread.start()
    for thread in threads:
        thread.join()


class _Asking:
    """How the playlists are asked for, which another thread may change."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._timeout = float(request.get("timeout") or _DEFAULT_TIMEOUT)
        self._variant = str(request.get("variant") or _DEFAULT_VARIANT)
        self._proxy = request.get("proxy")
        self._headers = _headers_of(request)
        self._renewed: tuple[int, str] = (0, "")

    def renew(self, request: dict[str, Any]) -> None:
        """From now on, ask as this says."""
        self._headers = _headers_of(request)
        if request.get("url"):
            self._renewed = (self._renewed[0] + 1, request["url"])

    def fetch_of(self, place: int, *, sound: bool) -> Callable[[str], Answer]:
        """See `fetch.fetch`; of what a renewed URL leads to at that place, where there is one."""
        known, led_to = 0, ""

        def get(url: str) -> Answer:
            nonlocal known, led_to
            times, renewed = self._renewed
            if times != known:
                known = times
                looks = look(renewed, self._get, variant=self._variant)
                led_to = looks[min(place, len(looks) - 1)].get("audio_url_full" if sound else "media_url_full", "")
            return self._get(led_to or url)

        return get

    def _get(self, url: str) -> Answer:
        return fetch(url, self._headers, self._timeout, self._proxy)


def _headers_of(request: dict[str, Any]) -> dict[str, str]:
    return {str(name): str(content) for name, content in (request.get("headers") or {}).items()}


def _listen(asking: _Asking) -> None:
    while line := sys.stdin.readline():
        # One that came in pieces is none.
        with contextlib.suppress(ValueError, AttributeError):
            asking.renew(json.loads(line))
    os._exit(0)


def _tell(answer: object) -> None:
    try:
        with _ONE_LINE:
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    except OSError:
        os._exit(0)  # nobody listens any more


if __name__ == "__main__":
    main()
