"""The probe as the supervisor runs it, against real servers"""

import gzip
import http.server
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + "".join(f"#EXTINF:2.0,\ns{i}.ts\n" for i in range(5))
MASTER = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nsub/high.m3u8?t=1\n"
SPLIT = (
    '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="en.m3u8?t=2"\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO="a"\nlive.m3u8\n'
)
FMP4 = PLAYLIST.replace("#EXTINF", '#EXT-X-MAP:URI="init.mp4"\n#EXTINF', 1).replace(".ts", ".m4s")

Answer = Callable[..., dict[str, Any]]


class Site(http.server.ThreadingHTTPServer):
    """Pages by path: text, or a status and headers; records what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.pages: dict[str, str | bytes | tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.base = f"http://127.0.0.1:{self.server_address[1]}"


class _Visit(http.server.BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append((path, {k.title(): v for k, v in self.headers.items()}))
        if path == "/hang":
            time.sleep(30)
        if path == "/drip":
            self._drip()
            return
        page = self.server.pages.get(path, (404, {}, b""))
        if not isinstance(page, tuple):
            page = (200, {}, page.encode() if isinstance(page, str) else page)
        status, headers, body = page
        self.send_response(status)
        for name, content in headers.items():
            self.send_header(name, content)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"#")
                time.sleep(0.1)
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def probe(url: str, **request: Any) -> dict[str, Any]:
    """The one look."""
    [only] = probe_all(url, **request)
    return only


def probe_all(url: str, *, timeout: float = 10.0, **request: Any) -> list[dict[str, Any]]:
    request |= {"url": url, "timeout": timeout}
    done = subprocess.run(
        [sys.executable, "-m", "pytest_hlsload.sentinel"],
        input=json.dumps(request) + "\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert done.stderr == ""
    answer = json.loads(done.stdout)
    assert isinstance(answer, list)
    return answer


def test_a_media_playlist_is_answered_with_all_fields_of_its_record(site: Site) -> None:
    site.pages["/live.m3u8"] = PLAYLIST
    url = f"{site.base}/live.m3u8?token=s3cret"
    assert probe(url) == {
        "url": f"{site.base}/live.m3u8?…",
        "media_url": f"{site.base}/live.m3u8?…",
        "media_url_full": url,
        "live": True,
        "target_duration": 2.0,
        "segment_duration": 2.0,
        "segments": 5,
        "hold_back": 6.0,
        "join": 3,
        "container": "mpegts",
        "error": "",
        "watched": False,
        "playlist": 1,
        "variants": 0,
        "bandwidth": None,
        "resolution": "",
        "audio_url": "",
        "note": "",
        "host": "",
    }


def test_fmp4_is_told_from_its_map(site: Site) -> None:
    site.pages["/live.m3u8"] = FMP4
    assert probe(f"{site.base}/live.m3u8")["container"] == "fmp4"


def test_readers_of_a_multivariant_playlist_get_its_best_variant(site: Site) -> None:
    site.pages |= {"/master.m3u8": MASTER, "/sub/high.m3u8": PLAYLIST}
    found = probe(f"{site.base}/master.m3u8")
    assert found["media_url_full"] == f"{site.base}/sub/high.m3u8?t=1"
    assert found["media_url"] == f"{site.base}/sub/high.m3u8?…"
    assert found["url"] == f"{site.base}/master.m3u8"
    assert (found["live"], found["join"]) == (True, 3)


def test_sound_that_is_elsewhere_is_looked_at_too(site: Site) -> None:
    site.pages |= {"/master.m3u8": SPLIT, "/live.m3u8": PLAYLIST, "/en.m3u8": PLAYLIST.replace("2.0,", "1.0,")}
    found = probe(f"{site.base}/master.m3u8")
    assert found["media_url_full"] == f"{site.base}/live.m3u8"
    assert found["audio_url_full"] == f"{site.base}/en.m3u8?t=2"
    assert found["audio_url"] == f"{site.base}/en.m3u8?…"
    assert (found["join"], found["audio_join"]) == (3, 6)


def test_sound_that_cannot_be_had_is_told_of_and_read_all_the_same(site: Site) -> None:
    site.pages |= {"/master.m3u8": SPLIT, "/live.m3u8": PLAYLIST}
    found = probe(f"{site.base}/master.m3u8")
    assert found["note"] == "the playlist of the sound: HTTP 404"
    assert found["audio_url_full"] == f"{site.base}/en.m3u8?t=2"
    assert found["error"] == ""


def test_all_variants_are_looked_at_where_all_are_read(site: Site) -> None:
    site.pages |= {"/master.m3u8": MASTER, "/low.m3u8": PLAYLIST}
    low, high = probe_all(f"{site.base}/master.m3u8", variant="all")
    assert (low["bandwidth"], low["variants"], low["error"], low["live"]) == (1, 2, "", True)
    assert (high["bandwidth"], high["error"]) == (2, "the media playlist: HTTP 404")
    assert high["media_url_full"] == f"{site.base}/sub/high.m3u8?t=1"


def test_a_variant_is_chosen_by_what_is_wanted(site: Site) -> None:
    site.pages |= {"/master.m3u8": MASTER, "/low.m3u8": PLAYLIST}
    found = probe(f"{site.base}/master.m3u8", variant="lowest")
    assert found["media_url_full"] == f"{site.base}/low.m3u8"
    assert [path for path, _ in site.asked] == ["/master.m3u8", "/low.m3u8"]


def test_variants_are_relative_to_where_a_redirect_led(site: Site) -> None:
    site.pages |= {
        "/in": (302, {"Location": "/deep/er/master.m3u8"}, b""),
        "/deep/er/master.m3u8": MASTER,
        "/deep/er/sub/high.m3u8": PLAYLIST,
    }
    assert probe(f"{site.base}/in")["media_url_full"] == f"{site.base}/deep/er/sub/high.m3u8?t=1"


def test_headers_and_the_url_s_credentials_are_sent_and_never_shown(site: Site) -> None:
    site.pages |= {"/master.m3u8": MASTER, "/sub/high.m3u8": PLAYLIST}
    url = f"{site.base}/master.m3u8".replace("://", "://ann:s3%40cret@")
    found = probe(url, headers={"X-Token": "s3cret"})
    assert found["error"] == ""
    assert found["media_url_full"].startswith("http://ann:s3%40cret@")
    assert not [value for name, value in found.items() if name != "media_url_full" and "s3" in str(value)]
    for _, headers in site.asked:
        assert headers["X-Token"] == "s3cret"
        assert headers["Authorization"] == "Basic YW5uOnMzQGNyZXQ="


def test_another_host_is_not_told_the_credentials(site: Site) -> None:
    with Site() as elsewhere:
        thread = threading.Thread(target=elsewhere.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        elsewhere.pages["/live.m3u8"] = PLAYLIST
        site.pages["/in"] = (302, {"Location": f"{elsewhere.base}/live.m3u8"}, b"")
        found = probe(f"{site.base}/in", headers={"Authorization": "Bearer s3cret", "Cookie": "s=3"})
        elsewhere.shutdown()
        thread.join()
    assert found["error"] == ""
    [(_, headers)] = elsewhere.asked
    assert "Authorization" not in headers
    assert "Cookie" not in headers


def test_a_playlist_sent_as_gzip_is_read(site: Site) -> None:
    site.pages["/live.m3u8"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(PLAYLIST.encode()))
    assert probe(f"{site.base}/live.m3u8")["segments"] == 5


@pytest.mark.parametrize(
    ("page", "error"),
    [
        ((404, {}, b""), "HTTP 404"),
        ((503, {}, b"busy"), "HTTP 503"),
        ((302, {"Location": "/page"}, b""), "HTTP 302, a redirect that leads nowhere"),
        ((302, {"Location": "file:///etc/hostname"}, b""), "HTTP 302, a redirect that leads nowhere"),
        ("<html><h1>Welcome</h1>", "not a playlist: it begins with '<html><h1>Welcome</h1>'"),
        (b"\x00\x01\xff" * 9, "not a playlist: it begins with '??"),
        ("", "not a playlist: it is empty"),
        (b"#EXTM3U\n" + b"#" * (17 << 20), "not a playlist: it is larger than 16 MB"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(b"#" * (17 << 20))), "not a playlist: it is larger"),
        ((200, {"Content-Encoding": "gzip"}, b"#EXTM3U"), "the answer's gzip encoding is broken"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(b"#EXTM3U" * 9)[:-9]), "the answer was cut short"),
        (MASTER, "the media playlist: HTTP 404"),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\npage\n", "the media playlist: not a media playlist"),
        (
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile:///etc/hostname\n",
            "the media playlist: not an http address",
        ),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://[::1/x\n", "the media playlist: not a URL: Invalid IPv6 URL"),
    ],
    ids=[
        "404", "503", "circle", "redirect to a file", "HTML", "binary", "nothing", "huge", "gzip bomb", "broken gzip",
        "gzip cut short", "variant missing", "nested", "variant is a file", "variant is no URL",
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_error(site: Site, page: Any, error: str) -> None:
    site.pages["/page"] = page
    found = probe(f"{site.base}/page")
    assert found["error"].startswith(error)
    assert found["live"] is None
    led = {MASTER: "sub/high.m3u8?t=1"}.get(page, "page") if isinstance(page, str) else "page"
    assert found["media_url_full"] == f"{site.base}/{led}"


def test_a_cut_short_answer_is_an_error(site: Site) -> None:
    site.pages["/live.m3u8"] = (200, {"Content-Length": "9999"}, PLAYLIST.encode())
    assert probe(f"{site.base}/live.m3u8")["error"] == "the answer was cut short"


def test_nobody_listening_is_an_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert probe(f"http://127.0.0.1:{port}/live.m3u8")["error"] == "connection refused"


def test_an_unknown_host_is_an_error() -> None:
    assert probe("http://no-such-host.invalid/live.m3u8")["error"] == "the host name cannot be resolved"


@pytest.mark.parametrize("page", ["hang", "drip"])
def test_a_server_that_does_not_finish_is_given_up_in_time(site: Site, page: str) -> None:
    began = time.monotonic()
    found = probe(f"{site.base}/{page}", timeout=1)
    assert found["error"] == "timed out after 1 s"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("line", ["", "{}\n", "no JSON\n", "[]\n", '{"url": "http://a/", "timeout": "x"}\n'])
def test_a_wrong_request_is_answered_too(line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest_hlsload.sentinel"],
        input=line,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert "not asked properly" in json.loads(done.stdout)[0]["error"]
    assert done.stderr == ""


def test_a_sentinel_goes_on_with_the_headers_and_the_url_that_it_is_told(site: Site) -> None:
    site.pages["/live.m3u8"] = PLAYLIST
    site.pages["/other.m3u8"] = MASTER
    site.pages["/sub/high.m3u8"] = PLAYLIST
    with subprocess.Popen(
        [sys.executable, "-m", "pytest_hlsload.sentinel"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def tell(line: dict[str, Any] | str) -> None:
            assert process.stdin is not None
            process.stdin.write((line if isinstance(line, str) else json.dumps(line)) + "\n")
            process.stdin.flush()

        tell({"url": f"{site.base}/live.m3u8", "headers": {"Token": "first"}, "watch": True})
        process.stdout.readline()
        tell('{"url": cut short')
        tell({"url": f"{site.base}/other.m3u8", "headers": {"Token": "second"}})
        until = time.monotonic() + 30
        while [path for path, _ in site.asked].count("/sub/high.m3u8") < 2 and time.monotonic() < until:
            time.sleep(0.1)
        process.stdin.close()

    seen = [(path, headers.get("Token")) for path, headers in site.asked]
    told = seen.index(("/other.m3u8", "second"))
    assert set(seen[:told]) == {("/live.m3u8", "first")}
    # A look at what lists variants, and from then on the one that was chosen.
    assert seen[told : told + 3] == [(path, "second") for path in ("/other.m3u8", "/sub/high.m3u8", "/sub/high.m3u8")]
