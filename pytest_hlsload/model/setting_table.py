"""
The settings of a load as a table

One table. The plugin reads each setting from the marker, an option, the environment and the ini file; a plain script
gives it as a keyword. All end here, so that a value is judged in one place, whatever its source. This module is
imported in every pytest run of an environment, so it makes no dataclass, compiles no pattern, and knows what judges
values by name only.
"""

from collections.abc import Mapping
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


class Setting:
    """
    One row of the table.

    Attributes:
        name: as in the marker; the option, variable and ini names are made from it.
        values: the function of `setting_values` that judges what is given, or the words to choose from.
        help: one line, for ``--help`` and the README.
        metavar: what ``--help`` shows for the value; "" where the option alone says "on".
        secret: whether a value may hold a credential, so that an error must not repeat it.
    """

    __slots__ = ("help", "metavar", "name", "secret", "values")

    def __init__(
        self,
        name: str,
        values: str | tuple[str, ...],
        help: str,  # noqa: A002  what argparse and pytest call it
        metavar: str,
        *,
        secret: bool = False,
    ) -> None:
        self.name = name
        self.values = values
        self.help = help
        self.metavar = metavar
        self.secret = secret

    def as_option(self, *, repeatable: bool) -> dict[str, Any]:
        """How argparse, and pytest's parser alike, takes it."""
        if not self.metavar:
            return {"action": "store_const", "const": "on"}
        return {"action": "append" if repeatable else "store", "metavar": self.metavar}

    def parse(self, value: object) -> Any:
        """
        From any given value to the setting's.

        Raises:
            ValueError: with the end of a sentence.
        """
        from . import setting_values

        if isinstance(self.values, tuple):
            return setting_values.one_of(self.values, value)
        return getattr(setting_values, self.values)(value)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "url",
        "urls",
        "playlist to read; of several, given one by one, clients get each by weight: '3x URL'",
        "URL",
        secret=True,
    ),
    Setting(
        "variant",
        "variant",
        "of a multivariant playlist: highest, lowest, all, a bandwidth or a height like 720p (default: highest)",
        "VARIANT",
    ),
    Setting("clients", "count", "number of clients (default: 1)", "N"),
    Setting("duration", "positive", "how long to soak after the last client was started (default: 60s)", "TIME"),
    Setting("warmup", "duration", "beginning of the load that thresholds leave out (default: 0s)", "TIME"),
    Setting("ramp", "duration", "spread the clients' starts over this time (default: 0s)", "TIME"),
    Setting(
        "churn",
        "duration",
        "mean viewing time: clients leave, and new ones take their places (default: 0s, all stay)",
        "TIME",
    ),
    Setting("seed", "seed", "of the audience: the same seed has the same comings and goings (default: 0)", "N"),
    Setting("mode", ("copy", "decode"), "copy, or decode to count decode errors too (default: copy)", "MODE"),
    Setting(
        "thresholds",
        "thresholds",
        "what fails the test, '[PHASE:] METRIC.STAT OP VALUE'; may be given more than once",
        "THRESHOLD",
    ),
    Setting("abort", "thresholds", "thresholds whose breach ends a soak at once; likewise", "THRESHOLD"),
    Setting("ffmpeg", "text", "ffmpeg to use (default: from PATH, then from imageio-ffmpeg)", "PATH"),
    Setting("headers", "headers", "request header, 'Name: value'; may be given more than once", "HEADER", secret=True),
    Setting("user_agent", "agent", "what readers call themselves, before '…/client-7' (default: nothing more)", "TEXT"),
    Setting("proxy", "proxy", "HTTP proxy for all requests, 'http://host:port' (default: none)", "URL", secret=True),
    Setting("startup_buffer", "duration", "media with which playback begins (default: 1s)", "TIME"),
    Setting("resume_buffer", "duration", "media with which it resumes after a stall (default: 2s)", "TIME"),
    Setting(
        "startup_timeout", "positive", "a client that has not played by then failed to start (default: 30s)", "TIME"
    ),
    Setting("mute_after", "positive", "restart a reader that delivers nothing for so long (default: 30s)", "TIME"),
    Setting("stable_after", "duration", "streaming that resets a client's failure count (default: 5s)", "TIME"),
    Setting("min_backoff", "positive", "shortest wait before a restart (default: 500ms)", "TIME"),
    Setting("max_backoff", "positive", "longest wait before a restart (default: 8s)", "TIME"),
    Setting("forward_buffer", "positive", "how far ahead of the viewer a VOD is fetched (default: 30s)", "TIME"),
    Setting("sentinel", "switch", "watch the playlist itself as well, on or off (default: on)", "ON|OFF"),
    Setting("summary_interval", "duration", "between two summary lines, 0 for none (default: 5s)", "TIME"),
    Setting(
        "live",
        "how_to_show",
        "what shows on a terminal while a load runs: full (needs rich), line, off, or auto, the best there is"
        " (default: auto)",
        "HOW",
    ),
    Setting(
        "metrics_port",
        "port",
        "serve metrics for Prometheus on this port of 127.0.0.1 while a load runs, 0 for a free one (needs the extra"
        " metrics)",
        "PORT",
    ),
    Setting("report_dir", "text", "folder for journals and reports (default: .hls-load)", "DIR"),
    Setting("html", "text", "write a page of all loads to this file (needs the extra html)", "PATH"),
    Setting("baseline", "text", "earlier report.json, or a folder of them, to hold the load against", "PATH"),
    Setting(
        "junit",
        ("system-out", "properties", "both", "none"),
        "where a JUnit file has the figures: system-out, properties (with junit_family=xunit1), both, none"
        " (default: system-out)",
        "WHERE",
    ),
    Setting("cluster", "cluster", "run on a dask cluster: scheduler address or file, or local:N", "CLUSTER"),
    Setting("cluster_insecure", "switch", "allow hosts beyond this machine without TLS (default: off)", ""),
    Setting("lease", "lease", "hosts end their readers after so long without the owner (default: 10s)", "TIME"),
    Setting(
        "placement",
        ("free-cpu", "even"),
        "spread clients over hosts by free-cpu, or even (default: free-cpu)",
        "HOW",
    ),
    Setting(
        "unfit_hosts",
        ("fail", "leave-out"),
        "a host that cannot serve: fail the load, or leave-out (default: fail)",
        "WHAT",
    ),
    Setting("loglevel", LOG_LEVELS, "show reader log lines of this level and worse (default: warning)", "LEVEL"),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
