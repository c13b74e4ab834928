import os

import pytest

from pytest_hlsload.reader.binary import find_ffmpeg

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    """The ffmpeg under test: HLSLOAD_TEST_FFMPEG, or the one that a load would find."""
    return find_ffmpeg(os.environ.get("HLSLOAD_TEST_FFMPEG")).path
