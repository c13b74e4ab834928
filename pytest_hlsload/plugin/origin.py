"""The embedded origin as a fixture"""

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pytest_hlsload.model.setting_table import SettingError

from .settings import value_for_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_hlsload.origin import Origin


@contextmanager
def running_origin(config: pytest.Config) -> "Iterator[Origin]":
    """An origin that encodes with the run's ffmpeg; where there is none, the test fails at set-up with the way out."""
    from pytest_hlsload.origin import Origin

    try:
        origin = Origin(value_for_run(config, "ffmpeg")).start()
    except (RuntimeError, SettingError) as error:  # the origin's own errors and those of finding ffmpeg
        pytest.fail(f"hls origin: {error}", pytrace=False)
    with origin:
        yield origin
