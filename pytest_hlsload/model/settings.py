"""What a load is to do: the settings of the table, resolved"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .redaction import redact_url
from .setting_table import BY_NAME, SETTINGS, Given, Setting, SettingError

__all__ = ["SETTINGS", "Given", "LoadSettings", "Setting", "SettingError", "resolve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSettings:
    """
    What a load is to do. Durations and buffers are in seconds. Made by `resolve`.

    Attributes:
        url: the playlists, each with its weight; none where it is not known yet.
        variant: what is read of a multivariant playlist: "highest", "lowest", "all" (shared out over the clients), a
            bandwidth in digits or a height like "720p".
        clients: how many.
        duration: how long the load is soaked once the last client was started.
        warmup: the beginning of the load that thresholds leave out.
        ramp: over how long the clients' starts are spread.
        churn: for how long viewers watch in the mean, before others take their places; 0 where all stay.
        seed: of who watches for how long.
        mode: "copy", or "decode" to decode as well and count decode errors.
        thresholds: what the load is held to, see `thresholds`.
        abort: the same, and a breach ends a soak at once.
        ffmpeg: path or name of the ffmpeg to use; None to look for one.
        headers: sent with every request of the readers.
        user_agent: what readers call themselves before the load's and the client's own words; None for nothing.
        proxy: through which all requests go, of readers, probe and sentinel; None for no proxy.
        startup_buffer: media with which playback begins.
        resume_buffer: media with which it goes on after a stall.
        startup_timeout: after this long without playback a client counts as failed to start; it goes on trying.
        mute_after: a reader that delivers nothing for so long, and for four target durations, is killed and restarted.
        stable_after: this much streaming without a break resets a client's failure count.
        min_backoff: shortest wait before a restart.
        max_backoff: longest wait before a restart.
        forward_buffer: how far ahead of the viewer a VOD is fetched.
        sentinel: whether one more poller watches the playlist as long as the load runs; the probe looks anyhow.
        summary_interval: between two summary lines; 0 for none.
        live: what shows on a terminal meanwhile: "full", "line", "off" (then there are no summary lines either) or
            "auto".
        metrics_port: where Prometheus finds metrics while the load runs; 0 for a free port, None for nowhere.
        report_dir: where journals and reports go; None for ".hls-load" in the root folder.
        html: the file of the page that shows the load; None for none.
        baseline: an earlier report to hold the load against, or a folder of them.
        junit: where a JUnit file has the figures: "system-out", "properties", "both", "none".
        cluster: hosts to run on: a dask scheduler's address or file, or "local:N" for N processes here; None for none.
        cluster_insecure: whether hosts beyond this machine may be reached without TLS.
        lease: hosts that have not heard of the owner for so long end their readers, and are lost to it.
        placement: how clients are spread over hosts: "free-cpu" or "even".
        unfit_hosts: what becomes of a host that cannot serve: "fail" the load, or "leave-out".
        loglevel: ffmpeg lines of this level and worse are shown; readers themselves always log at "verbose".
    """

    url: tuple[tuple[str, int], ...] = ()
    variant: str = "highest"
    clients: int = 1
    duration: float = 60.0
    warmup: float = 0.0
    ramp: float = 0.0
    churn: float = 0.0
    seed: int = 0
    mode: str = "copy"
    thresholds: tuple[str, ...] = ()
    abort: tuple[str, ...] = ()
    ffmpeg: str | None = None
    headers: Mapping[str, str]
    user_agent: str | None = None
    proxy: str | None = None
    startup_buffer: float = 1.0
    resume_buffer: float = 2.0
    startup_timeout: float = 30.0
    mute_after: float = 30.0
    stable_after: float = 5.0
    min_backoff: float = 0.5
    max_backoff: float = 8.0
    forward_buffer: float = 30.0
    sentinel: bool = True
    summary_interval: float = 5.0
    live: str = "auto"
    metrics_port: int | None = None
    report_dir: str | None = None
    html: str | None = None
    baseline: str | None = None
    junit: str = "system-out"
    cluster: str | None = None
    cluster_insecure: bool = False
    lease: float = 10.0
    placement: str = "free-cpu"
    unfit_hosts: str = "fail"
    loglevel: str = "warning"

    @property
    def shown_urls(self) -> tuple[str, ...]:
        """As they may be shown: without secrets, each with its weight before it where it has one."""
        return tuple(f"{f'{weight}x ' if weight != 1 else ''}{redact_url(url)}" for url, weight in self.url)


_ADD_UP = ("thresholds", "abort")


def nearest(layers: Iterable[Mapping[str, Given]]) -> dict[str, Given]:
    """
    What counts of several sources, the nearest last. Thresholds add up, figure by figure.

    Raises:
        SettingError: where thresholds cannot be used.
    """
    from .thresholds import add_up

    layers = tuple(layers)
    counts = {name: it for layer in layers for name, it in layer.items()}
    for name in _ADD_UP:
        if name in counts:
            texts = add_up(_parse(name, layer[name]) for layer in layers if name in layer)
            counts[name] = Given(texts, counts[name].source)
    return counts


def resolve(given: Mapping[str, Given]) -> LoadSettings:
    """
    The settings of a load from what was given for each; the rest are defaults.

    Raises:
        SettingError: where a value cannot be used, or two do not go together.
    """
    values: dict[str, Any] = {"headers": {}}
    for name, it in given.items():
        values[name] = _parse(name, it)
    settings = LoadSettings(**values)
    if not settings.sentinel:
        _refuse_what_the_sentinel_tells(settings, given)
    if settings.max_backoff < settings.min_backoff:
        source = given.get("min_backoff", given.get("max_backoff"))
        raise SettingError(
            f"min_backoff {settings.min_backoff:g} s is more than max_backoff {settings.max_backoff:g} s"
            f" (from {source.source if source else 'the defaults'}): make it less"
        )
    return settings


def _refuse_what_the_sentinel_tells(settings: LoadSettings, given: Mapping[str, Given]) -> None:
    from .thresholds import parse_threshold

    for name in _ADD_UP:
        for text in getattr(settings, name):
            if parse_threshold(text).metric.of_stream:
                raise SettingError(
                    f"{name} {text!r} from {given[name].source} speaks of the stream, which the sentinel watches, and"
                    f" sentinel from {given['sentinel'].source} is off: switch it on, or leave the threshold out"
                )


def _parse(name: str, it: Given) -> Any:
    setting = BY_NAME.get(name)
    if setting is None:
        raise SettingError(f"unknown setting {name!r} from {it.source}; known are: {', '.join(BY_NAME)}")
    try:
        return setting.parse(it.value)
    except ValueError as error:
        shown = "" if setting.secret else f" {it.value!r}"
        raise SettingError(f"{name}{shown} from {it.source} {error}") from None
