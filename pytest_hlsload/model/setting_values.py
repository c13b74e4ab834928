"""
What is valid for a setting, and what is wrong with what is not

Each function takes any value as given, a text from the command line, the environment or an ini file, or any object from
Python, and returns the setting's; or raises ValueError with the end of a sentence.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec

from .setting_table import SettingError


def urls(value: object) -> tuple[tuple[str, int], ...]:
    """
    URLs with their weights: from a text of one or several with white space between them, each with its weight before
    it if it has one, as ``3x``; or from a list of such texts and of pairs (URL, weight). No URL has white space in it.
    """
    if isinstance(value, (list, tuple)) and not _is_pair(value):
        found = tuple(url for it in value for url in urls(it))
    elif _is_pair(value):
        found = ((_url(value[0]), count(value[1])),)  # type: ignore[index] # a pair
    else:
        found = tuple(_weighted(text(value).split()))
    if not found:
        raise ValueError("is not the URL of a playlist: there is none")
    return found


def _is_pair(value: object) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and isinstance(value[1], int)


def _weighted(words: Iterable[str]) -> Iterator[tuple[str, int]]:
    weight = ""
    for word in words:
        if not weight and word[-1] in "xX" and word[:-1].isdecimal():
            weight = word[:-1]
            continue
        yield _url(word), count(weight or 1)
        weight = ""
    if weight:
        raise ValueError("is not the URL of a playlist: a weight is written before its URL, '3x http://…'")


def _url(value: object) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(str(value))
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not the URL of a playlist: write http://… or https://…")
    return str(value)


def text(value: object) -> str:
    """A text or a path, which says something."""
    stripped = str(value).strip() if isinstance(value, str) or hasattr(value, "__fspath__") else ""
    if not stripped:
        raise ValueError("is not a text, or is empty")
    return stripped


def proxy(value: object) -> str:
    """Of the only kind that every ffmpeg can do."""
    from urllib.parse import urlsplit

    given = text(value)
    if not given.startswith("http://") or not urlsplit(given).hostname:
        raise ValueError("is not the URL of an HTTP proxy: write http://host:port or http://user:password@host:port")
    return given


def agent(value: object) -> str:
    """The beginning of a User-Agent."""
    given = text(value)
    if not given.isprintable():
        raise ValueError("is not a user agent: it has a character that HTTP forbids")
    return given


def count(value: object) -> int:
    """How many, one at least."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("is not a whole number: write 1 or more")
    try:
        number = int(value)
    except ValueError:
        raise ValueError("is not a whole number: write 1 or more") from None
    if number < 1:
        raise ValueError("is too few: write 1 or more")
    return number


def seed(value: object) -> int:
    """Any whole number."""
    try:
        return int(value) if isinstance(value, (int, str)) else int("")
    except ValueError:
        raise ValueError("is not a whole number") from None


def duration(value: object) -> float:
    """Seconds."""
    from .durations import parse_duration

    return parse_duration(value)


def positive(value: object) -> float:
    """Seconds, more than none."""
    seconds = duration(value)
    if seconds <= 0:
        raise ValueError("is too short: it must be more than 0 s")
    return seconds


def switch(value: object) -> bool:
    """On or off."""
    words = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
    on = value if isinstance(value, bool) else words.get(str(value).strip().lower())
    if on is None:
        raise ValueError("is neither on nor off")
    return on


def cluster(value: object) -> str:
    """A dask scheduler's address or file, or how many worker processes on this machine."""
    asked = text(value)
    kind, colon, number = asked.partition(":")
    if kind == "local" and colon:
        if not number.isdecimal() or int(number) < 1:
            raise ValueError("is no cluster: write local:2 for two worker processes on this machine")
        return asked
    scheme, slashes, address = asked.partition("://")
    if slashes and (scheme not in {"tcp", "tls", "ws", "wss", "ucx"} or not address):
        raise ValueError("is no cluster: write tcp://host:8786 or tls://host:8786, a scheduler file, or local:2")
    return asked


def lease(value: object) -> float:
    """Seconds, of which hosts need some."""
    seconds = duration(value)
    if seconds < 2:
        raise ValueError("is too short: hosts are asked for news twice a second; write 2s or more")
    return seconds


def port(value: object) -> int:
    """Of this machine, for those who ask for metrics."""
    try:
        number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else -1
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise ValueError("is no port: write a number up to 65535, or 0 for a free one")
    if find_spec("prometheus_client") is None:
        raise ValueError('needs prometheus-client: pip install "pytest-hlsload[metrics]"')
    return number


def how_to_show(value: object) -> str:
    """What shows on a terminal while a load runs."""
    how = one_of(("auto", "full", "line", "off"), value)
    if how == "full" and find_spec("rich") is None:
        raise ValueError('needs rich: pip install "pytest-hlsload[live]", or write line or auto')
    return how


def thresholds(value: object) -> tuple[str, ...]:
    """A text of one or several, or a list of them."""
    from .thresholds import split_thresholds

    return split_thresholds(value)


def variant(value: object) -> str:
    """Which of a multivariant playlist's."""
    from .variant import parse_variant

    return parse_variant(value)


def headers(value: object) -> Mapping[str, str]:
    """From a mapping, or from lines (or a list of lines) ``Name: value``."""
    if isinstance(value, Mapping):
        pairs = [(str(name), str(content)) for name, content in value.items()]
    else:
        lines = value.splitlines() if isinstance(value, str) else value
        if not isinstance(lines, (list, tuple)):
            raise ValueError("are not headers: write a mapping, or lines 'Name: value'")
        pairs = []
        for line in lines:
            name, colon, content = str(line).partition(":")
            if not colon:
                raise ValueError("are not headers: a line 'Name: value' has no colon")
            pairs.append((name, content))
    headers = {name.strip(): content.strip() for name, content in pairs}
    for name, content in headers.items():
        if not name or any(c in "\r\n\0 " for c in name) or any(c in "\r\n\0" for c in content):
            raise ValueError("are not headers: a name or value has a character that HTTP forbids")
    return headers


def one_of(choices: tuple[str, ...], value: object) -> str:
    """One of these words."""
    if value not in choices:
        raise ValueError(f"is none of {', '.join(choices)}")
    return str(value)


def seconds_from_call(what: str, value: object) -> float:
    """
    A duration that a method was given.

    Raises:
        SettingError: where it is none.
    """
    try:
        return duration(value)
    except ValueError as error:
        raise SettingError(f"duration {value!r} from {what}() {error}") from None
