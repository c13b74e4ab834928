"""What an origin says reaches terminals, XML and JSON; nothing in it does harm there."""

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

import pytest

from bad_streams.front import Answer, Front, Request, http
from pytest_hlsload.origin import Origin

EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[31m]]><script>alert(1)</script>&\x00\x08\x9b31m\xff\xfe\u202e"

BYTES = EVIL.encode() + b"\xff\xfe\xed\xa0\x80\x9b31m"

SUITE = """
import pytest

@pytest.mark.hls_load(summary_interval="0.3s", loglevel="verbose", startup_timeout="1s")
def test_soak(hls_load):
    hls_load.soak("2s")
"""


def in_its_status(request: Request) -> Iterable[bytes]:
    yield b"HTTP/1.1 403 " + BYTES.replace(b"\n", b"") + b"\r\nContent-Length: 0\r\n\r\n"


def in_a_segments_name(request: Request) -> Iterable[bytes]:
    if request.is_playlist:
        return http(b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + BYTES + b".ts\n")
    return http(b"", status="404 Not Found")


def in_place_of_a_playlist(request: Request) -> Iterable[bytes]:
    return http(BYTES + b"A" * 1_000_000)


@pytest.mark.usefixtures("_job_page")
@pytest.mark.parametrize("answer", [in_its_status, in_a_segments_name, in_place_of_a_playlist])
def test_nothing_an_origin_says_does_harm(
    answer: Answer,
    origin: Origin,
    ffmpeg: str,
    pytester: pytest.Pytester,
    few_plugins: list[str],
) -> None:
    pytester.makepyfile(test_it=SUITE)
    with Front(origin.channel().url, answer) as front:
        result = pytester.runpytest_subprocess(
            *few_plugins,
            f"--hls-url={front.url}",
            f"--hls-ffmpeg={ffmpeg}",
            "--log-cli-level=INFO",
            "--junitxml=junit.xml",
            "--hls-html=page.html",
            "--color=no",
            timeout=60,
        )
    result.assert_outcomes(failed=1)

    shown = result.stdout.str() + result.stderr.str()
    assert [c for c in shown if not c.isprintable() and c != "\n"] == []
    assert max(map(len, shown.splitlines())) < 2000
    ET.parse(pytester.path / "junit.xml")
    (journal,) = pytester.path.glob(".hls-load/*/*.jsonl")
    lines = journal.read_bytes().splitlines()
    assert all(line.isascii() and json.loads(line) for line in lines)
    assert max(map(len, lines)) < 100_000
    (report,) = pytester.path.glob(".hls-load/*/*.report.json")
    assert report.read_bytes().isascii()
    assert json.loads(report.read_bytes())
    page, job = (Path(name).read_text(encoding="utf-8") for name in ("page.html", "job.md"))
    for text in (page, job):
        assert [c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t\r"] == []
    assert "<script>alert" not in page
    # Between the fences it is text.
    assert "<script>alert" not in re.sub(r"(?ms)^````text$.*?^````$", "", job)
