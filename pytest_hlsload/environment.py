"""Settings from the environment, for the plugin and the command line alike"""

from collections.abc import Mapping

from .model.setting_table import SETTINGS, Given, Setting

# Names from before this plugin's own; the plugin's own are nearer.
_OLDER = {
    "summary_interval": "LOAD_TEST_SUMMARY_INTERVAL",
    "stable_after": "LOAD_TEST_STABLE_AFTER",
    "min_backoff": "LOAD_TEST_MIN_BACKOFF",
    "max_backoff": "LOAD_TEST_MAX_BACKOFF",
    "loglevel": "FFMPEG_LOGLEVEL",
}


def variable_of(setting: Setting) -> str:
    """The environment variable of a setting."""
    return f"HLS_LOAD_{setting.name.upper()}"


def from_own_variables(environ: Mapping[str, str]) -> dict[str, Given]:
    """What the variables ``HLS_LOAD_…`` say."""
    return _given(environ, {setting.name: variable_of(setting) for setting in SETTINGS})


def from_variables(environ: Mapping[str, str]) -> dict[str, Given]:
    """What all variables say, the older ones included."""
    return _given(environ, _OLDER) | from_own_variables(environ)


def _given(environ: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, Given]:
    # CI sets variables it has no value for to the empty text.
    return {
        name: Given(value, f"environment variable {variable}")
        for name, variable in variables.items()
        if (value := environ.get(variable))
    }
