"""Fetching a playlist as a reader would: redirects, credentials in the URL, gzip; bounded in size"""

import base64
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse, IncompleteRead, RemoteDisconnected
from socket import gaierror
from ssl import SSLCertVerificationError, SSLError
from typing import IO
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.redaction import redact_text

LARGEST = 16 * 1024 * 1024
"""Bytes of a playlist, before and after decompression."""

AGENT = "pytest-hlsload (playlist probe)"
"""How the probe and the sentinel call themselves; no client's name begins so."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    Attributes:
        text: of the playlist.
        url: that its relative addresses refer to.
        age: for how long a cache has held it, in seconds (``Age``, RFC 9111 5.1); None where nobody says.
        cache: what a cache says of itself (``X-Cache``); "" where none does.
    """

    text: str
    url: str
    age: int | None = None
    cache: str = ""


class FetchError(Exception):
    """The playlist could not be had; the message is a sentence without a full stop, and without credentials."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, and tells no other host the credentials of this one."""

    def redirect_request(  # noqa: PLR0917 - urllib's signature
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request is not None and urlsplit(newurl).netloc != urlsplit(req.full_url).netloc:
            request.remove_header("Authorization")
            request.remove_header("Cookie")
        return request


def fetch(url: str, headers: Mapping[str, str], timeout: float, proxy: str | None = None) -> Answer:
    """
    What is behind a URL.

    Args:
        url: may hold a user and a password, which are sent as HTTP's basic authentication.
        headers: sent with the request.
        timeout: of each wait for the network, and of the body as a whole, in seconds.
        proxy: through which to ask; None for none.

    Raises:
        FetchError: where it cannot be had.
    """
    try:
        parts = urlsplit(url)
        request = _request(parts, headers)
        # As for the readers: none but this, whatever the environment says.
        through = {"http": proxy, "https": proxy} if proxy else {}
        opener = urllib.request.build_opener(_Redirects, urllib.request.ProxyHandler(through))
        with opener.open(request, timeout=timeout) as response:
            body = _body(response, timeout)
            base = _with_credentials(urlsplit(response.geturl()), parts)
            age, cache = response.headers.get("Age", "").strip(), response.headers.get("X-Cache", "")
    except FetchError:
        raise
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        raise FetchError(_sentence(error, timeout)) from None
    return Answer(
        body.decode("utf-8", "replace"),
        base,
        age=int(age) if age.isascii() and age.isdigit() else None,
        cache=one_line(cache, 60),
    )


def _request(parts: SplitResult, headers: Mapping[str, str]) -> urllib.request.Request:
    if parts.scheme not in {"http", "https"}:
        # A playlist must not make us read files.
        raise FetchError(f"not an http address: it begins with {parts.scheme[:20]!r}")
    user, at, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(
        urlunsplit(parts._replace(netloc=host, fragment="")), headers={"User-Agent": AGENT}
    )
    if at:
        token = base64.b64encode(unquote(user).encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    for name, content in headers.items():
        request.add_header(name, content)
    return request


def _body(response: HTTPResponse, timeout: float) -> bytes:
    until = time.monotonic() + timeout
    body = b""
    while len(body) <= LARGEST and (piece := response.read1(LARGEST + 1 - len(body))):
        body += piece
        if time.monotonic() > until:
            # A server that sends a byte a second keeps every single wait short.
            raise TimeoutError
    # A read of a given size does not complain of an answer that is shorter than it says.
    whole = not response.length
    if response.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip"}:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        body = unpacker.decompress(body, LARGEST + 1)
        whole = whole and unpacker.eof
    if len(body) > LARGEST:
        raise FetchError(f"not a playlist: it is larger than {LARGEST // 1024 // 1024} MB")
    if not whole:
        raise FetchError("the answer was cut short")
    return body


def _with_credentials(came_from: SplitResult, asked: SplitResult) -> str:
    """Relative addresses keep the user and password of the playlist's own URL, as they do in ffmpeg."""
    user, at, host = asked.netloc.rpartition("@")
    if at and came_from.netloc == host:
        came_from = came_from._replace(netloc=f"{user}@{host}")
    return urlunsplit(came_from)


def _sentence(error: Exception, timeout: float) -> str:
    if isinstance(error, urllib.error.HTTPError):
        circle = ", a redirect that leads nowhere" if 300 <= error.code < 400 else ""
        return f"HTTP {error.code}{circle}"
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    for kind, sentence in (
        (TimeoutError, f"timed out after {timeout:g} s"),
        (ConnectionRefusedError, "connection refused"),
        (RemoteDisconnected, "the server closed the connection without an answer"),
        (ConnectionResetError, "the connection was reset"),
        (IncompleteRead, "the answer was cut short"),
        (gaierror, "the host name cannot be resolved"),
        (zlib.error, "the answer's gzip encoding is broken"),
    ):
        if isinstance(error, kind):
            return sentence
    if isinstance(error, SSLCertVerificationError):
        return f"TLS: the certificate is not valid: {error.verify_message}"
    if isinstance(error, SSLError):
        return f"TLS: {error.reason or error}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return redact_text(f"{type(error).__name__}: {error}")
