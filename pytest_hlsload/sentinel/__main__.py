"""
The probe and the sentinel as a process: a request of one JSON line on stdin, answers of one JSON line each on stdout

Request: ``{"url": …, "headers": {…}, "timeout": seconds, "watch": whether to go on}``. The first answer, the probe's,
comes within the timeout, whatever happens. If the playlist is live and the request says so, looks and findings follow
(``"kind": "look"`` and ``"finding"``), with times on this machine's monotonic clock, until stdin ends.
Meanwhile further lines may come, ``{"url": … or null, "headers": {…}}``: what to ask for from then on, and how.
"""

import contextlib
import json
import os
import sys
import threading
from dataclasses import asdict
from typing import Any

from pytest_hlsload.model.records import FindingRecord, LookRecord

from .fetch import Answer, fetch
from .found import Found
from .look import failed, look
from .watch import watch

_DEFAULT_TIMEOUT = 5.0


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What the probe answers; after ``timeout`` seconds that it timed out."""
    url = str(request["url"])
    headers = _headers_of(request)
    timeout = float(request.get("timeout") or _DEFAULT_TIMEOUT)
    found: list[dict[str, Any]] = []

    def work() -> None:
        try:
            found.append(look(url, lambda address: fetch(address, headers, timeout)))
        except Exception as error:  # noqa: BLE001 - what is not foreseen must reach the journal, not stderr
            found.append(failed(url, f"the probe failed: {type(error).__name__}"))

    # A thread, because nothing else bounds name resolution and a server that sends a byte a second.
    thread = threading.Thread(target=work, name="hls-load probe", daemon=True)
    thread.start()
    thread.join(timeout)
    return found[0] if found else failed(url, f"timed out after {timeout:g} s")


def main() -> None:
    """Answer one request, watch if asked to, and end at once even if the network still holds a thread."""
    watching = False
    try:
        request = json.loads(sys.stdin.readline())
        found = answer(request)
        # What could not be looked at may yet appear; only what is known to have an end needs no watching.
        watching = bool(request.get("watch")) and found["live"] is not False
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = failed("", f"the probe was not asked properly: {type(error).__name__}")
    _tell(found)
    if watching:
        asking = _Asking(request)
        threading.Thread(target=_listen, args=(asking,), name="hls-load lifeline", daemon=True).start()
        for it in watch(found["media_url_full"], asking.fetch):
            _tell({"kind": FindingRecord.kind if isinstance(it, Found) else LookRecord.kind, **asdict(it)})
    os._exit(0)


class _Asking:
    """How the playlist is asked for, which another thread may change."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._timeout = float(request.get("timeout") or _DEFAULT_TIMEOUT)
        self._headers = _headers_of(request)
        self._renewed = ""
        self._media_url = ""

    def renew(self, request: dict[str, Any]) -> None:
        """From now on, ask as this says."""
        self._headers = _headers_of(request)
        self._renewed = request.get("url") or self._renewed

    def fetch(self, url: str) -> Answer:
        """See `fetch.fetch`; of what a renewed URL leads to, where there is one."""
        if self._renewed:
            renewed, self._renewed = self._renewed, ""
            self._media_url = look(renewed, self._get)["media_url_full"]
        return self._get(self._media_url or url)

    def _get(self, url: str) -> Answer:
        return fetch(url, self._headers, self._timeout)


def _headers_of(request: dict[str, Any]) -> dict[str, str]:
    return {str(name): str(content) for name, content in (request.get("headers") or {}).items()}


def _listen(asking: _Asking) -> None:
    while line := sys.stdin.readline():
        # One that came in pieces is none.
        with contextlib.suppress(ValueError, AttributeError):
            asking.renew(json.loads(line))
    os._exit(0)


def _tell(answer: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    except OSError:
        os._exit(0)  # nobody listens any more


if __name__ == "__main__":
    main()
