"""Starting a load on this machine"""

from collections.abc import Mapping
from pathlib import Path

from pytest_hlsload.model.client_options import ClientOptions
from pytest_hlsload.model.errors import LoadError
from pytest_hlsload.model.settings import LoadSettings
from pytest_hlsload.reader.binary import FfmpegError

from .launch import SupervisorProcess
from .ordering import order_for


def start_supervisor(
    settings: LoadSettings,
    *,
    name: str,
    journal: Path,
    root: int | None = None,
    options: Mapping[int, ClientOptions] | None = None,
) -> SupervisorProcess:
    """
    Start a load's supervisor.

    Args:
        settings: of the load.
        name: whose load it is.
        journal: the file to record it in.
        root: a process behind this one, without which the load has no purpose either.
        options: of single clients.

    Raises:
        LoadError: where there is no ffmpeg that works, or the process could not be started.
    """
    try:
        order = order_for(settings, name=name, journal=journal, root=root, options=options)
        return SupervisorProcess(order, journal.with_suffix(".err"))
    except FfmpegError as error:
        raise LoadError(str(error)) from None
    except OSError as error:
        raise LoadError(f"the supervisor could not be started: {error}") from None
