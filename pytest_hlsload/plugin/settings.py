"""Where a pytest run's settings come from: call > option > environment > marker > ini > default"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from pytest_hlsload.model.setting_table import BY_NAME, SETTINGS, Given, SettingError

from .options import option_of

if TYPE_CHECKING:
    from pytest_hlsload.model.settings import LoadSettings

# Each may be right with what a test's marker says of the other, so the start of the run judges each alone.
_PAIRS = {"min_backoff": "max_backoff", "max_backoff": "min_backoff"}

# In the ini file these are relative to it.
_FILES = frozenset({"report_dir", "html"})

_NO_URL = (
    "no URL of a playlist. Give it in one of these ways: a fixture hls_url of your own that returns it,"
    " @pytest.mark.hls_load(url=…), the option --hls-url, the environment variable HLS_LOAD_URL, or hls_url in the"
    " ini file"
)


def run_settings(config: pytest.Config) -> dict[str, Given]:
    """What the command line and the environment say, without the older variables."""
    if not any(name.startswith("HLS_LOAD_") for name in os.environ):
        return _from_options(config)
    from pytest_hlsload.environment import from_own_variables

    return from_own_variables(os.environ) | _from_options(config)


def check(config: pytest.Config) -> None:
    """
    Judge, before any test runs, what was given for the whole run.

    The older variables are left to the tests that use a load: ``FFMPEG_LOGLEVEL`` may stand in the environment for
    somebody else, and must not stop a run that has nothing to do with this plugin.

    Raises:
        pytest.UsageError: where a value cannot be used.
    """
    given = _from_ini(config) | run_settings(config)
    if not given:
        return
    from pytest_hlsload.model.settings import resolve

    for name, it in given.items():
        try:
            resolve({name: it} | ({_PAIRS[name]: it} if name in _PAIRS else {}))
        except SettingError as error:
            raise pytest.UsageError(f"hls load: {error}") from None
    if "html" in given:
        from . import page

        page.check(config, given["html"].source)


def settings_of(config: pytest.Config, *, call: Mapping[str, Given], item: pytest.Item | None = None) -> "LoadSettings":
    """
    The settings of one load.

    Args:
        config: of the run.
        call: what the test's code itself gives.
        item: the test whose marker counts; None for a load that belongs to no one test.

    Raises:
        SettingError: where a value cannot be used, or there is no URL.
    """
    from pytest_hlsload.environment import from_variables
    from pytest_hlsload.model.settings import nearest, resolve

    markers = _from_markers(item) if item else []
    settings = resolve(nearest([_from_ini(config), *markers, from_variables(os.environ), _from_options(config), call]))
    if not settings.url:
        raise SettingError(_NO_URL)
    return settings


def value_for_run(config: pytest.Config, name: str) -> Any:
    """
    What the whole run was given for a setting; the default where that is nothing.

    Raises:
        SettingError: where the value cannot be used.
    """
    from pytest_hlsload.model.settings import resolve

    given = _from_ini(config) | run_settings(config)
    return getattr(resolve({name: given[name]} if name in given else {}), name)


def header(config: pytest.Config) -> list[str]:
    """What this run was given beside the ini file, and what that comes to where it has workers."""
    given = run_settings(config)
    lines = []
    if given:
        shown = ", ".join(f"{name}={_shown(name, it.value)} ({it.source})" for name, it in given.items())
        lines.append(f"hls load: {shown}")
    workers = config.getoption("numprocesses", None) or 0
    if workers and "clients" in (given | _from_ini(config)):
        clients = value_for_run(config, "clients")
        each = f"{clients} client{'s' * (clients > 1)} a load on each of {workers} worker{'s' * (workers > 1)}"
        lines.append(f"hls load: {each}: up to {workers * clients} at a time")
    if workers and "metrics_port" in (given | _from_ini(config)) and (port := value_for_run(config, "metrics_port")):
        last = workers - 1
        lines.append(f"hls load: metrics on ports {port} (gw0) to {port + last} (gw{last}) of 127.0.0.1")
    return lines


def _shown(name: str, value: object) -> str:
    from pytest_hlsload.model.redaction import redact_headers, redact_text

    if name in {"url", "proxy"}:
        return ", ".join(map(redact_text, value if isinstance(value, list) else [str(value)]))
    if name == "headers":
        return ", ".join(redact_headers(BY_NAME["headers"].parse(value)))
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _from_options(config: pytest.Config) -> dict[str, Given]:
    return {
        setting.name: Given(value, f"option {option_of(setting)}")
        for setting in SETTINGS
        if (value := config.getoption(f"hls_{setting.name}")) is not None
    }


def _from_markers(item: pytest.Item) -> list[dict[str, Given]]:
    """What each marker of the test, its class and its module says; the nearest last."""
    given: list[dict[str, Given]] = []
    for mark in item.iter_markers("hls_load"):
        if mark.args:
            raise SettingError(
                f"the hls_load marker takes keywords only, not {mark.args[0]!r}; known are: {', '.join(BY_NAME)}"
            )
        given.insert(0, {name: Given(value, "the hls_load marker") for name, value in mark.kwargs.items()})
    return given


def _from_ini(config: pytest.Config) -> dict[str, Given]:
    given: dict[str, Given] = {}
    for setting in SETTINGS:
        name = f"hls_{setting.name}"
        try:
            value: object = config.getini(name)
        except (TypeError, ValueError) as error:
            # pytest before 9.2 does not turn these into usage errors itself
            raise pytest.UsageError(f"hls load: {error}; before pytest 9.2, numbers are written in quotes") from None
        if value is None:
            continue
        if setting.name in _FILES:
            value = str(config.rootpath / str(value))
        given[setting.name] = Given(value, f"ini {name}")
    return given
