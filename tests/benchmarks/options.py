"""Options that benchmarks have in common"""

import argparse
import contextlib
import shutil

from imageio_ffmpeg import get_ffmpeg_exe

from pytest_hlsload.model.media import Stream
from pytest_hlsload.reader.binary import FoundFfmpeg, features, find_ffmpeg
from pytest_hlsload.reader.command import Input, ReaderOptions, reader_command


def give_ffmpeg(parser: argparse.ArgumentParser) -> None:
    """An argument for the ffmpeg that reads."""
    parser.add_argument("ffmpeg", nargs="?", help="without it, the one that a load would find")


def ffmpeg_of(given: argparse.Namespace) -> str:
    """Its path."""
    return find_ffmpeg(given.ffmpeg).path


def version(ffmpeg: str) -> str:
    """As ffmpeg says it."""
    return features(FoundFfmpeg(ffmpeg, "the command line")).version


def bare_readers(url: str, clients: int, ffmpeg: str) -> list[list[str]]:
    """The commands that a load would run, their output thrown away."""
    options = ReaderOptions(
        ffmpeg=ffmpeg,
        hls_options=frozenset(features(FoundFfmpeg(ffmpeg, "the command line")).hls_options),
        decode=False,
        headers={},
        mute_after=30.0,
    )
    place = Input(url=url, join=4)
    return [
        reader_command(options, [place], user_agent=f"bare-{number}", streams=list(Stream), outputs=[1, 1])
        for number in range(clients)
    ]


def both_ffmpegs() -> list[str]:
    """The system's, and that of the package imageio-ffmpeg, as far as they are there."""
    found = [path for path in (shutil.which("ffmpeg"),) if path]
    with contextlib.suppress(ImportError, RuntimeError):
        found.append(get_ffmpeg_exe())
    return found
