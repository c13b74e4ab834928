import os
import subprocess
import sys
import urllib.request
from pathlib import Path

_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
_COMMAND = [sys.executable, "-m", "pytest_hlsload.origin", "--no-audio", "--segment-seconds", "0.4"]


def test_an_origin_by_hand_serves_and_obeys() -> None:
    with subprocess.Popen(
        _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_ENVIRONMENT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(url, timeout=5) as answer:
            assert answer.read().startswith(b"#EXTM3U")
        output, _ = process.communicate("segment_status 404 9\nclients\nfaults\nhang soon\ndance\nquit\n", timeout=10)
    assert "segment_status code=404 began 0.0 s ago" in output
    assert "Python-urllib" in output
    assert "that does not work: could not convert string to float: 'soon'" in output
    assert "unknown command 'dance'" in output
    assert process.returncode == 0


def test_an_origin_by_hand_ends_with_its_input() -> None:
    ran = subprocess.run(
        _COMMAND, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=_ENVIRONMENT, timeout=20, check=False
    )
    assert ran.returncode == 0
    assert "hang [SECONDS]" in ran.stdout


def test_a_missing_ffmpeg_is_one_line() -> None:
    ran = subprocess.run(
        [*_COMMAND, "--ffmpeg", "/nowhere/ffmpeg"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=_ENVIRONMENT,
        timeout=20,
        check=False,
    )
    assert ran.returncode == 1
    assert "/nowhere/ffmpeg" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
