"""Finding ffmpeg, and finding out what it can do"""

import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# A healthy ffmpeg answers in 0.1 s; a busy machine may take its time.
_PATIENCE = 20.0


class FfmpegError(RuntimeError):
    """There is no ffmpeg that could be used; the message says what to do."""


class FfmpegNotFound(FfmpegError):
    """No ffmpeg was found."""


@dataclass(frozen=True, slots=True)
class FoundFfmpeg:
    """
    An ffmpeg on this machine.

    Attributes:
        path: of the executable, absolute.
        source: how it was found, as it reads after "from".
    """

    path: str
    source: str


@dataclass(frozen=True, slots=True)
class Features:
    """
    What an ffmpeg says of itself.

    Attributes:
        version: for example "5.1.9-0+deb12u1".
        hls_options: the HLS demuxer's options; an unknown one is fatal at start, so only these may be given.
    """

    version: str
    hls_options: frozenset[str]


def find_ffmpeg(setting: str | None = None) -> FoundFfmpeg:
    """
    The ffmpeg to use: the setting's, or the one on PATH, or that of the ``imageio-ffmpeg`` package.

    Raises:
        FfmpegNotFound: where there is none; the message names the ways to get one.
    """
    if setting:
        path = shutil.which(setting)
        if path is None:
            raise FfmpegNotFound(f"there is no executable ffmpeg at {setting!r} (setting ffmpeg): correct the path")
        return FoundFfmpeg(str(Path(path).absolute()), "the setting ffmpeg")
    if path := shutil.which("ffmpeg"):
        return FoundFfmpeg(str(Path(path).absolute()), "PATH")
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return FoundFfmpeg(str(Path(get_ffmpeg_exe()).absolute()), "the package imageio-ffmpeg")
    except (ImportError, RuntimeError):
        raise FfmpegNotFound(
            "no ffmpeg was found. Three ways to get one: install your system's package (apt-get install ffmpeg), or "
            'pip install "pytest-hlsload[ffmpeg]", or name an executable with --hls-ffmpeg, HLS_LOAD_FFMPEG or '
            "the setting ffmpeg"
        ) from None


def features(ffmpeg: FoundFfmpeg) -> Features:
    """
    What this ffmpeg can do; asked once a binary.

    Raises:
        FfmpegError: where it does not run, or is no ffmpeg.
    """
    return _features(ffmpeg, _fingerprint(ffmpeg.path))


def _fingerprint(path: str) -> tuple[int, int]:
    """So that an ffmpeg that was exchanged while this process lives is asked again."""
    try:
        status = Path(path).stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


@functools.lru_cache(maxsize=16)
def _features(ffmpeg: FoundFfmpeg, fingerprint: tuple[int, int]) -> Features:  # noqa: ARG001  part of the cache's key
    asked = [ffmpeg.path, "-nostdin", "-h", "demuxer=hls"]
    named = f"the ffmpeg at {ffmpeg.path} (from {ffmpeg.source})"
    try:
        answer = subprocess.run(
            asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False, env=environment()
        )
    except subprocess.TimeoutExpired:
        raise FfmpegError(f"{named} did not answer within {_PATIENCE:g} s when asked for its options") from None
    except OSError as error:
        raise FfmpegError(f"{named} cannot be run: {error.strerror}") from None
    text = (answer.stderr + b"\n" + answer.stdout).decode("utf-8", "replace")
    if answer.returncode < 0:
        raise FfmpegError(
            f"{named} crashed (signal {-answer.returncode}) when asked for its options: "
            "use another, with the setting ffmpeg"
        )
    version = re.search(r"^ffmpeg version (\S+)", text, re.MULTILINE)
    if answer.returncode or version is None:
        last = next((line for line in reversed(text.splitlines()) if line.strip()), "it printed nothing")
        raise FfmpegError(f"{named} is no working ffmpeg (exit status {answer.returncode}): {last.strip()[:200]}")
    options = frozenset(re.findall(r"^\s+-(\w+)\s+<", text, re.MULTILINE))
    if "live_start_index" not in options:
        raise FfmpegError(f"{named} has no HLS demuxer: use another, with the setting ffmpeg")
    return Features(version[1], options)


def environment(proxy: str | None = None) -> dict[str, str]:
    """
    The environment that an ffmpeg of ours runs in: this one's, without what would change what it measures or prints
    (a proxy for loopback, a log file, colours).

    Args:
        proxy: for all its requests. Here and not on its command line, where all users of the machine see it.
    """
    unwanted = {"FFREPORT", "AV_LOG_FORCE_COLOR", "AV_LOG_FORCE_256COLOR", "http_proxy", "no_proxy"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    asked_for = {"http_proxy": proxy} if proxy else {}
    return {**kept, **asked_for, "AV_LOG_FORCE_NOCOLOR": "1", "LC_ALL": "C"}
