"""Options that benchmarks have in common"""

import argparse

from pytest_hlsload.reader.binary import FoundFfmpeg, features, find_ffmpeg


def give_ffmpeg(parser: argparse.ArgumentParser) -> None:
    """An argument for the ffmpeg that reads."""
    parser.add_argument("ffmpeg", nargs="?", help="without it, the one that a load would find")


def ffmpeg_of(given: argparse.Namespace) -> str:
    """Its path."""
    return find_ffmpeg(given.ffmpeg).path


def version(ffmpeg: str) -> str:
    """As ffmpeg says it."""
    return features(FoundFfmpeg(ffmpeg, "the command line")).version
