"""
The settings of a load as a table: names, what is valid, and what to do about what is not

One table. The plugin reads each setting from the marker, an option, the environment and the ini file; a plain script
gives it as a keyword. All end here, so that a value is judged in one place, whatever its source. This module is
imported in every pytest run of an environment, so it makes no dataclass and compiles no pattern.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

LOG_LEVELS = ("quiet", "panic", "fatal", "error", "warning", "info", "verbose", "debug", "trace")


class SettingError(ValueError):
    """A setting's value cannot be used; the message names the setting, its source and the mend."""


class Given:
    """
    A setting's value as somebody gave it.

    Attributes:
        value: as given: a string from the command line, the environment or an ini file, any object from Python.
        source: where it was given, as it reads after "from", for example "the hls_load marker".
    """

    __slots__ = ("source", "value")

    def __init__(self, value: object, source: str) -> None:
        self.value = value
        self.source = source


def _urls(value: object) -> tuple[tuple[str, int], ...]:
    """
    URLs with their weights: from a text of one or several with white space between them, each with its weight before
    it if it has one, as ``3x``; or from a list of such texts and of pairs (URL, weight). No URL has white space in it.
    """
    if isinstance(value, (list, tuple)) and not _is_pair(value):
        found = tuple(url for it in value for url in _urls(it))
    elif _is_pair(value):
        found = ((_url(value[0]), _count(value[1])),)  # type: ignore[index] # a pair
    else:
        found = tuple(_weighted(_text(value).split()))
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
        yield _url(word), _count(weight or 1)
        weight = ""
    if weight:
        raise ValueError("is not the URL of a playlist: a weight is written before its URL, '3x http://…'")


def _url(text: object) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(str(text))
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not the URL of a playlist: write http://… or https://…")
    return str(text)


def _text(value: object) -> str:
    text = str(value).strip() if isinstance(value, str) or hasattr(value, "__fspath__") else ""
    if not text:
        raise ValueError("is not a text, or is empty")
    return text


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("is not a whole number: write 1 or more")
    try:
        count = int(value)
    except ValueError:
        raise ValueError("is not a whole number: write 1 or more") from None
    if count < 1:
        raise ValueError("is too few: write 1 or more")
    return count


def _duration(value: object) -> float:
    from .durations import parse_duration

    return parse_duration(value)


def _positive(value: object) -> float:
    seconds = _duration(value)
    if seconds <= 0:
        raise ValueError("is too short: it must be more than 0 s")
    return seconds


def _switch(value: object) -> bool:
    words = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
    on = value if isinstance(value, bool) else words.get(str(value).strip().lower())
    if on is None:
        raise ValueError("is neither on nor off")
    return on


def _cluster(value: object) -> str:
    text = _text(value)
    kind, colon, number = text.partition(":")
    if kind == "local" and colon:
        if not number.isdecimal() or int(number) < 1:
            raise ValueError("is no cluster: write local:2 for two worker processes on this machine")
        return text
    scheme, slashes, address = text.partition("://")
    if slashes and (scheme not in {"tcp", "tls", "ws", "wss", "ucx"} or not address):
        raise ValueError("is no cluster: write tcp://host:8786 or tls://host:8786, a scheduler file, or local:2")
    return text


def _lease(value: object) -> float:
    seconds = _duration(value)
    if seconds < 2:
        raise ValueError("is too short: hosts are asked for news twice a second; write 2s or more")
    return seconds


