"""What may be shown of URLs: never credentials, never query strings, which carry tokens"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_URL = re.compile(
    r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)(?P<user>[^/\s'\"@]*@)?(?P<rest>[^\s?#'\"]*)(?P<query>[?#][^\s'\"]*)?"
)


def redact_url(url: str) -> str:
    """The URL without user, password, query and fragment; a query that was there shows as ``?…``."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "(not a URL)"
    return f"{parts.scheme}://{host}{parts.path}{'?…' if parts.query else ''}"


def redact_text(text: str) -> str:
    """Any text with the URLs in it redacted."""
    if "://" not in text:
        return text
    return _URL.sub(lambda m: f"{m['scheme']}{m['rest']}{'?…' if m['query'] else ''}", text)


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Header names; all values are hidden, since any of them may be a secret."""
    return dict.fromkeys(headers, "…")
