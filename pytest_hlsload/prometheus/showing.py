"""Whether a load's metrics are served, and by whom"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server import Load, MetricsServer


class Showing:
    """
    Args:
        port: the setting ``metrics_port``; None for nowhere.
        server: that serves other loads, too; without one, the load has its own for as long as it runs.
    """

    def __init__(self, port: int | None, server: "MetricsServer | None") -> None:
        self._port = port
        self._shared = server
        self._server = server
        self.url: str | None = None
        """Where they are served; None where they are not."""

    def begin(self, load: "Load") -> None:
        """
        The load begins.

        Raises:
            SettingError: where nothing can be served on the port.
        """
        if self._port is None:
            return
        if self._server is None:
            from .server import MetricsServer  # its library is an extra, and few loads need it

            self._server = MetricsServer(self._port)
        self._server.add(load)
        self.url = self._server.url

    def end(self, load: "Load") -> None:
        """The load has ended."""
        server, self._server = self._server, None
        if server is None:
            return
        server.remove(load)
        if self._shared is None:
            server.close()
