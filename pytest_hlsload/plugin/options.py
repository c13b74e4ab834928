"""
The settings as pytest's options and ini names, and whether a run was given any

All that a run without a load needs of them; what they come to is in `settings`.
"""

import os
from typing import Any

import pytest

from pytest_hlsload.model.setting_table import BY_NAME, SETTINGS, Setting

_REPEATABLE = frozenset({"url", "headers", "thresholds", "abort"})

# Of these, several stand in the lines of an ini file. Of URLs most have one, which is no list in a TOML file.
_LINES = _REPEATABLE - {"url"}


def option_of(setting: Setting) -> str:
    """The command-line option of a setting."""
    # One is given at a time.
    name = "threshold" if setting.name == "thresholds" else setting.name
    return f"--hls-{name.replace('_', '-')}"


def add_options(parser: pytest.Parser) -> None:
    """An option and an ini name for every setting of the table, with one help text."""
    group = parser.getgroup("hls_load", "HLS load (pytest-hlsload)")
    for setting in SETTINGS:
        repeatable = setting.name in _REPEATABLE
        # None is "not given": any other default would hide the environment, the marker and the ini file.
        group.addoption(
            option_of(setting),
            dest=f"hls_{setting.name}",
            default=None,
            help=setting.help.replace("%", "%%"),
            **setting.as_option(repeatable=repeatable),
        )
        parser.addini(f"hls_{setting.name}", setting.help, type=_ini_type(setting.name), default=None)


def _ini_type(name: str) -> Any:
    if name in _LINES:
        return "linelist"
    # From 9.2 on a TOML file may hold plain numbers; before, only texts.
    return (str | int | float) if pytest.version_tuple >= (9, 2) else "string"


def marker_line() -> str:
    """What ``pytest --markers`` shows."""
    return f"hls_load({', '.join(f'{name}=...' for name in BY_NAME)}): settings of the test's hls_load fixture."


def given_any(config: pytest.Config) -> bool:
    """Whether the command line, the environment or the ini file says anything, be it right or wrong."""
    return (
        any(name.startswith("HLS_LOAD_") for name in os.environ)
        or any(config.getoption(f"hls_{name}") is not None for name in BY_NAME)
        or any(_in_ini(config, name) for name in BY_NAME)
    )


def _in_ini(config: pytest.Config, name: str) -> bool:
    try:
        return config.getini(f"hls_{name}") is not None
    except (TypeError, ValueError):
        return True  # pytest before 9.2; what it says will be judged
