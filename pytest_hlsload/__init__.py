"""
Soak-test an HLS origin or CDN from pytest: supervised ffmpeg readers, and what a viewer would have seen

The public names are imported when they are first used, because this package is imported in every pytest run of an
environment that it is installed in.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .journal.reading import JournalError, read_report
    from .load import HlsLoad
    from .model.breaches import ThresholdBreach
    from .model.client_report import ClientReport
    from .model.errors import LoadAborted, LoadError, LoadTimeout
    from .model.report import LoadReport
    from .model.setting_table import SettingError
    from .model.spread import Spread
    from .model.stalls import ReaderExit, Stall
    from .model.states import State, Transition

    __version__: str

__all__ = [
    "ClientReport",
    "HlsLoad",
    "JournalError",
    "LoadAborted",
    "LoadError",
    "LoadReport",
    "LoadTimeout",
    "ReaderExit",
    "SettingError",
    "Spread",
    "Stall",
    "State",
    "ThresholdBreach",
    "Transition",
    "__version__",
    "read_report",
]

_HOMES = {
    "ClientReport": "model.client_report",
    "HlsLoad": "load",
    "JournalError": "journal.reading",
    "LoadAborted": "model.errors",
    "LoadError": "model.errors",
    "LoadReport": "model.report",
    "LoadTimeout": "model.errors",
    "ReaderExit": "model.stalls",
    "SettingError": "model.setting_table",
    "Spread": "model.spread",
    "Stall": "model.stalls",
    "State": "model.states",
    "ThresholdBreach": "model.breaches",
    "Transition": "model.states",
    "read_report": "journal.reading",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("pytest-hlsload")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
