"""Making a supervisor's order in its owner's process"""

import os
import platform
import sys
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pytest_hlsload.model.client_options import ClientOptions
from pytest_hlsload.model.redaction import redact_headers
from pytest_hlsload.model.settings import LoadSettings
from pytest_hlsload.reader.binary import features, find_ffmpeg

from .identity import started_at
from .order import Order

PORTABLE = "HLSLOAD_PORTABLE"
"""Set in the environment, a supervisor does without what only Linux has. For tests."""

# With the owner's own path: m3u8 must be found wherever the owner finds it.
_PROBE = "import sys; sys.path[:] = {path!r}; from pytest_hlsload.sentinel.__main__ import main; main()"


def order_for(
    settings: LoadSettings,
    *,
    name: str,
    journal: Path,
    root: int | None = None,
    options: Mapping[int, ClientOptions] | None = None,
) -> Order:
    """
    The order for a load with these settings.

    Args:
        settings: of the load.
        name: whose load it is.
        journal: the file to record it in.
        root: a process behind this one, without which the load has no purpose either.
        options: of single clients.

    Raises:
        FfmpegError: where there is no ffmpeg that works.
    """
    ffmpeg = find_ffmpeg(settings.ffmpeg)
    known = features(ffmpeg)
    shown: dict[str, Any] = asdict(settings)
    urls = settings.shown_urls
    shown["url"] = urls[0] if len(urls) == 1 else urls
    shown["headers"] = redact_headers(settings.headers)
    shown["name"] = name
    machine = {
        "system": platform.platform(terse=True),
        "cores": os.cpu_count(),
        "pytest_hlsload": version("pytest-hlsload"),
        "python": platform.python_version(),
        "ffmpeg": ffmpeg.path,
        "ffmpeg_version": known.version,
        "ffmpeg_from": ffmpeg.source,
    }
    return Order(
        id=uuid.uuid4().hex[:8],
        journal=str(journal.resolve()),
        settings=settings,
        shown_settings=shown,
        machine=machine,
        ffmpeg=ffmpeg.path,
        hls_options=sorted(known.hls_options),
        probe=[sys.executable, "-c", _PROBE.format(path=sys.path)],
        owners=[(pid, started_at(pid)) for pid in (os.getpid(), root) if pid is not None],
        options=options or {},
        portable=bool(os.environ.get(PORTABLE)),
    )
