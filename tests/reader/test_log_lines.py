"""Log lines of ffmpeg, as versions 5.1 and 9.0 print them."""

import pytest

from pytest_hlsload.reader.log_lines import LogParser, read_line

LINES = [
    ("[info]   Duration: N/A, start: 9.421333, bitrate: N/A", "opened", {"duration": "N/A", "start": "9.421333"}),
    (
        "[info]   Duration: 00:00:12.00, start: 1.40, bitrate: 0 kb/s",
        "opened",
        {"duration": "00:00:12.00", "start": "1.40"},
    ),
    (
        "[info]   Stream #0:0: Video: h264 (High) ([27][0][0][0] / 0x001B), yuv420p, 320x180",
        "stream",
        {"of": "0", "stream": "Video", "mpegts": "[27][0][0][0]"},
    ),
    (
        "[info]   Stream #0:1(und): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz",
        "stream",
        {"of": "0", "stream": "Audio"},
    ),
    (
        "[info]   Stream #1:0[0x0]: Audio: aac (LC) ([15][0][0][0] / 0x000F), 48000 Hz",
        "stream",
        {"of": "1", "stream": "Audio", "mpegts": "[15][0][0][0]"},
    ),
    ("[info] Output #0, framecrc, to 'pipe:7':", "output", {}),
    ("[verbose] EOF while reading input", "end_of_input", {}),
    ("[fatal] Stream map '0:a:0' matches no streams.", "no_stream", {}),
    ("[error] Failed to set value '1:a:0' for option 'map': Invalid argument", "no_stream", {}),
    ("[error] Failed to set value '0:a:0' for option 'map': Invalid argument", "no_stream", {}),
    ("[AVIOContext @ 0x1] [verbose] Statistics: 273 bytes read, 0 seeks", "noise", {}),
    ("[hls @ 0x55d0] [warning] Failed to reload playlist 0", "playlist_failed", {}),
    ("[in#0/hls @ 0x55d0] [warning] Failed to reload playlist 0", "playlist_failed", {}),
    ("[http @ 0x1] [warning] HTTP error 404 Not Found", "http_error", {"status": "404"}),
    ("[hls @ 0x1] [warning] skipping 14 segments ahead, expired from playlists", "segment_lost", {"segments": "14"}),
    ("[hls @ 0x1] [warning] Failed to open segment 12 of playlist 0", "segment_failed", {}),
    ("[http @ 0x1] [error] Stream ends prematurely at 21000, should be 90000", "truncated", {}),
    ("[tcp @ 0x1] [error] Connection to tcp://127.0.0.1:9 failed: Connection refused", "refused", {}),
    ("[tcp @ 0x1] [error] Failed to resolve hostname x.invalid: Name or service not known", "dns", {}),
    ("[hls @ 0x1] [warning] Media sequence changed unexpectedly: 3 -> 0", "sequence_reset", {}),
    ("[vist#0:0/h264 @ 0x5] [dec:h264 @ 0x6] [error] error while decoding MB 1 2", "decode_error", {}),
    ("[in#0/hls @ 0x1] [error] Error during demuxing: Input/output error", "demux_error", {}),
    ("[mpegts @ 0x1] [warning] Packet corrupt (stream = 0, dts = 2023200).", "corrupt", {}),
    ("[verbose] something that means nothing", "", {}),
]


@pytest.mark.parametrize(
    ("line", "kind", "found"), LINES, ids=[f"{kind or 'nothing'}: {line[:40]}" for line, kind, _ in LINES]
)
def test_a_line_is_known_by_its_text_whatever_stands_before_it(line: str, kind: str, found: dict[str, str]) -> None:
    read = read_line(line.encode())

    assert (kind, found) == (read.kind, read.found)


def test_the_level_is_ffmpegs() -> None:
    assert read_line(b"[http @ 0x1] [warning] HTTP error 404 Not Found").level == "warning"
    assert read_line(b"http://h/live.m3u8: Input/output error").level == "info"


def test_secrets_in_urls_are_not_kept() -> None:
    line = read_line(b"[hls @ 0x1] [info] Opening 'https://me:hunter2@h/seg.ts?token=hunter2' for reading")

    assert "hunter2" not in line.text
    assert "https://h/seg.ts?" in line.text


def test_progress_is_no_evidence_and_trouble_is() -> None:
    assert not read_line(b"[verbose] EOF while reading input").is_evidence
    assert read_line(b"[warning] HTTP error 503 Service Unavailable").is_evidence


def test_lines_may_come_in_pieces_and_need_not_be_text() -> None:
    parser = LogParser()

    assert parser.feed(b"[warning] HTTP err") == []
    lines = parser.feed(b"or 404\xff\xfe\n[info] x\n")
    assert [line.kind for line in lines] == ["http_error", ""]


def test_of_what_comes_with_every_segment_only_what_is_asked_for_is_told() -> None:
    output = (
        b"[http @ 0x1] [info] Opening 'http://h/live.m3u8?a=b' for reading\n"
        b"[http @ 0x1] [info] Opening 'http://h/s1.ts' for reading\n"
        b"[hls @ 0x1] [info] Skip ('#EXT-X-VERSION:3')\n"
        b"[in#0/hls @ 0x1] [verbose] HLS request for url 'http://h/s1.ts', offset 0, playlist 0\n"
        b"[error] Error opening input: Input/output error\n"
    )

    assert [(line.kind, line.text, line.found) for line in LogParser().feed(output)] == [
        ("playlist_request", "", {}),
        ("segment_request", "", {"playlist": "0"}),
        ("demux_error", "Error opening input: Input/output error", {}),
    ]


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    parser = LogParser()
    for _ in range(100):
        parser.feed(b"x" * 100_000)

    (line,) = parser.feed(b"\n")
    assert len(line.text) <= 4096
