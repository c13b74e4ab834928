"""
One look at a playlist, as the journal records it: never an exception, the reason is in ``error``

A multivariant playlist gives one look for each variant that is read. Where a variant's media playlist cannot be had,
the readers are given it all the same: what fails is what a viewer of that variant would meet, and the others stay
unread.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urljoin

from pytest_hlsload.model.record_lines import to_plain
from pytest_hlsload.model.records import PlaylistRecord
from pytest_hlsload.model.redaction import redact_url

from .fetch import Answer, FetchError
from .probe import MediaPlaylist, NotAPlaylistError, parse
from .variants import Variant, choose

Fetch = Callable[[str], Answer]
"""From a URL to what is there."""

_OF_VARIANT = "the media playlist: "


def look(url: str, fetch: Fetch, *, variant: str = "highest") -> list[dict[str, Any]]:
    """
    For each media playlist to be read, the fields of a playlist record except ``at``, and what the readers are given,
    with secrets: ``media_url_full``, and where the sound is elsewhere ``audio_url_full`` and ``audio_join``.

    Args:
        url: the playlist.
        fetch: how to have it.
        variant: what is wanted of a multivariant playlist, see `choose`.
    """
    try:
        answer = fetch(url)
        found = parse(answer.text)
    except (FetchError, NotAPlaylistError) as error:
        return [failed(url, str(error))]
    if isinstance(found, MediaPlaylist):
        return [_fields(url, url, found)]
    chosen, note = choose(found, variant)
    return [_look_at_variant(url, answer.url, it, fetch, note=note, variants=len(found)) for it in chosen]


def failed(url: str, error: str) -> dict[str, Any]:
    """What a look gives that came to nothing."""
    return _fields(url, url, error=error)


def _look_at_variant(
    url: str, base: str, variant: Variant, fetch: Fetch, *, note: str, variants: int
) -> dict[str, Any]:
    about: dict[str, Any] = {
        "variants": variants,
        "bandwidth": variant.bandwidth or None,
        "resolution": variant.resolution,
        "note": note,
    }
    media, audio = url, ""
    try:
        media = _address(base, variant.uri)
        audio = _address(base, variant.audio) if variant.audio else ""
        found = _media_playlist(media, fetch)
    except (FetchError, NotAPlaylistError) as error:
        return _fields(url, media, error=f"{_OF_VARIANT}{error}", **about)
    if not audio:
        return _fields(url, media, found, **about)
    join = found.join
    try:
        join = _media_playlist(audio, fetch).join
    except (FetchError, NotAPlaylistError) as error:
        about["note"] = f"the playlist of the sound: {error}"
    about["audio_url"] = redact_url(audio)
    return _fields(url, media, found, **about) | {"audio_url_full": audio, "audio_join": join}


def _address(base: str, uri: str) -> str:
    """What readers may be given: they must not read files."""
    try:
        address = urljoin(base, uri)
    except ValueError as error:
        raise FetchError(f"not a URL: {error}") from None
    if not address.startswith(("http://", "https://")):
        raise FetchError(f"not an http address: it begins with {address.partition(':')[0][:20]!r}")
    return address


def _media_playlist(url: str, fetch: Fetch) -> MediaPlaylist:
    found = parse(fetch(url).text)
    if isinstance(found, MediaPlaylist):
        return found
    raise NotAPlaylistError("not a media playlist: it lists variants itself")


def _fields(
    url: str, readers_get: str, found: MediaPlaylist | None = None, *, error: str = "", **about: Any
) -> dict[str, Any]:
    record = PlaylistRecord(
        at=0.0,
        url=redact_url(url),
        media_url=redact_url(readers_get),
        error=error,
        **(asdict(found) if found else {}),
        **about,
    )
    fields = to_plain(record) | {"media_url_full": readers_get}
    del fields["at"], fields["kind"]
    return fields
