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
from pytest_hlsload.model.redaction import redact_headers, redact_url
from pytest_hlsload.model.settings import LoadSettings
from pytest_hlsload.reader.binary import features, find_ffmpeg

from .identity import started_at
from .order import Order

PORTABLE = "HLSLOAD_PORTABLE"
"""Set in the environment, a supervisor does without what only Linux has. For tests."""

# With the owner's own path: m3u8 must be found wherever the owner finds it.
_PROBE = "import sys; sys.path[:] = {path!r}; from pytest_hlsload.sentinel.__main__ import main; main()"


def probe_command() -> list[str]:
    """The command that looks at a playlist, see ``sentinel``."""
    return [sys.executable, "-c", _PROBE.format(path=sys.path)]


def new_id() -> str:
    """A load's id, which no other load has."""
    return uuid.uuid4().hex[:8]


def shown_settings(settings: LoadSettings, *, name: str) -> dict[str, Any]:
    """A load's settings for the journal, without secrets, and whose load it is."""
    urls = settings.shown_urls
    return {
        **asdict(settings),
        "url": urls[0] if len(urls) == 1 else urls,
        "headers": redact_headers(settings.headers),
        "proxy": redact_url(settings.proxy) if settings.proxy else None,
        "name": name,
    }


def order_for(
    settings: LoadSettings,
    *,
    name: str,
    journal: Path,
    root: int | None = None,
    options: Mapping[int, ClientOptions] | None = None,
    id: str | None = None,  # noqa: A002  the load's word for it
    first: int = 1,
    of_all: int = 0,
    lease: float | None = None,
) -> Order:
    """
    The order for a load with these settings.

    Args:
        settings: of the load.
        name: whose load it is.
        journal: the file to record it in.
        root: a process behind this one, without which the load has no purpose either.
        options: of single clients.
        id: of the load; by default a new one.
        first: see `Order.first`.
        of_all: see `Order.of_all`.
        lease: see `Order.lease`.

    Raises:
        FfmpegError: where there is no ffmpeg that works.
    """
    ffmpeg = find_ffmpeg(settings.ffmpeg)
    known = features(ffmpeg)
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
        id=id or new_id(),
        journal=str(journal.resolve()),
        settings=settings,
        shown_settings=shown_settings(settings, name=name),
        machine=machine,
        ffmpeg=ffmpeg.path,
        hls_options=sorted(known.hls_options),
        probe=probe_command(),
        owners=[(pid, started_at(pid)) for pid in (os.getpid(), root) if pid is not None],
        options=options or {},
        portable=bool(os.environ.get(PORTABLE)),
        first=first,
        of_all=of_all,
        lease=lease,
    )
