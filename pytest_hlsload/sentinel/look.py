"""
One look at a playlist, as the journal records it: never an exception, the reason is in ``error``

Where a variant's media playlist cannot be had, the readers are given what was asked for: which variant they open is
then ffmpeg's choice, and what fails is what a viewer with that address would meet.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urljoin

from pytest_hlsload.model.record_lines import to_plain
from pytest_hlsload.model.records import PlaylistRecord
from pytest_hlsload.model.redaction import redact_url

from .fetch import Answer, FetchError
from .probe import MediaPlaylist, NotAPlaylistError, Variant, parse


def look(url: str, fetch: Callable[[str], Answer]) -> dict[str, Any]:
    """
    The fields of a playlist record except ``at``, and ``media_url_full``: what the readers are given, with secrets.

    Args:
        url: the playlist.
        fetch: from a URL to what is there.
    """
    readers_get = url
    what = ""
    try:
        answer = fetch(url)
        found = parse(answer.text)
        if isinstance(found, Variant):
            variant = urljoin(answer.url, found.uri)
            what = "the media playlist: "
            answer = fetch(variant)
            if found.complete:
                readers_get = variant
            found = parse(answer.text)
            if isinstance(found, Variant):
                raise NotAPlaylistError("not a media playlist: it lists variants itself")
    except (FetchError, NotAPlaylistError) as error:
        return _fields(url, readers_get, error=f"{what}{error}")
    except ValueError as error:
        # urljoin of an address that is none
        return _fields(url, readers_get, error=f"{what}not a URL: {error}")
    return _fields(url, readers_get, found)


def failed(url: str, error: str) -> dict[str, Any]:
    """What a look gives that came to nothing."""
    return _fields(url, url, error=error)


def _fields(url: str, readers_get: str, found: MediaPlaylist | None = None, *, error: str = "") -> dict[str, Any]:
    record = PlaylistRecord(
        at=0.0,
        url=redact_url(url),
        media_url=redact_url(readers_get),
        error=error,
        **(asdict(found) if found else {}),
    )
    fields = to_plain(record) | {"media_url_full": readers_get}
    del fields["at"], fields["kind"]
    return fields
