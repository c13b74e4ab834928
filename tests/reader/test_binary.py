"""Finding ffmpeg on machines that have it, lack it, or have one that is broken."""

import stat
from pathlib import Path

import pytest

from pytest_hlsload.reader.binary import FfmpegError, FfmpegNotFound, FoundFfmpeg, environment, features, find_ffmpeg


def executable(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_setting_comes_first(tmp_path: Path) -> None:
    mine = executable(tmp_path / "my-ffmpeg", "true")

    assert find_ffmpeg(str(mine)) == FoundFfmpeg(str(mine), "the setting ffmpeg")


def test_then_comes_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "ffmpeg", "true")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_ffmpeg() == FoundFfmpeg(str(tmp_path / "ffmpeg"), "PATH")


def test_then_comes_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("imageio_ffmpeg")
    monkeypatch.setenv("PATH", str(tmp_path))

    found = find_ffmpeg()
    assert found.source == "the package imageio-ffmpeg"
    assert Path(found.path).is_file()


def test_without_any_the_error_names_the_three_ways_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)

    with pytest.raises(FfmpegNotFound, match=r"apt-get install ffmpeg.*pip install.*--hls-ffmpeg"):
        find_ffmpeg()


def test_a_setting_that_names_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(FfmpegNotFound, match=r"no executable ffmpeg at .*nowhere.*setting ffmpeg"):
        find_ffmpeg(str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("kill -SEGV $$", r"crashed \(signal 11\)"),
        ("exit 3", r"exit status 3.*printed nothing"),
        ("echo hello", "hello"),
        ("echo 'ffmpeg version 4.0 Copyright'; echo 'Demuxer none'", "no HLS demuxer"),
    ],
)
def test_a_broken_ffmpeg_is_told_before_anything_starts(tmp_path: Path, script: str, said: str) -> None:
    broken = executable(tmp_path / "ffmpeg", script)

    with pytest.raises(FfmpegError, match=f"{broken}.*{said}"):
        features(FoundFfmpeg(str(broken), "the setting ffmpeg"))


def test_what_ffmpeg_can_do_is_asked_of_itself(ffmpeg: str) -> None:
    known = features(FoundFfmpeg(ffmpeg, "the test"))

    assert {"live_start_index", "max_reload", "http_persistent"} <= known.hls_options
    assert known.version[0].isdigit() or known.version[0] in {"n", "N"}


def test_readers_do_not_inherit_what_would_change_their_output(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FFREPORT", "http_proxy", "no_proxy", "AV_LOG_FORCE_COLOR"):
        monkeypatch.setenv(name, "x")

    assert not {"FFREPORT", "http_proxy", "no_proxy", "AV_LOG_FORCE_COLOR"} & environment().keys()
    assert environment()["AV_LOG_FORCE_NOCOLOR"] == "1"
