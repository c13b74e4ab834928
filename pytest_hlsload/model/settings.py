"""
The settings of a load: names, defaults, what is valid, and what to do about what is not

One table. The plugin reads each setting from the marker, an option, the environment and the ini file; a plain script
gives it as a keyword. All end here, so that a value is judged in one place, whatever its source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .durations import parse_duration

_LOG_LEVELS = ("quiet", "panic", "fatal", "error", "warning", "info", "verbose", "debug", "trace")


class SettingError(ValueError):
    """A setting's value cannot be used; the message names the setting, its source and the mend."""


@dataclass(frozen=True, slots=True)
class Given:
    """
    A setting's value as somebody gave it.

    Attributes:
        value: as given: a string from the command line, the environment or an ini file, any object from Python.
        source: where it was given, as it reads after "from", for example "the hls_load marker".
    """

    value: object
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSettings:
    """
    What a load is to do. Durations and buffers are in seconds. Made by `resolve`.

    Attributes:
        url: the playlist; None where it is not known yet.
        clients: how many.
        duration: how long the load is soaked once the last client was started.
        ramp: over how long the clients' starts are spread.
        mode: "copy", or "decode" to decode as well and count decode errors.
        ffmpeg: path or name of the ffmpeg to use; None to look for one.
        headers: sent with every request of the readers.
        startup_buffer: media with which playback begins.
        resume_buffer: media with which it goes on after a stall.
        startup_timeout: after this long without playback a client counts as failed to start; it goes on trying.
        mute_after: a reader that delivers nothing for so long, and for four target durations, is killed and restarted.
        stable_after: this much streaming without a break resets a client's failure count.
        min_backoff: shortest wait before a restart.
        max_backoff: longest wait before a restart.
        forward_buffer: how far ahead of the viewer a VOD is fetched.
        summary_interval: between two summary lines; 0 for none.
        report_dir: where journals and reports go; None for ".hls-load" in the root folder.
        loglevel: ffmpeg lines of this level and worse are shown; readers themselves always log at "verbose".
    """

    url: str | None = None
    clients: int = 1
    duration: float = 60.0
    ramp: float = 0.0
    mode: str = "copy"
    ffmpeg: str | None = None
    headers: Mapping[str, str]
    startup_buffer: float = 1.0
    resume_buffer: float = 2.0
    startup_timeout: float = 30.0
    mute_after: float = 30.0
    stable_after: float = 5.0
    min_backoff: float = 0.5
    max_backoff: float = 8.0
    forward_buffer: float = 30.0
    summary_interval: float = 5.0
    report_dir: str | None = None
    loglevel: str = "error"


def _url(value: object) -> str:
    text = _text(value)
    parts = urlsplit(text)
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not the URL of a playlist: write http://… or https://…")
    return text


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


def _positive(value: object) -> float:
    seconds = parse_duration(value)
    if seconds <= 0:
        raise ValueError("is too short: it must be more than 0 s")
    return seconds


def _choice(*choices: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError(f"is none of {', '.join(choices)}")
        return str(value)

    return parse


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


@dataclass(frozen=True, slots=True)
class Setting:
    """
    One row of the table.

    Attributes:
        name: as in the marker; the option, variable and ini names are made from it.
        parse: from any given value to the field's; raises ValueError with the end of a sentence.
        help: one line, for ``--help`` and the README.
        metavar: what ``--help`` shows for the value.
        secret: whether a value may hold a credential, so that an error must not repeat it.
    """

    name: str
    parse: Callable[[object], Any]
    help: str
    metavar: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("url", _url, "playlist to read", "URL", secret=True),
    Setting("clients", _count, "number of clients (default: 1)", "N"),
    Setting("duration", _positive, "how long to soak after the last client was started (default: 60s)", "TIME"),
    Setting("ramp", parse_duration, "spread the clients' starts over this time (default: 0s)", "TIME"),
    Setting("mode", _choice("copy", "decode"), "copy, or decode to count decode errors too (default: copy)", "MODE"),
    Setting("ffmpeg", _text, "ffmpeg to use (default: from PATH, then from imageio-ffmpeg)", "PATH"),
    Setting("headers", _headers, "request header, 'Name: value'; may be given more than once", "HEADER", secret=True),
    Setting("startup_buffer", parse_duration, "media with which playback begins (default: 1s)", "TIME"),
    Setting("resume_buffer", parse_duration, "media with which it resumes after a stall (default: 2s)", "TIME"),
    Setting(
        "startup_timeout", _positive, "a client that has not played by then failed to start (default: 30s)", "TIME"
    ),
    Setting("mute_after", _positive, "restart a reader that delivers nothing for so long (default: 30s)", "TIME"),
    Setting("stable_after", parse_duration, "streaming that resets a client's failure count (default: 5s)", "TIME"),
    Setting("min_backoff", _positive, "shortest wait before a restart (default: 500ms)", "TIME"),
    Setting("max_backoff", _positive, "longest wait before a restart (default: 8s)", "TIME"),
    Setting("forward_buffer", _positive, "how far ahead of the viewer a VOD is fetched (default: 30s)", "TIME"),
    Setting("summary_interval", parse_duration, "between two summary lines, 0 for none (default: 5s)", "TIME"),
    Setting("report_dir", _text, "folder for journals and reports (default: .hls-load)", "DIR"),
    Setting(
        "loglevel", _choice(*_LOG_LEVELS), "show reader log lines of this level and worse (default: error)", "LEVEL"
    ),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


def resolve(given: Mapping[str, Given]) -> LoadSettings:
    """
    The settings of a load from what was given for each; the rest are defaults.

    Raises:
        SettingError: where a value cannot be used, or two do not go together.
    """
    values: dict[str, Any] = {"headers": {}}
    for name, it in given.items():
        setting = BY_NAME.get(name)
        if setting is None:
            raise SettingError(f"unknown setting {name!r} from {it.source}; known are: {', '.join(BY_NAME)}")
        try:
            values[name] = setting.parse(it.value)
        except ValueError as error:
            shown = "" if setting.secret else f" {it.value!r}"
            raise SettingError(f"{name}{shown} from {it.source} {error}") from None
    settings = LoadSettings(**values)
    if settings.max_backoff < settings.min_backoff:
        source = given.get("min_backoff", given.get("max_backoff"))
        raise SettingError(
            f"min_backoff {settings.min_backoff:g} s is more than max_backoff {settings.max_backoff:g} s"
            f" (from {source.source if source else 'the defaults'}): make it less"
        )
    return settings
