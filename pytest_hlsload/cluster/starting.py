"""Starting a load on the hosts that its settings name"""

from collections.abc import Mapping
from pathlib import Path

from pytest_hlsload.model.client_options import ClientOptions
from pytest_hlsload.model.settings import LoadSettings

from .dask_engine import DaskEngine
from .engine import ClusterError
from .fleet import Fleet


def start_fleet(
    settings: LoadSettings,
    *,
    name: str,
    journal: Path,
    root: int | None = None,
    options: Mapping[int, ClientOptions] | None = None,
) -> Fleet:
    """
    Start a load on its cluster.

    Args:
        settings: of the load.
        name: whose load it is.
        journal: the file to record it in.
        root: a process behind this one, without which the load has no purpose either.
        options: of single clients.

    Raises:
        ClusterError: where the cluster cannot be reached, must not be, or cannot serve the load.
    """
    try:
        return Fleet(DaskEngine(settings), settings, name=name, journal=journal, root=root, options=options)
    except OSError as error:
        raise ClusterError(f"the load could not be started on its cluster: {error}") from None