def _choice(*choices: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError(f"is none of {', '.join(choices)}")
        return str(value)

    return parse


def _port(value: object) -> int:
    try:
        port = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else -1
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:
        raise ValueError("is no port: write a number up to 65535, or 0 for a free one")
    if find_spec("prometheus_client") is None:
        raise ValueError('needs prometheus-client: pip install "pytest-hlsload[metrics]"')
    return port


def _how_to_show(value: object) -> str:
    how = _choice("auto", "full", "line", "off")(value)
    if how == "full" and find_spec("rich") is None:
        raise ValueError('needs rich: pip install "pytest-hlsload[live]", or write line or auto')
    return how


def _thresholds(value: object) -> tuple[str, ...]:
    from .thresholds import split_thresholds

    return split_thresholds(value)


def _variant(value: object) -> str:
    from .variant import parse_variant

    return parse_variant(value)


def _headers(value: object) -> Mapping[str, str]:
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


class Setting:
    """
    One row of the table.

    Attributes:
        name: as in the marker; the option, variable and ini names are made from it.
        parse: from any given value to the field's; raises ValueError with the end of a sentence.
        help: one line, for ``--help`` and the README.
        metavar: what ``--help`` shows for the value; "" where the option alone says "on".
        secret: whether a value may hold a credential, so that an error must not repeat it.
    """

    __slots__ = ("help", "metavar", "name", "parse", "secret")

    def __init__(
        self,
        name: str,
        parse: Callable[[object], Any],
        help: str,  # noqa: A002  what argparse and pytest call it
        metavar: str,
        *,
        secret: bool = False,
    ) -> None:
        self.name = name
        self.parse = parse
        self.help = help
        self.metavar = metavar
        self.secret = secret

    def as_option(self, *, repeatable: bool) -> dict[str, Any]:
        """How argparse, and pytest's parser alike, takes it."""
        if not self.metavar:
            return {"action": "store_const", "const": "on"}
        return {"action": "append" if repeatable else "store", "metavar": self.metavar}


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "url",
        _urls,
        "playlist to read; of several, given one by one, clients get each by weight: '3x URL'",
        "URL",
        secret=True,
    ),
    Setting(
        "variant",
        _variant,
        "of a multivariant playlist: highest, lowest, all, a bandwidth or a height like 720p (default: highest)",
        "VARIANT",
    ),
    Setting("clients", _count, "number of clients (default: 1)", "N"),
    Setting("duration", _positive, "how long to soak after the last client was started (default: 60s)", "TIME"),
    Setting("warmup", _duration, "beginning of the load that thresholds leave out (default: 0s)", "TIME"),
    Setting("ramp", _duration, "spread the clients' starts over this time (default: 0s)", "TIME"),
    Setting("mode", _choice("copy", "decode"), "copy, or decode to count decode errors too (default: copy)", "MODE"),
    Setting(
        "thresholds",
        _thresholds,
        "what fails the test, '[PHASE:] METRIC.STAT OP VALUE'; may be given more than once",
        "THRESHOLD",
    ),
    Setting("abort", _thresholds, "thresholds whose breach ends a soak at once; likewise", "THRESHOLD"),
    Setting("ffmpeg", _text, "ffmpeg to use (default: from PATH, then from imageio-ffmpeg)", "PATH"),
    Setting("headers", _headers, "request header, 'Name: value'; may be given more than once", "HEADER", secret=True),
    Setting("startup_buffer", _duration, "media with which playback begins (default: 1s)", "TIME"),
    Setting("resume_buffer", _duration, "media with which it resumes after a stall (default: 2s)", "TIME"),
    Setting(
        "startup_timeout", _positive, "a client that has not played by then failed to start (default: 30s)", "TIME"
    ),
    Setting("mute_after", _positive, "restart a reader that delivers nothing for so long (default: 30s)", "TIME"),
    Setting("stable_after", _duration, "streaming that resets a client's failure count (default: 5s)", "TIME"),
    Setting("min_backoff", _positive, "shortest wait before a restart (default: 500ms)", "TIME"),
    Setting("max_backoff", _positive, "longest wait before a restart (default: 8s)", "TIME"),
    Setting("forward_buffer", _positive, "how far ahead of the viewer a VOD is fetched (default: 30s)", "TIME"),
    Setting("sentinel", _switch, "watch the playlist itself as well, on or off (default: on)", "ON|OFF"),
    Setting("summary_interval", _duration, "between two summary lines, 0 for none (default: 5s)", "TIME"),
    Setting(
        "live",
        _how_to_show,
        "what shows on a terminal while a load runs: full (needs rich), line, off, or auto, the best there is"
        " (default: auto)",
        "HOW",
    ),
    Setting(
        "metrics_port",
        _port,
        "serve metrics for Prometheus on this port of 127.0.0.1 while a load runs, 0 for a free one (needs the extra"
        " metrics)",
        "PORT",
    ),
    Setting("report_dir", _text, "folder for journals and reports (default: .hls-load)", "DIR"),
    Setting("html", _text, "write a page of all loads to this file (needs the extra html)", "PATH"),
    Setting("baseline", _text, "earlier report.json, or a folder of them, to hold the load against", "PATH"),
    Setting(
        "junit",
        _choice("system-out", "properties", "both", "none"),
        "where a JUnit file has the figures: system-out, properties (with junit_family=xunit1), both, none"
        " (default: system-out)",
        "WHERE",
    ),
    Setting("cluster", _cluster, "run on a dask cluster: scheduler address or file, or local:N", "CLUSTER"),
    Setting("cluster_insecure", _switch, "allow hosts beyond this machine without TLS (default: off)", ""),
    Setting("lease", _lease, "hosts end their readers after so long without the owner (default: 10s)", "TIME"),
    Setting(
        "placement",
        _choice("free-cpu", "even"),
        "spread clients over hosts by free-cpu, or even (default: free-cpu)",
        "HOW",
    ),
    Setting(
        "unfit_hosts",
        _choice("fail", "leave-out"),
        "a host that cannot serve: fail the load, or leave-out (default: fail)",
        "WHAT",
    ),
    Setting(
        "loglevel", _choice(*LOG_LEVELS), "show reader log lines of this level and worse (default: warning)", "LEVEL"
    ),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


def seconds_from_call(what: str, value: object) -> float:
    """
    A duration that a method was given.

    Raises:
        SettingError: where it is none.
    """
    try:
        return _duration(value)
    except ValueError as error:
        raise SettingError(f"duration {value!r} from {what}() {error}") from None
