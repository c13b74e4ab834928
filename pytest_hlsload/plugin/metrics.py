"""The run's ports for Prometheus: one for all loads that name the same, from the first of them to the run's end"""

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from pytest_hlsload.model.setting_table import SettingError

if TYPE_CHECKING:
    from pytest_hlsload.prometheus.server import MetricsServer

_SERVERS = pytest.StashKey[dict[int, "MetricsServer"]]()


def server_of(config: pytest.Config, port: int | None) -> "MetricsServer | None":
    """
    Who serves a load's metrics.

    Args:
        config: of the run.
        port: the setting ``metrics_port``. Of xdist's workers, gw0 has this one, gw1 the next, and so on; where it is
            0, each has a free one.

    Raises:
        SettingError: where nothing can be served there.
    """
    if port is None:
        return None
    servers = config.stash.setdefault(_SERVERS, {})
    if port not in servers:
        from pytest_hlsload.prometheus.server import MetricsServer

        servers[port] = MetricsServer(_port_of(config, port))
        config.add_cleanup(servers[port].close)
        _say(config, f"hls load: metrics on {servers[port].url}")
    return servers[port]


def _port_of(config: pytest.Config, port: int) -> int:
    worker: str = getattr(config, "workerinput", {}).get("workerid", "gw0")
    number = int(worker.removeprefix("gw")) if port else 0
    if port + number > 65535:
        raise SettingError(f"metrics_port {port} leaves none for worker {worker}: give a lower one, or 0")
    return port + number


def _say(config: pytest.Config, sentence: str) -> None:
    """Before the test's own output, in the process that has the terminal."""
    reporter: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput") or config.get_verbosity() < 0:
        return
    capture = config.pluginmanager.get_plugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture is not None else nullcontext():
        reporter.write_line(sentence)
